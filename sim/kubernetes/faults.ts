import type { Plural, Target } from "./resource.ts";
import type { Answer } from "./status.ts";
import type { Store } from "./store.ts";
import type { Streams } from "./streams.ts";

/** Which requests a fault is for. What is left out matches everything. */
export type Which = {
  readonly method?: string;
  /** Looked for in the path with its query, as it was sent. */
  readonly path?: RegExp;
  /** How many requests; 1 when left out. */
  readonly times?: number;
};

/** What happens to such a request instead of its answer. */
export type Fate =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
    }
  /** The connection is reset before anything is done. */
  | { readonly kind: "reset" }
  /** It is done, and the connection is reset before the answer. */
  | { readonly kind: "lose-answer" }
  | { readonly kind: "delay"; readonly ms: number };

export type Denial = { readonly verb?: string; readonly resource?: Plural; readonly namespace?: string };

export type Faults = ReturnType<typeof createFaults>;

type World = {
  readonly store: Store;
  readonly streams: Streams;
  readonly network: { reset(): void; down(): Promise<void>; up(): Promise<void> };
};

export function createFaults({ store, streams, network }: World) {
  let fates: { readonly which: Which; readonly fate: Fate; left: number }[] = [];
  let denials: readonly Denial[] = [];
  let watchList = true;
  let thawed: PromiseWithResolvers<void> | null = null;
  let abandonedCount = true;
  const waiting = new Set<() => boolean>();

  function next(which: Which, fate: Fate): void {
    fates.push({ which, fate, left: which.times ?? 1 });
  }

  /** The levers. */
  const levers = {
    next,
    /** What an overloaded server says to the next requests: it never executes them. */
    overload: (which: Which = {}, retryAfterSeconds = 1) =>
      next(which, {
        kind: "answer",
        status: 429,
        headers: { "content-type": "text/plain; charset=utf-8", "retry-after": String(retryAfterSeconds) },
        body: "Too many requests, please try again later.\n",
      }),
    clear() {
      fates = [];
    },
    /** 403 for what matches, until the returned function is called. Open watches go on. */
    forbid(denial: Denial): () => void {
      denials = [...denials, denial];
      return () => {
        denials = denials.filter((it) => it !== denial);
      };
    },
    /** Off: the server does not know `sendInitialEvents`. */
    watchList(on: boolean) {
      watchList = on;
    },
    endWatches: () => streams.endAll(),
    resetSockets: () => network.reset(),
    /** Every revision handed out so far has expired, for watches and for continue tokens. */
    compact: () => store.compact(),
    garbageLine: () => streams.inject("this is not JSON\n"),
    /** Half of an event, and then the stream ends. */
    halfLine() {
      streams.inject('{"type":"MODIFIED","object":{"metadata":{"na');
      streams.endAll();
    },
    oversizedLine: (bytes: number) => streams.inject(`{"type":"MODIFIED","object":{"data":"${"x".repeat(bytes)}"}}\n`),
    /** Requests are accepted and not answered, open watches fall silent. */
    freeze() {
      thawed ??= Promise.withResolvers();
      streams.freeze();
    },
    /** Requests whose client has gone meanwhile are carried out all the same, as a frozen server does, or dropped. */
    thaw({ abandoned = "done" }: { abandoned?: "done" | "dropped" } = {}) {
      abandonedCount = abandoned === "done";
      thawed?.resolve();
      thawed = null;
      streams.thaw();
    },
    /** How many requests the frozen server holds, or how many of them nobody waits for any more. */
    waiting({ abandoned = false }: { abandoned?: boolean } = {}): number {
      return [...waiting].filter((isGone) => !abandoned || isGone()).length;
    },
    /** Nobody listens any more, and every connection is reset. */
    stopListening: () => network.down(),
    /** On the same port as before. */
    listenAgain: () => network.up(),
  };

  /** What the server asks before it answers. */
  const gate = {
    /** False: the client gave up in the meantime, and its request shall not count. */
    async passes(isGone: () => boolean): Promise<boolean> {
      if (thawed === null) return true;
      waiting.add(isGone);
      await thawed.promise;
      waiting.delete(isGone);
      return abandonedCount || !isGone();
    },
    take(method: string, path: string): Fate | null {
      const found = fates.find(({ which, left }) => left > 0 && fits(which, method, path));
      if (found === undefined) return null;
      found.left -= 1;
      return found.fate;
    },
    denies: (verb: string, target: Target) => denials.some((it) => covers(it, verb, target)),
    knowsWatchList: () => watchList,
  };

  return { levers, gate };
}

function fits(which: Which, method: string, path: string): boolean {
  return (which.method ?? method) === method && (which.path?.test(path) ?? true);
}

function covers(denial: Denial, verb: string, target: Target): boolean {
  return (
    (denial.verb ?? verb) === verb &&
    (denial.resource ?? target.plural) === target.plural &&
    (denial.namespace === undefined || denial.namespace === target.namespace)
  );
}

export function asAnswer({ status, headers = {}, body = "" }: Fate & { kind: "answer" }): Answer {
  return { status, headers, body };
}
