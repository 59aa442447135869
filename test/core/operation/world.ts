import type { Live } from "../../../src/core/operation/live.ts";
import { answered, nextStep } from "../../../src/core/operation/next.ts";
import { hasEnded, type Operation, opened } from "../../../src/core/operation/operation.ts";
import { type Answer, leaseMs, type Patch, type Step } from "../../../src/core/operation/step.ts";
import { abort, undo } from "../../../src/core/operation/wish.ts";
import type { EpochMs } from "../../../src/core/workload.ts";
import { noAliases, now as start } from "../given.ts";
import { bob, digestOf, intent, live, plan, running, side, soakMs, target } from "./given.ts";

/**
 * A little API server with one workload, a little store, and two replicas of the loop that can be stopped, crash and wake up
 * between any two of their steps. What must never be is thrown.
 */

type Stored = { readonly value: Operation; readonly version: number };
type Server = Live & { readonly readySince: EpochMs | null };

type Replica =
  | { readonly at: "idle" }
  | { readonly at: "has taken"; readonly of: Stored }
  | { readonly at: "is about to send"; readonly of: Stored; readonly patch: Patch }
  | { readonly at: "has an answer"; readonly of: Stored; readonly patch: Patch; readonly answer: Answer };

export type Fate = "answered" | "answer lost" | "late" | "never";

/** `webhook`: something on the server changes every template that is sent. `unhealthy`: templates that never get ready. */
export function createWorld({
  webhook,
  unhealthy,
}: {
  readonly webhook: boolean;
  readonly unhealthy: readonly string[];
}) {
  let now = start;
  let versions = 0;
  let ids = 0;
  let readable = true;
  let allowed = true;
  let server: Server = { ...live(), readySince: isHealthy("bad") ? now : null };
  const past: Server[] = [server];
  const operations = new Map<string, Stored>();
  let open: string | null = null;
  const late: Patch[] = [];
  /** How often each operation changed the template, and the generation that this made. */
  const landed = new Map<string, number>();
  const atTheEnd = new Map<string, number>();
  const replicas: Replica[] = [{ at: "idle" }, { at: "idle" }];

  function isHealthy(name: string): boolean {
    return !unhealthy.includes(name.replace("+", ""));
  }

  function write(next: Partial<Server>): void {
    const moved = next.template && next.template.hash !== server.template.hash;
    const readySince = moved ? (isHealthy(next.template?.hash ?? "") ? now + 2_000 : null) : server.readySince;
    server = { ...server, generation: server.generation + 1, readySince, ...next };
    past.push(server);
  }

  /** The rules of JSON Patch on the server, for the tests that every patch of ours carries. */
  function receive({ operation, seen, fence, change }: Patch): Answer {
    const holds =
      seen.uid === server.uid &&
      seen.generation === server.generation &&
      seen.fence === server.fence &&
      (change === null || (seen.template.hash === server.template.hash && !server.paused && !server.deleting));
    if (!holds) return { kind: "moved" };
    if (change === null) {
      write({ fence });
    } else {
      const name = webhook ? `${change.template.hash}+` : change.template.hash;
      landed.set(operation, (landed.get(operation) ?? 0) + 1);
      if ((landed.get(operation) ?? 0) > 1) throw new Error(`${operation} changed the template twice`);
      const over = operations.get(operation);
      if (over && hasEnded(over.value.progress)) throw new Error(`${operation} landed after it had ended`);
      const { bound: was } = over?.value.intent.plan ?? plan();
      if (was.uid !== server.uid || was.template !== server.template.hash || was.fence !== server.fence)
        throw new Error(`${operation} changed what nobody had confirmed`);
      write({ fence, template: { hash: name, json: {} } });
    }
    return { kind: "applied", live: server };
  }

  function commit(of: Stored | null, value: Operation): Stored | null {
    const { id } = value.intent;
    if (operations.get(id)?.version !== of?.version) return null;
    if (of === null && open !== null) return null;
    const stored = { value, version: ++versions };
    operations.set(id, stored);
    if (of === null) open = id;
    if (hasEnded(value.progress)) ended(value);
    return stored;
  }

  function ended({
    intent: {
      id,
      plan: { bound: was },
    },
    progress,
  }: Operation): void {
    if (open === id) open = null;
    atTheEnd.set(id, landed.get(id) ?? 0);
    const isDone = ["restored", "unproven", "failed"].includes(progress.state);
    const isMovedOn = progress.state === "voided" && progress.because === "moved on";
    if (isMovedOn && was.uid === server.uid && server.fence === id)
      throw new Error(`${id} is in force, and told as voided`);
    if (isDone && atTheEnd.get(id) !== 1) throw new Error(`${id} is told as ${progress.state}, and was not done`);
    if (!isDone && !isMovedOn && atTheEnd.get(id) !== 0)
      throw new Error(`${id} is told as ${progress.state}, and was done`);
  }

  /** One step of a replica. Others may do anything between two of them. */
  function step(index: number, fate: Fate): void {
    replicas[index] = stepped(replicas[index] ?? { at: "idle" }, fate);
  }

  function stepped(replica: Replica, fate: Fate): Replica {
    switch (replica.at) {
      case "idle": {
        const due = [...operations.values()].find(({ value }) => value.dueAt !== null && value.dueAt <= now);
        const of = due ? commit(due, { ...due.value, dueAt: now + leaseMs }) : null;
        return of ? { at: "has taken", of } : replica;
      }
      case "has taken": {
        const next = decide(replica.of.value);
        if (next.kind === "record") {
          if (commit(replica.of, next.next)) prove(next.next);
          return { at: "idle" };
        }
        if (next.kind === "delete pod") throw new Error("there is no StatefulSet here");
        const of = commit(replica.of, next.first);
        return of ? { at: "is about to send", of, patch: next.patch } : { at: "idle" };
      }
      case "is about to send": {
        const { of, patch } = replica;
        if (fate === "late") late.push(patch);
        const answer = fate === "answered" || fate === "answer lost" ? receive(patch) : null;
        return fate === "answered" && answer ? { at: "has an answer", of, patch, answer } : { at: "idle" };
      }
      case "has an answer":
        commit(replica.of, answered(replica.of.value, replica.patch, replica.answer, now));
        return { at: "idle" };
    }
  }

  function decide(operation: Operation): Step {
    const generation = server.generation;
    const ready = server.readySince !== null && server.readySince <= now;
    const { hash } = server.template;
    const look = running({ template: hash, uid: server.uid, generation, ready, runs: digestOf(hash) });
    return nextStep(operation, {
      now,
      live: readable ? server : "unread",
      target: target(operation.intent.plan.to.template),
      allowed,
      look: readable ? look : "unread",
      aliases: noAliases,
    });
  }

  /** Called at the moment of the look that led to it. */
  function prove({ progress, intent: { id, plan: of } }: Operation): void {
    if (progress.state !== "restored") return;
    const isThere = server.template.hash.replace("+", "") === of.to.template;
    const isReady = server.readySince !== null && server.readySince <= progress.readyAt;
    const isLong = progress.at - progress.readyAt >= soakMs && progress.at === now;
    if (!isThere || !isReady || !isLong) throw new Error(`${id} is told as restored without proof`);
  }

  function check(): void {
    const active = [...operations.values()].filter(({ value }) => !hasEnded(value.progress));
    if (active.length > 1) throw new Error("two operations are under way");
    if (active.length === 1 && active[0]?.value.intent.id !== open) throw new Error("the workload is not held");
    for (const [id, times] of atTheEnd) {
      if ((landed.get(id) ?? 0) !== times) throw new Error(`${id} was done after it had ended`);
    }
  }

  const pick = (index: number): Stored | undefined => [...operations.values()].at(index % Math.max(operations.size, 1));
  const bound = () => ({ uid: server.uid, template: server.template.hash, fence: server.fence });

  const acts = {
    confirm(name: string): void {
      const admitted = webhook && ids % 2 === 0 ? `${name}+` : null;
      const drawn = plan({
        bound: bound(),
        to: side(name, { admitted }),
        from: side(server.template.hash),
        expiresAt: now + 600_000,
      });
      commit(null, opened(intent({ id: `p${++ids}`, plan: drawn, at: now })));
    },
    confirmAgain(index: number): void {
      const of = pick(index)?.value.intent;
      if (of) commit(null, opened(of));
    },
    abort(index: number): void {
      const of = pick(index);
      const wished = of && abort(of.value, { by: bob, at: now });
      if (of && wished?.kind === "accepted") commit(of, wished.value);
    },
    undo(index: number): void {
      const of = pick(index);
      const given = { by: bob, at: now, id: `p${++ids}`, reason: "worse", bound: bound(), expiresAt: now + 600_000 };
      const wished = of && undo(of.value, given);
      if (!of || wished?.kind !== "accepted") return;
      if (open !== null && open !== of.value.intent.id) return; // the one commit of both expects this
      if (commit(of, wished.value.ended)) commit(null, wished.value.opened);
    },
    deploy: (name: string) => write({ template: { hash: name, json: {} } }),
    touch: () => write({}),
    pause: () => write({ paused: !server.paused }),
    recreate: () => write({ uid: `${server.uid}'`, generation: 1 }),
    /** `kubectl rollout undo` brings an old template back, and the annotations of its time. */
    undoByHand(index: number): void {
      const then = past[index % past.length];
      if (then) write({ template: then.template, fence: then.fence });
    },
    wait(ms: number): void {
      now += ms;
    },
    crash(index: number): void {
      replicas[index] = { at: "idle" };
    },
    land(index: number): void {
      const [patch] = late.splice(index % Math.max(late.length, 1), 1);
      if (patch) receive(patch);
    },
    sight(): void {
      readable = !readable;
    },
    permission(): void {
      allowed = !allowed;
    },
    step,
  };

  /** Everything works from now on, but what was on its way may still arrive. True when every operation has come to its end. */
  function finish(): boolean {
    readable = true;
    if (server.paused) write({ paused: false });
    for (let turn = 0; turn < 600; turn += 1) {
      if ([...operations.values()].every(({ value }) => hasEnded(value.progress))) break;
      step(0, "answered");
      step(1, "answered");
      now += 1_500;
      check();
    }
    while (late.length > 0) acts.land(0);
    for (const index of [0, 1]) for (const _ of [1, 2, 3]) step(index, "answered");
    check();
    return [...operations.values()].every(({ value }) => hasEnded(value.progress));
  }

  return { acts, check, finish, operations: () => [...operations.values()].map(({ value }) => value) };
}
