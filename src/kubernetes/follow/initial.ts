import { setImmediate as yieldToOthers } from "node:timers/promises";
import type { Clock } from "../../ports.ts";
import { Failure } from "../api/failure.ts";
import type { News } from "./news.ts";
import type { Told } from "./line.ts";

/**
 * Whether this cluster's API server begins a watch with all there is (its feature WatchList): found out once, since asking
 * in vain costs a request. Newer servers do, some refuse, and old ones take it for a plain watch.
 */
export type WatchListSupport = { known: "yes" | "no" | null };

type Options = {
  readonly watching: AsyncGenerator<readonly Told[], void>;
  readonly news: News;
  readonly at: number;
  readonly support: WatchListSupport;
  readonly heard: () => void;
};

/** `rest`: what the server told in the same breath, after its list was complete. */
type Begun = { readonly place: string; readonly rest: readonly Told[] };

/** So many objects are made into records before others get a turn. */
const atOnce = 64;

/** Tells each object as it comes. Only the bookmark at the end makes a list of them, and sweeps away what is not in it. */
export async function readInitial({ watching, news, at, support, heard }: Options): Promise<Begun> {
  const uids = new Set<string>();
  let yieldedAt = 0;
  for (;;) {
    const { done, value: told } = await watching.next();
    if (done === true) throw support.known === "yes" ? brokeOff() : notSupported();
    heard();
    for (const [index, it] of told.entries()) {
      if (it.kind === "retold") uids.add(it.uid);
      else if (it.kind === "object") {
        const uid = news.one(it.object, it.sum);
        if (uid !== null) uids.add(uid);
      } else if (it.endsInitial) {
        support.known = "yes";
        news.listed(uids, at);
        return { place: it.resourceVersion, rest: told.slice(index + 1) };
      } else throw notSupported(); // a bookmark before the end is that of a plain watch
    }
    if (uids.size - yieldedAt < atOnce) continue;
    yieldedAt = uids.size;
    await yieldToOthers();
  }
}

function brokeOff(): Failure {
  return new Failure({ kind: "unreachable", sentence: "the API server ended its list before it was complete" });
}

function notSupported(): Failure {
  return new Failure({ kind: "refused", sentence: "the API server does not begin its watches with all there is" });
}

/** A server that sends what it holds does not pause for so long. */
const quietMs = 10_000;

/** Aborts when nothing was heard for too long: a plain watch never says that it is complete. */
export function createDoubt(clock: Clock, stop: AbortSignal) {
  const [doubted, over] = [new AbortController(), new AbortController()];
  let news = 0;
  let running: Promise<void> | null = null;

  async function run(): Promise<void> {
    const either = AbortSignal.any([stop, over.signal]);
    for (let known = -1; known < news && !either.aborted;) {
      known = news;
      await clock.sleep(quietMs, either);
    }
    if (!either.aborted) doubted.abort(notSupported());
  }

  return {
    signal: doubted.signal,
    /** The first time starts the clock: until then the server has not even opened the stream. */
    heard(): void {
      news += 1;
      running ??= run();
    },
    async end(): Promise<void> {
      over.abort();
      await running;
    },
  };
}
