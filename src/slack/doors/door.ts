import { setImmediate as othersFirst } from "node:timers/promises";
import { type App, type RespondArguments, RespondError, type RespondFn } from "@slack/bolt";
import type { Asking } from "../../flows/ask.ts";
import type { Wishing } from "../../flows/wish.ts";
import type { Message } from "../../views/message.ts";
import { refusalMessage, type Refusal } from "../../views/refusal.ts";
import type { Incidenting } from "../../flows/incident.ts";
import type { Incidents } from "../incidents.ts";
import type { Log } from "../log.ts";
import type { Reply } from "../reply.ts";
import { Unconfirmed } from "../call/unconfirmed.ts";
import type { RollingBack } from "./rollback.ts";

/** What the doors are made of. Each acknowledges first, calls one flow, and shows what it says. */
export type Door = {
  readonly app: App;
  readonly asking: Asking;
  readonly reply: Reply;
  readonly incidents: Incidents;
  /** Left out: nobody can roll back. */
  readonly rollback?: RollingBack;
  /** Left out: nothing can be asked of an operation. */
  readonly wishing?: Wishing;
  /** Begins a look back at what changed, unless one was begun. Null: nobody keeps what changed. */
  readonly lookBack: Incidenting["open"] | null;
  readonly log: Log;
  /** Our own id as a user. Null while it is not known. */
  readonly us: () => string | null;
  /** Says that a payload has found its door. Bolt makes one context for each. */
  take(context: object): void;
};

/** Slack waits 3 s for this one: whoever asked at the same time has it too, before the first answer is made. */
export async function acknowledge(ack: () => Promise<void>): Promise<void> {
  await ack();
  await othersFirst();
}

/**
 * An answer that was lost on its way is given again where one person sees it, who may then see it twice. Where everybody
 * does, nothing is said twice.
 */
export async function show(respond: RespondFn, message: Message, how: RespondArguments): Promise<void> {
  const answer = { ...message, ...how };
  try {
    await respond(answer).catch((err: unknown) => {
      if (err instanceof RespondError || answer.response_type === "in_channel") throw err;
      return respond(answer);
    });
  } catch (err) {
    throw err instanceof RespondError ? err : new Unconfirmed(err);
  }
}

export async function refuse(respond: RespondFn, refusal: Refusal): Promise<void> {
  await show(respond, refusalMessage(refusal), { response_type: "ephemeral", replace_original: false });
}

/** Seen by everybody. Links of ours lead to registries and commits: nobody needs their previews. */
export const inChannel = { response_type: "in_channel", unfurl_links: false, unfurl_media: false } as const;

export function inThread(thread: string | null): { readonly thread_ts?: string } {
  return thread === null ? {} : { thread_ts: thread };
}
