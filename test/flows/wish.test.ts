import { afterAll, beforeEach, expect, test } from "vitest";
import type { Live } from "../../src/core/operation/live.ts";
import type { Operation } from "../../src/core/operation/operation.ts";
import { createOperationTeller } from "../../src/flows/operate/tell.ts";
import { createWishing, type Wish } from "../../src/flows/wish.ts";
import { confirmed, operating, stepped } from "../../src/records/operating.ts";
import { createSqliteStore } from "../../src/store/sqlite.ts";
import { now } from "../core/given.ts";
import { bob, intent, live, operation, plan } from "../core/operation/given.ts";

let store: ReturnType<typeof createSqliteStore>;
let ids = 0;
let workload: Live | "gone" | Error;
let allowed: boolean;
const newId = () => `id-${(ids += 1)}`;

beforeEach(async () => {
  await store?.[Symbol.asyncDispose]();
  store = createSqliteStore({ path: ":memory:", clock: { now: () => now } });
  workload = live({ template: "good", fence: "p1", generation: 8 });
  allowed = true;
  await store.commit(confirmed(newId(), intent()));
});
afterAll(() => store[Symbol.asyncDispose]());

const restoring = {
  live: async () => {
    if (workload instanceof Error) throw workload;
    return workload;
  },
};

async function wish(what: Wish, id = "p1") {
  const { wish: ask } = createWishing({
    store,
    clock: { now: () => now },
    newId,
    reach: () => ({ restoring }),
    authorize: async () => (allowed ? { kind: "allowed" } : { kind: "refused", because: "Only @sre may." }),
    planForMs: () => 600_000,
    moved: () => {},
  });
  return ask(id, what, bob);
}

async function read(id: string): Promise<Operation | null> {
  return (await store.read(operating.operation(id)))?.value ?? null;
}

async function become(progress: Operation["progress"]): Promise<void> {
  const was = await store.read(operating.operation("p1"));
  if (was) await store.commit(stepped(newId(), was, { ...operation(progress), dueAt: null }).commit);
}

const applied = {
  state: "applied",
  at: now,
  template: "good",
  pods: null,
  soak: null,
  trouble: null,
  obstacle: null,
} as const;
const undo: Wish = { kind: "undo", reason: "worse" };

test("one that has not left is stopped by whoever may", async () => {
  allowed = false;
  expect(await wish({ kind: "abort" })).toEqual({ kind: "not allowed", because: "Only @sre may." });
  expect((await read("p1"))?.wishes.abort).toBe(null);
  allowed = true;
  expect(await wish({ kind: "abort" })).toEqual({ kind: "done" });
  expect((await read("p1"))?.wishes.abort).toEqual({ by: bob, at: now });
  expect(await wish({ kind: "abort" })).toEqual({ kind: "refused", because: "asked already" });
  expect(await wish({ kind: "abort" }, "p9")).toEqual({ kind: "refused", because: "no such operation" });
});

test("an undo is bound to what is there, and a second click is the same undo", async () => {
  expect(await wish(undo)).toEqual({ kind: "refused", because: "not applied" });
  await become({ state: "restored", at: now, readyAt: now });
  expect(await Promise.all([wish(undo), wish(undo)])).toContainEqual({ kind: "done" });
  expect(await wish(undo)).toEqual({ kind: "refused", because: "asked already" });
  const active = await store.read(operating.active(plan().of));
  const undoing = await read(active?.value.operation ?? "");
  expect(undoing?.intent).toMatchObject({
    kind: "undo",
    undoes: "p1",
    plan: { bound: { fence: "p1" }, to: { template: "bad" } },
  });
});

test.each([
  ["changed since", live({ template: "dire", fence: "p9" }), { kind: "refused", because: "superseded" }],
  ["gone", "gone", { kind: "refused", because: "superseded" }],
  ["not to be read", new Error("prod-eu does not answer"), { kind: "not now", because: "prod-eu does not answer" }],
] as const)("nothing is undone on a workload that is %s", async (_, is, expected) => {
  await become(applied);
  workload = is;
  expect(await wish(undo)).toEqual(expected);
  expect((await read("p1"))?.progress.state).toBe("applied");
});

test("only the pod that holds things up is deleted", async () => {
  await become({ ...applied, obstacle: { name: "db-1", uid: "pod-1", reason: "CrashLoopBackOff" } });
  const other: Wish = { kind: "delete pod", pod: { name: "db-1", uid: "pod-2" } };
  expect(await wish(other)).toEqual({ kind: "refused", because: "no such pod" });
  expect(await wish({ kind: "delete pod", pod: { name: "db-1", uid: "pod-1" } })).toEqual({ kind: "done" });
  expect((await read("p1"))?.wishes.deletion).toMatchObject({ state: "asked", pod: { uid: "pod-1" } });
});

async function tell(closed: readonly string[], ts: string | null) {
  const isClosed = (it: string) => closed.includes(it);
  const teller = createOperationTeller({ store, announceIn: () => "C0DEPLOYS", isClosed });
  const place = ts === null ? null : { channel: "C0INC", ts };
  const telling = await teller.tell("p1", { place, replies: new Set(), now });
  return telling && "channel" in telling ? telling : null;
}

test("it is told where it was asked for, and where deploys are announced only when that takes no message", async () => {
  expect((await tell([], null))?.channel).toBe("C0INC");
  expect((await tell(["C0INC"], null))?.channel).toBe("C0DEPLOYS");
  expect((await tell(["C0INC"], "1.2"))?.channel).toBe("C0INC");
  expect((await tell([], null))?.replies).toEqual([]);
  await become({ state: "restored", at: now, readyAt: now });
  const told = await tell([], "1.2");
  expect(told).toMatchObject({ urgent: true, replies: [{ name: "end", broadcast: true }] });
  await wish(undo);
  expect(JSON.stringify(await tell([], "1.2"))).toContain("Undone by Bob");
});
