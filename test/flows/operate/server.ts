import type { Live } from "../../../src/core/operation/live.ts";
import type { Plan } from "../../../src/core/operation/operation.ts";
import type { Answer, Patch } from "../../../src/core/operation/step.ts";
import type { ClusterRecord, EpochMs } from "../../../src/core/workload.ts";
import { digestOf, live, plan, running, target } from "../../core/operation/given.ts";

type Server = Live & { readonly readySince: EpochMs | null };

/**
 * A little API server with one workload. It counts how often each operation changed the template, and throws when one changes
 * what nobody confirmed, or after it was told as ended.
 */
export function createServer(clock: { readonly now: () => EpochMs }, unhealthy: readonly string[]) {
  let now: Server = { ...live(), readySince: null };
  const past: Server[] = [now];
  const landed = new Map<string, number>();
  const looks: { readonly at: EpochMs; readonly server: Server }[] = [];

  function write(next: Partial<Server>): void {
    const moved = next.template && next.template.hash !== now.template.hash;
    const ready = !unhealthy.includes(next.template?.hash ?? "");
    const readySince = moved ? (ready ? clock.now() + 2_000 : null) : now.readySince;
    now = { ...now, generation: now.generation + 1, readySince, ...next };
    past.push(now);
  }

  /** The rules of JSON Patch, for the tests that every patch of ours carries. */
  function receive({ operation, seen, fence, change }: Patch, confirmed: Plan | null, isOver: boolean): Answer {
    const holds =
      seen.uid === now.uid &&
      seen.generation === now.generation &&
      seen.fence === now.fence &&
      (change === null || (seen.template.hash === now.template.hash && !now.paused && !now.deleting));
    if (!holds) return { kind: "moved" };
    if (change === null) {
      write({ fence });
      return { kind: "applied", live: now };
    }
    landed.set(operation, times(operation) + 1);
    const { bound } = confirmed ?? plan();
    const isConfirmed = bound.uid === now.uid && bound.template === now.template.hash && bound.fence === now.fence;
    if (times(operation) > 1) throw new Error(`${operation} changed the template twice`);
    if (isOver) throw new Error(`${operation} landed after it had ended`);
    if (!isConfirmed) throw new Error(`${operation} changed what nobody had confirmed`);
    write({ fence, template: change.template });
    return { kind: "applied", live: now };
  }

  function times(operation: string): number {
    return landed.get(operation) ?? 0;
  }

  function look(): readonly ClusterRecord[] {
    looks.push({ at: clock.now(), server: now });
    const { hash } = now.template;
    const ready = now.readySince !== null && now.readySince <= clock.now();
    return running({ template: hash, uid: now.uid, generation: now.generation, ready, runs: digestOf(hash) });
  }

  return {
    receive,
    look,
    looks: looks as readonly (typeof looks)[number][],
    times,
    live: () => now,
    revision: (name: string) => target(name),
    deploy: (name: string) => write({ template: { hash: name, json: {} } }),
    touch: () => write({}),
    pause: () => write({ paused: !now.paused }),
    recreate: () => write({ uid: `${now.uid}'`, generation: 1 }),
    /** `kubectl rollout undo` brings an old template back, and the annotations of its time. */
    undoByHand(index: number): void {
      const then = past[index % past.length];
      if (then) write({ template: then.template, fence: then.fence });
    },
  };
}
