import { createOperating } from "../../../src/flows/operate.ts";
import type { Clock, Store } from "../../../src/ports.ts";
import type { Reach } from "../../../src/flows/operate/facts.ts";
import { noAliases } from "../../core/given.ts";

/** What becomes of a call that leaves a process: done and answered, done and the answer lost, arriving late, or never. */
export type Fate = "answered" | "answer lost" | "late" | "never";

type Call = {
  /** Lets it through, as far as that. */
  readonly pass: (fate: Fate) => Promise<void>;
  /** Lets it arrive some time later, whoever still waits. */
  readonly later: () => void;
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
    const through = async <T>(send: () => Promise<T>, isEffect = false): Promise<T> =>
      new Promise((resolve, reject) => {
        if (mine !== incarnation) return; // a process that is gone does nothing more
        const later = isEffect ? () => late(() => void send().catch(() => {})) : nothing;
        const pass = async (fate: Fate): Promise<void> => {
          const lost = Object.assign(new Error("no answer"), { name: "StoreFault" });
          if (fate === "late") later();
          if (fate === "late" || fate === "never") return reject(lost);
          const answer = await send().then(
            (value) => () => resolve(value),
            (err: unknown) => () => reject(err),
          );
          return fate === "answered" ? answer() : reject(lost);
        };
        calls.push({ pass, later });
      });
    const { turn } = createOperating({
      store: {
        ...store,
        read: async (key) => through(async () => store.read(key)),
        find: async (prefix, page) => through(async () => store.find(prefix, page)),
        commit: async (change) => through(async () => store.commit(change)),
        durability: async (of) => through(async () => store.durability(of)),
      },
      reach: () => ({
        cluster: { look: async (of, stop) => through(async () => reach.cluster.look(of, stop)) },
        restoring: {
          ...reach.restoring,
          live: async (of, stop) => through(async () => reach.restoring.live(of, stop)),
          patch: async (of, patch, stop) => through(async () => reach.restoring.patch(of, patch, stop), true),
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
    for (const it of now) await it.pass(fate);
    await settled();
  }

  /** What was about to leave may have left. */
  function crash(isLate: boolean): void {
    for (const it of calls) if (isLate) it.later();
    calls = [];
    running = false;
    incarnation += 1;
  }

  return { step, crash };
}

function nothing(): void {}

async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
