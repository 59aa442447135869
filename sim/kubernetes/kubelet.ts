import { setTimeout as sleep } from "node:timers/promises";
import { durationMs } from "./image.ts";
import type { Pod } from "./object.ts";
import { type Course, createLife, type Life } from "./pod-life.ts";
import type { Store } from "./store.ts";

export type KubeletOptions = Course & {
  /** From a pod's deletion to its end. */
  readonly stopAfter: string;
};

type World = KubeletOptions & { readonly store: Store; readonly now: () => number };

/** All of them, for ever. */
export const nodes = ["node-1", "node-2", "node-3"];

/** Scheduler and kubelets in one: no container runs, but each pod gets the status of one that does. */
export function createKubelet(world: World) {
  const lives = new Map<string, { readonly life: Life; readonly abort: AbortController; stopping: boolean }>();
  const stopped = new AbortController();
  let count = 0;

  /** Called in the middle of a write: everything it starts begins later. */
  function see(pod: Pod, gone: boolean): void {
    const { uid, deletionTimestamp } = pod.metadata;
    const known = lives.get(uid);
    if (gone) {
      known?.abort.abort();
      lives.delete(uid);
    } else if (known === undefined) {
      begin(pod);
    } else if (deletionTimestamp !== undefined && !known.stopping) {
      known.stopping = true;
      void quietly(stop(known.life, known.abort));
    }
  }

  function begin(pod: Pod): void {
    count += 1;
    const abort = new AbortController();
    const signal = AbortSignal.any([abort.signal, stopped.signal]);
    const node = pod.spec.nodeName ?? nodes[count % nodes.length] ?? "node-1";
    const life = createLife({ ...world, pod, node, ip: `10.0.${(count >> 8) & 255}.${count & 255}`, signal });
    lives.set(pod.metadata.uid, { life, abort, stopping: false });
    void quietly(life.run());
  }

  async function stop(life: Life, abort: AbortController): Promise<void> {
    const half = durationMs(world.stopAfter) / 2;
    await sleep(half, null, { signal: stopped.signal });
    abort.abort();
    life.end();
    await sleep(half, null, { signal: stopped.signal });
    life.remove();
  }

  return { see, stop: () => stopped.abort() };
}

/** A life that was cut short ends with an AbortError, and that is all there is to it. */
async function quietly(work: Promise<void>): Promise<void> {
  await work.catch((err: unknown) => {
    if (!(err instanceof Error && err.name === "AbortError")) throw err;
  });
}
