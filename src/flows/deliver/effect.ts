import { type Delivery, placeOf, printOf, type RecordName, root } from "../../core/delivery/delivery.ts";
import type { Effect, Wanted } from "../../core/delivery/next.ts";
import type { Came } from "../../core/delivery/outcome.ts";
import type { Clock } from "../../ports.ts";
import type { Chat, Told } from "../../ports/chat.ts";
import type { Message } from "../../views/message.ts";
import { plainly } from "../../views/words/plainly.ts";
import { twinMessage } from "../../views/twin.ts";
import type { Reply, Telling } from "./teller.ts";
import type { Channels } from "./channels.ts";

type Doing = Exclude<Effect, { do: "rest" }>;

type Given = {
  readonly chat: Chat;
  readonly channels: Channels;
  readonly of: RecordName;
  readonly delivery: Delivery;
  readonly telling: Telling;
  readonly clock: Pick<Clock, "now">;
  readonly stop: AbortSignal;
};

/** Edits of one message keep this distance; the more there is to tell, the greater it is for what can wait. */
const everyMs = 3_000;
const eachMs = 1_500;
const patientMs = 30_000;

export function wantedOf(telling: Telling, delivery: Delivery, underWay: number): Wanted {
  const { message, replies, urgent, next } = telling;
  const usual = urgent ? everyMs : Math.max(everyMs, eachMs * underWay);
  const parts = [
    { name: root, message, everyMs: usual },
    ...replies.map((it) => ({ ...it, everyMs: it.patient ? Math.max(patientMs, usual) : usual })),
  ];
  return {
    parts: parts.map((it) => ({ name: it.name, everyMs: it.everyMs, print: printOf(shown(it.message, delivery)) })),
    next,
  };
}

/** Where the effect is to be seen. */
export function channelOf(effect: Doing, delivery: Delivery, telling: Telling): string {
  if (effect.do === "edit" || effect.do === "point") return effect.at.channel;
  return placeOf(delivery, root)?.channel ?? telling.channel;
}

/** Does it once, and says what came of it. */
export async function carryOut(effect: Doing, given: Given): Promise<Came> {
  const { chat, delivery, telling, stop } = given;
  const channel = channelOf(effect, delivery, telling);
  switch (effect.do) {
    case "post": {
      const reply = effect.part === root ? null : replyOf(telling, effect.part);
      const message = shown(reply?.message ?? telling.message, delivery);
      const post = {
        channel,
        thread: threadOf(effect.part, given),
        broadcast: reply?.broadcast ?? false,
        message,
        key: keyOf(given.of, effect.part),
      };
      const told = await given.channels.oneByOne(channel, given.clock.now, () => chat.post(post, stop));
      return cameOf(told, given, channel, (place) => ({ kind: "posted", place, print: printOf(message) }));
    }
    case "edit": {
      const message = shown(replyOf(telling, effect.part)?.message ?? telling.message, delivery);
      const told = await chat.edit(effect.at, message, stop);
      return cameOf(told, given, channel, () => ({ kind: "edited", print: printOf(message) }));
    }
    case "look": {
      const key = keyOf(given.of, effect.part);
      const told = await chat.find({ channel, thread: threadOf(effect.part, given), key, since: effect.since }, stop);
      if (told.kind === "refused") return { kind: "refused", what: "place" }; // it says nothing about posting there
      return cameOf(told, given, channel, (places) => ({ kind: "found", places }));
    }
    case "point":
      return cameOf(await chat.edit(effect.at, twinMessage(effect.to), stop), given, channel, () => ({
        kind: "edited",
        print: "",
      }));
  }
}

function shown(message: Message, delivery: Delivery): Message {
  return delivery.plainly ? plainly(message) : message;
}

function replyOf({ replies }: Telling, name: string): Reply | null {
  return replies.find((it) => it.name === name) ?? null;
}

function threadOf(part: string, { delivery, telling }: Given): string | null {
  return part === root ? telling.thread : (telling.thread ?? placeOf(delivery, root)?.ts ?? null);
}

function keyOf({ kind, id }: RecordName, part: string): string {
  return part === root ? `${kind}/${id}` : `${kind}/${id}/${part}`;
}

function cameOf<T>(told: Told<T>, { channels: all, clock }: Given, channel: string, done: (value: T) => Came): Came {
  switch (told.kind) {
    case "done":
      all.open(channel);
      return done(told.value);
    case "limited":
      return { kind: "not now", retryAfterMs: told.retryAfterMs };
    case "refused":
      if (told.what === "message gone") return { kind: "refused", what: "message" };
      if (told.what === "content") return { kind: "refused", what: "content" };
      all.close(channel, told.because, clock.now());
      return { kind: "refused", what: "place" };
    case "unknown":
      return { kind: "unknown" };
  }
}
