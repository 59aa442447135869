import { createOperating } from "../../../src/flows/operate.ts";
import type { Clock, Store } from "../../../src/ports.ts";
import type { Reach } from "../../../src/flows/operate/facts.ts";
import { noAliases } from "../../core/given.ts";

/** What becomes of a call that leaves a process: done and answered, done and the answer lost, arriving late, or never. */
export type Fate = "answered" | "answer lost" | "late" | "never";

type Call = {
  readonly name: string;
  readonly send: () => Promise<unknown>;
  /** Lets it arrive some time later, whoever still waits. */
  readonly later: (() => void) | null;
  readonly resolve: (value: unknown) => void;
  readonly reject: (err: unknown) => void;
};

type Deps = {
  readonly store: Store;
  readonly reach: Reach;
  readonly clock: Pick<Clock, "now">;
  readonly newId: () => string;
  readonly allowed: () => boolean;
  readonly late: (send: () => void) => void;
};

const never = new AbortController().signal;

/** The real loop, every call of which waits until it is let through. */
export function createReplica({ store, reach, clock, newId, allowed, late }: Deps) {
  let calls: Call[] = [];
  let running = false;
  let incarnation = 0;

  async function start(): Promise<void> {
    incarnation += 1;
    const mine = incarnation;
    const through = async <T>(name: string, send: () => Promise<T>, isEffect = false): Promise<T> =>
      new Promise((resolve, reject) => {
        if (mine !== incarnation) return; // a process that is gone does nothing more
        const later = isEffect ? () => late(() => void send().catch(() => {})) : null;
        calls.push({ name, send, later, resolve: (it) => resolve(it as T), reject });
      });
    const { turn } = createOperating({
      store: {
        ...store,
        read: async (key) => through("read", async () => store.read(key)),
        find: async (prefix, page) => through("find", async () => store.find(prefix, page)),
        commit: async (change) => through("commit", async () => store.commit(change)),
        durability: async (of) => through("durability", async () => store.durability(of)),
      },
      reach: () => ({
        cluster: { look: async (of, stop) => through("look", async () => reach.cluster.look(of, stop)) },
        restoring: {
          ...reach.restoring,
          live: async (of, stop) => through("live", async () => reach.restoring.live(of, stop)),
          patch: async (of, patch, stop) => through("patch", async () => reach.restoring.patch(of, patch, stop), true),
        },
      }),
      allowed: async () => allowed(),
      aliases: noAliases,
      clock,
      newId,
      moved: () => {},
      noted: () => {},
      failed: () => {},
    });
    running = true;
    const over = () => {
      if (mine === incarnation) running = false;
    };
    void turn(never).then(over, over);
    await settled();
  }

  /** Begins a turn, or lets the calls of the turn under way through. */
  async function step(fate: Fate): Promise<void> {
    if (!running) return start();
    const now = calls;
    calls = [];
    for (const it of now) await pass(it, fate);
    await settled();
  }

  async function pass({ send, later, resolve, reject }: Call, fate: Fate): Promise<void> {
    const lost = Object.assign(new Error("no answer"), { name: "StoreFault" });
    if (fate === "late" && later) later();
    if (fate === "late" || fate === "never") return reject(lost);
    const outcome = await send().then(
      (value) => () => resolve(value),
      (err: unknown) => () => reject(err),
    );
    return fate === "answered" ? outcome() : reject(lost);
  }

  /** What was about to leave may have left. */
  function crash(isLate: boolean): void {
    for (const it of calls) if (isLate) it.later?.();
    calls = [];
    running = false;
    incarnation += 1;
  }

  return { step, crash };
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
