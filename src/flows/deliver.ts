import {
  type Delivery,
  newDelivery,
  type Place,
  placeOf,
  type RecordName,
  root,
  partOf,
} from "../core/delivery/delivery.ts";
import { nextEffect } from "../core/delivery/next.ts";
import { afterwards, type Came, intending, sighted } from "../core/delivery/outcome.ts";
import type { EpochMs } from "../core/workload.ts";
import type { Clock, Commit, Store } from "../ports.ts";
import type { Chat } from "../ports/chat.ts";
import { deliveries, type Due, dueOf, dueToTell } from "../records/delivery.ts";
import { createChannels } from "./deliver/channels.ts";
import { carryOut, channelOf, wantedOf } from "./deliver/effect.ts";
import type { Elsewhere, Teller, Telling } from "./deliver/teller.ts";
import type { Troubles } from "./deliver/troubles.ts";

type Deps = {
  readonly store: Pick<Store, "read" | "find" | "commit">;
  readonly chat: Chat;
  readonly tellers: readonly Teller[];
  readonly clock: Clock;
  readonly newId: () => string;
  readonly troubles: Pick<Troubles, "failed" | "worked">;
  /** A fault of our own, or of the store: it is tried again. */
  readonly failed: (of: { readonly record: RecordName; readonly err: unknown }) => void;
  /** How long one of us may be at a record: longer than a call and what is written around it. */
  readonly leaseMs?: number;
  readonly callMs?: number;
};

const mostAtOnce = 16;
const duePage = 500;
const givenUpAfterMs = 86_400_000;
const againAfterFaultMs = 5_000;
/** After the store was away, whoever was at a record gets this long to say what came of it. */
const graceMs = 3_000;
const rememberEveryMs = 250;

/** One record under way: what is known of it, and the strings of the index that brought us to it. */
type Turn = { readonly delivery: Delivery; readonly version: string | null; readonly drop: readonly string[] };

/** Tells in Slack what there is to tell, once. See teller.ts. */
export function createDelivering({
  store,
  chat,
  tellers,
  clock,
  newId,
  troubles,
  failed,
  leaseMs = 15_000,
  callMs = 7_000,
}: Deps) {
  const channels = createChannels(troubles);
  const underWay = new Map<string, Promise<void>>();
  const notBefore = new Map<string, EpochMs>();
  let graceUntil = clock.now() + graceMs;

  /** Begins with what is due, and waits for none of it: a slow channel holds up no other. */
  async function turn(stop: AbortSignal): Promise<"worked" | "idle"> {
    const now = clock.now();
    const strings = await store.find(deliveries.due, { after: null, limit: duePage }).catch((err: unknown) => {
      graceUntil = clock.now() + graceMs;
      throw err;
    });
    const soon = strings.map(dueOf).filter((it) => it.at <= now + 10_000);
    const active = new Set(soon.map((it) => nameOf(it.of))).size;
    const due = Map.groupBy(
      soon.filter((it) => it.at <= now),
      (it) => nameOf(it.of),
    );
    for (const [name, dues] of due) {
      if (stop.aborted || underWay.size >= mostAtOnce) break;
      if (underWay.has(name) || (notBefore.get(name) ?? 0) > now) continue;
      begin(name, dues, active, stop);
    }
    return "idle";
  }

  function begin(name: string, dues: readonly [Due, ...Due[]] | Due[], active: number, stop: AbortSignal): void {
    const [first] = dues;
    if (!first) return;
    const { of } = first;
    const delivering = deliver(
      of,
      dues.map((it) => it.string),
      active,
      stop,
    )
      .catch((err: unknown) => {
        notBefore.set(name, clock.now() + againAfterFaultMs);
        failed({ record: of, err });
      })
      .finally(() => underWay.delete(name));
    underWay.set(name, delivering);
  }

  async function deliver(of: RecordName, strings: readonly string[], active: number, stop: AbortSignal): Promise<void> {
    const known = await store.read(deliveries.of(of));
    const now = clock.now();
    if (known !== null && known.value.lease > 0 && now < Math.max(known.value.lease, graceUntil)) return;
    let at: Turn | null = {
      delivery: known?.value ?? newDelivery(now),
      version: known?.version ?? null,
      drop: strings,
    };
    notBefore.delete(nameOf(of));
    while (at !== null && !stop.aborted) at = await oneEffect(of, at, active);
  }

  /** Null: nothing more for now. */
  async function oneEffect(of: RecordName, at: Turn, active: number): Promise<Turn | null> {
    const { delivery } = at;
    if (delivery.within !== null) return rest(at, [[delivery.within, clock.now()]]);
    const telling = await ask(of, delivery);
    if (telling === null) return rest(at, []);
    if ("within" in telling) return join(of, at, telling);

    const now = clock.now();
    const effect = nextEffect(delivery, wantedOf(telling, delivery, active), now);
    if (effect.do === "rest") return rest(at, effect.until === null ? [] : [[of, effect.until]]);
    const channel = channelOf(effect, delivery, telling);
    const isNew = placeOf(delivery, root) === null;
    if (isNew && now - delivery.since > givenUpAfterMs)
      return rest({ ...at, drop: [...at.drop, ...(telling.waits ?? [])] }, []);
    const closedUntil = channels.closedUntil(channel, now);
    if (closedUntil !== null) return rest(at, [[of, closedUntil]]);
    if (effect.do === "post" && !channels.isFree(channel, now)) return null; // it stays due

    const lease = now + leaseMs;
    const intent = newId();
    const leased = intending(delivery, effect, now, lease);
    const leaseString = dueToTell(of, lease, intent);
    const taken = await commitTurn(of, at, { id: intent, delivery: leased, add: [leaseString] });
    if (taken === "conflict") return null;
    const signal = AbortSignal.timeout(callMs);
    const came = await carryOut(effect, { chat, channels, of, delivery: leased, telling, clock, stop: signal }).catch(
      (err: unknown): Came => {
        if (!signal.aborted) failed({ record: of, err });
        return { kind: "unknown" };
      },
    );
    const drop = [leaseString, ...(came.kind === "posted" ? (telling.waits ?? []) : [])];
    return remember(of, { delivery: leased, version: intent, drop }, effect, came);
  }

  async function ask({ kind, id }: RecordName, delivery: Delivery): Promise<Telling | Elsewhere | null> {
    const posted = delivery.parts.filter((it) => it.name !== root && it.is.state !== "posting");
    const replies = new Set(posted.map((it) => it.name));
    const told = { place: placeOf(delivery, root), replies, now: clock.now() };
    return (await tellers.find((it) => it.kind === kind)?.tell(id, told)) ?? null;
  }

  /** What Slack did is written down, however long the store is away: nobody else knows it. */
  async function remember(
    of: RecordName,
    leased: Turn,
    effect: Parameters<typeof afterwards>[1],
    came: Came,
  ): Promise<Turn | null> {
    const now = clock.now();
    const { delivery, again } = afterwards(leased.delivery, effect, came, now);
    const id = newId();
    const string = dueToTell(of, again ?? now, id);
    const result = await stubbornly(() => commitTurn(of, leased, { id, delivery, add: [string] }));
    if (result === "done") return again === null ? { delivery, version: id, drop: [string] } : null;
    if (came.kind === "posted" && effect.do === "post") await sight(of, effect.part, came.place);
    return null;
  }

  /** A message of ours that stands there, and that the record may not know of: then it points at the one that is kept. */
  async function sight(of: RecordName, part: string, place: Place): Promise<void> {
    for (let tries = 0; tries < 40; tries += 1) {
      const known = await stubbornly(() => store.read(deliveries.of(of)));
      if (known === null) return;
      const delivery = sighted(known.value, part, place);
      if (delivery === known.value) {
        if (partOf(known.value, part)?.state === "posted") return;
        await clock.sleep(rememberEveryMs, never); // another is just posting it
        continue;
      }
      const id = newId();
      const at = { delivery, version: known.version, drop: [] };
      const add = [dueToTell(of, clock.now(), id)];
      if ((await commitTurn(of, at, { id, delivery, add })) === "done") return;
    }
  }

  async function stubbornly<T>(attempt: () => Promise<T>): Promise<T> {
    for (let tries = 0; ; tries += 1) {
      try {
        return await attempt();
      } catch (err) {
        if (tries * rememberEveryMs > 300_000) throw err;
        await clock.sleep(rememberEveryMs, never);
      }
    }
  }

  async function join(of: RecordName, at: Turn, { within, at: order, waits = [] }: Elsewhere): Promise<null> {
    const id = newId();
    const delivery: Delivery = { ...at.delivery, within };
    const add = [deliveries.isWithin(within, of, order), dueToTell(within, clock.now(), id)];
    await commitTurn(of, { ...at, drop: [...at.drop, ...waits] }, { id, delivery, add });
    return null;
  }

  async function rest({ drop }: Turn, next: readonly (readonly [RecordName, EpochMs])[]): Promise<null> {
    const id = newId();
    await store.commit({ id, index: { drop, add: next.map(([of, when]) => dueToTell(of, when, id)) } });
    return null;
  }

  function commitTurn(
    of: RecordName,
    { version, drop }: Turn,
    { id, delivery, add }: { readonly id: string; readonly delivery: Delivery; readonly add: readonly string[] },
  ): Promise<"done" | "conflict"> {
    const key = deliveries.of(of);
    const change: Commit = {
      id,
      expect: [{ key, version }],
      put: [{ key, value: delivery, expiresAt: deliveries.expiresAt(clock.now()) }],
      index: { drop, add },
    };
    return store.commit(change);
  }

  return {
    turn,
    sight,
    /** Resolves when nothing is under way. */
    settled: async () => void (await Promise.all(underWay.values())),
  };
}

const never = new AbortController().signal;

function nameOf({ kind, id }: RecordName): string {
  return `${kind}/${id}`;
}
