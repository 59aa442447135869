import { hasEnded, type Operation } from "../../../src/core/operation/operation.ts";
import { createWishing } from "../../../src/flows/wish.ts";
import type { Store } from "../../../src/ports.ts";
import { confirmed, operating } from "../../../src/records/operating.ts";
import { createSqliteStore } from "../../../src/store/sqlite.ts";
import { now as start } from "../../core/given.ts";
import { bob, intent, plan, side, soakMs } from "../../core/operation/given.ts";
import { createReplica, type Fate } from "./replica.ts";
import { createServer } from "./server.ts";

/** Two replicas of the loop over one real store and a little API server. What must never be is thrown. */
export function createWorld(unhealthy: readonly string[]) {
  let at = start;
  let ids = 0;
  let allowed = true;
  const clock = { now: () => at };
  const newId = () => `id-${(ids += 1)}`;
  const file = createSqliteStore({ path: ":memory:", clock });
  const server = createServer(clock, unhealthy);
  const over = new Map<string, Operation>();
  let late: (() => void)[] = [];
  let fault: unknown = null;

  /** In memory, which no power cut survives: here it counts as durable. */
  const store: Store = {
    ...file,
    durability: async (of) => {
      const isThere = of === undefined || (await file.read(of.key))?.version === of.version;
      return isThere ? { durable: true } : { durable: false, because: ["it has changed"] };
    },
  };
  const reach = {
    cluster: { look: async () => server.look() },
    restoring: {
      live: async () => server.live(),
      revision: async (_: unknown, uid: string) => server.revision(uid.replace("replicaset-", "")),
      revisions: async () => [],
      rehearse: async () => ({ kind: "not possible" }) as const,
      deletePod: async () => "not needed" as const,
      leaveEvent: async () => {},
      patch: async (_: unknown, patch: Parameters<typeof server.receive>[0]) => {
        const { operation } = patch;
        const known = await file.read(operating.operation(operation));
        try {
          return server.receive(patch, known?.value.intent.plan ?? null, over.has(operation));
        } catch (err) {
          fault ??= err;
          throw err;
        }
      },
    },
  };
  const replicas = [0, 1].map(() =>
    createReplica({ store, reach, clock, newId, allowed: () => allowed, late: (send) => late.push(send) }),
  );
  const { wish } = createWishing({
    store,
    clock,
    newId,
    reach: () => reach,
    authorize: async () => (allowed ? { kind: "allowed" } : { kind: "refused", because: "no" }),
    planForMs: () => 600_000,
    moved: () => {},
  });

  async function operations(): Promise<readonly Operation[]> {
    const all = await file.list({ ...operating.operation("x"), name: "operation/" }, { after: null, limit: 1_000 });
    return all.map((it) => it.value);
  }

  const pick = async (index: number) => {
    const all = await operations();
    return all[index % Math.max(all.length, 1)]?.intent;
  };

  async function check(): Promise<void> {
    if (fault !== null) throw fault;
    const all = await operations();
    for (const it of all) {
      const { id } = it.intent;
      if (hasEnded(it.progress) && !over.has(id)) ended(it);
      const then = over.get(id);
      if (then && then.progress.state !== it.progress.state) throw new Error(`${id} ended twice`);
    }
    const open = all.filter((it) => !hasEnded(it.progress)).map((it) => it.intent.id);
    if (open.length > 1) throw new Error("two operations are under way");
    const active = (await file.read(operating.active(plan().of)))?.value.operation;
    if (active !== open[0]) throw new Error(`${active} holds the workload, and ${open[0]} is under way`);
  }

  function ended(operation: Operation): void {
    const { progress, intent: it } = operation;
    over.set(it.id, operation);
    const isDone = ["restored", "unproven", "failed"].includes(progress.state);
    const isMovedOn = progress.state === "voided" && progress.because === "moved on";
    const times = server.times(it.id);
    if (isDone && times !== 1) throw new Error(`${it.id} is told as ${progress.state}, and was done ${times} times`);
    if (!isDone && !isMovedOn && times !== 0) throw new Error(`${it.id} is told as ${progress.state}, and was done`);
    if (progress.state !== "restored") return;
    const proof = server.looks.some(
      ({ at: seen, server: then }) =>
        seen === progress.at &&
        then.template.hash === it.plan.to.template &&
        then.readySince !== null &&
        then.readySince <= progress.readyAt,
    );
    const isLong = progress.at - progress.readyAt >= soakMs;
    if (!proof || !isLong) throw new Error(`${it.id} is told as restored without proof`);
  }

  const acts = {
    async confirm(name: string): Promise<void> {
      const live = server.live();
      const { uid, fence } = live;
      const bound = { uid, template: live.template.hash, fence };
      const drawn = plan({ bound, to: side(name), from: side(live.template.hash), expiresAt: at + 600_000 });
      await store.commit(confirmed(newId(), intent({ id: newId(), plan: drawn, at })));
    },
    async confirmAgain(index: number): Promise<void> {
      const of = await pick(index);
      if (of) await store.commit(confirmed(newId(), of));
    },
    async abort(index: number): Promise<void> {
      const of = await pick(index);
      if (of) await wish(of.id, { kind: "abort" }, bob);
    },
    async undo(index: number): Promise<void> {
      const of = await pick(index);
      if (of) await wish(of.id, { kind: "undo", reason: "worse" }, bob);
    },
    async wait(ms: number): Promise<void> {
      at += ms;
    },
    async step(index: number, fate: Fate): Promise<void> {
      await replicas[index]?.step(fate);
    },
    async crash(index: number, isLate: boolean): Promise<void> {
      replicas[index]?.crash(isLate);
    },
    async land(index: number): Promise<void> {
      const [send] = late.splice(index % Math.max(late.length, 1), 1);
      send?.();
      await new Promise((resolve) => setImmediate(resolve));
    },
    async permission(): Promise<void> {
      allowed = !allowed;
    },
    async server(what: "touch" | "pause" | "recreate"): Promise<void> {
      server[what]();
    },
    async deploy(name: string): Promise<void> {
      server.deploy(name);
    },
    async undoByHand(index: number): Promise<void> {
      server.undoByHand(index);
    },
  };

  /** Everything works from now on, but what was on its way may still arrive. */
  async function finish(): Promise<readonly Operation[]> {
    allowed = true;
    if (server.live().paused) server.pause();
    for (let turn = 0; turn < 3_000; turn += 1) {
      if ((await operations()).every((it) => hasEnded(it.progress))) break;
      await replicas[turn % 2]?.step("answered");
      if (turn % 4 === 0) at += 2_500;
    }
    await check();
    for (const send of late) send();
    late = [];
    for (let turn = 0; turn < 10; turn += 1) await replicas[turn % 2]?.step("answered");
    await check();
    const all = await operations();
    await file[Symbol.asyncDispose]();
    return all;
  }

  return { acts, check, finish };
}
