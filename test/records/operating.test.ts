import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { nameOf } from "../../src/core/ledger/release.ts";
import { type Intent, type Operation, opened } from "../../src/core/operation/operation.ts";
import { ended, leaseMs } from "../../src/core/operation/step.ts";
import { abort, undo } from "../../src/core/operation/wish.ts";
import type { Key, Versioned } from "../../src/ports.ts";
import { confirmed, operating, operatingIndex, stepped, taken, undone } from "../../src/records/operating.ts";
import { deliveries, dueOf } from "../../src/records/delivery.ts";
import { exported } from "../../src/store/export.ts";
import { createSqliteStore } from "../../src/store/sqlite.ts";
import { now } from "../core/given.ts";
import { bob, intent, plan } from "../core/operation/given.ts";

const { of } = plan();
const draft: Key<unknown> = { name: "plan/p1", parse: (it) => it };
let store: ReturnType<typeof createSqliteStore>;
let commits = 0;
const newId = () => `commit-${(commits += 1)}`;

beforeEach(async () => {
  await store?.[Symbol.asyncDispose]();
  store = createSqliteStore({ path: ":memory:", clock: { now: () => now } });
});
afterAll(() => store[Symbol.asyncDispose]());

const confirm = async (it: Intent) => store.commit(confirmed(newId(), it));
const find = async (prefix: string) => store.find(prefix, { after: null, limit: 100 });
const activeNow = async () => (await store.read(operating.active(of)))?.value.operation ?? null;

async function read(id: string): Promise<Versioned<Operation>> {
  const found = await store.read(operating.operation(id));
  if (!found) throw new Error(`no operation ${id}`);
  return found;
}

async function move(id: string, change: (it: Operation) => Operation): Promise<"done" | "conflict"> {
  const was = await read(id);
  return store.commit(stepped(newId(), was, change(was.value)).commit);
}

const end = (it: Operation) => ended(it, { state: "restored", at: now, readyAt: now });
const put = (it: Operation): Operation => ({
  ...it,
  progress: { state: "applied", at: now, template: "good", pods: null, soak: null, trouble: null, obstacle: null },
});

describe("a confirmation", () => {
  test("becomes one operation, due at once, untold, and found by its environment and its workload", async () => {
    expect(await confirm(intent())).toBe("done");
    expect((await read("p1")).value).toEqual(opened(intent()));
    expect(await activeNow()).toBe("p1");
    const strings = await Promise.all(
      [operatingIndex.due, operatingIndex.recent("prod"), operatingIndex.ofWorkload(of)].map(find),
    );
    expect(strings.map((it) => it.map(operatingIndex.idOf))).toEqual([["p1"], ["p1"], ["p1"]]);
    expect((await find(deliveries.due)).map((it) => dueOf(it).of)).toEqual([{ kind: "operation", id: "p1" }]);
    expect(operatingIndex.atOf(strings[0]?.[0] ?? "")).toBe(now);
  });

  test("sent twice is one operation", async () => {
    await confirm(intent());
    expect(await confirm(intent())).toBe("conflict");
    expect(await find(operatingIndex.due)).toHaveLength(1);
  });

  test("is refused while the workload has another under way, and not after that has ended", async () => {
    await confirm(intent());
    expect(await confirm(intent({ id: "p2" }))).toBe("conflict");
    await move("p1", end);
    expect(await activeNow()).toBe(null);
    expect(await confirm(intent({ id: "p2" }))).toBe("done");
  });

  test("is refused when what was shown has changed since", async () => {
    await store.commit({ id: "shown", put: [{ key: draft, value: "as shown" }] });
    await store.commit({ id: "redrawn", put: [{ key: draft, value: "otherwise" }] });
    const shown = { key: draft, version: "shown" };
    expect(await store.commit(confirmed(newId(), intent(), shown))).toBe("conflict");
    expect(await store.commit(confirmed(newId(), intent(), { ...shown, version: "redrawn" }))).toBe("done");
  });
});

describe("an operation in the store", () => {
  test("that was taken is due after the lease, for nobody else before, and is no news", async () => {
    await confirm(intent());
    await store.commit({ id: newId(), index: { drop: await find(deliveries.due) } });
    const was = await read("p1");
    expect(await store.commit(taken(newId(), was, now + leaseMs).commit)).toBe("done");
    expect(await store.commit(taken(newId(), was, now + leaseMs).commit)).toBe("conflict");
    expect((await find(operatingIndex.due)).map(operatingIndex.atOf)).toEqual([now + leaseMs]);
    expect(await find(deliveries.due)).toEqual([]);
  });

  test("that has ended is due no more, and untold", async () => {
    await confirm(intent());
    await store.commit({ id: newId(), index: { drop: await find(deliveries.due) } });
    await move("p1", end);
    expect(await find(operatingIndex.due)).toEqual([]);
    expect(await find(deliveries.due)).toHaveLength(1);
    expect(await find(operatingIndex.recent("prod"))).toHaveLength(1);
  });

  test("that changed since it was read takes no wish", async () => {
    await confirm(intent());
    const was = await read("p1");
    const wished = abort(was.value, { by: bob, at: now });
    await move("p1", put);
    if (wished.kind !== "accepted") throw new Error(wished.because);
    expect(await store.commit(stepped(newId(), was, wished.value).commit)).toBe("conflict");
  });

  test("comes first when it is due first", async () => {
    await confirm(intent({ at: now + 5 }));
    await confirm(intent({ id: "p2", plan: plan({ of: { ...of, name: "cart" } }), at: now + 1 }));
    expect((await find(operatingIndex.due)).map(operatingIndex.idOf)).toEqual(["p2", "p1"]);
  });

  test("comes first among its environment's when it is the newest", async () => {
    await confirm(intent());
    await confirm(intent({ id: "p2", plan: plan({ of: { ...of, name: "cart" } }), at: now + 1 }));
    expect((await find(operatingIndex.recent("prod"))).map(operatingIndex.idOf)).toEqual(["p2", "p1"]);
    expect(await find(operatingIndex.recent("pro"))).toEqual([]);
  });
});

describe("undoing", () => {
  const given = {
    by: bob,
    at: now,
    id: "p2",
    reason: "worse",
    bound: { uid: plan().bound.uid, template: "good", fence: "p1" },
    expiresAt: now + 600_000,
  };

  async function undoIt(id: string): Promise<"done" | "conflict"> {
    const was = await read("p1");
    const wished = undo(was.value, { ...given, id });
    if (wished.kind !== "accepted") throw new Error(wished.because);
    return store.commit(undone(newId(), was, wished.value));
  }

  test("ends the one under way and begins the other in one", async () => {
    await confirm(intent());
    await move("p1", put);
    expect(await undoIt("p2")).toBe("done");
    expect((await read("p1")).value.progress).toMatchObject({ state: "failed", because: { kind: "undone" } });
    expect(await activeNow()).toBe("p2");
    expect((await find(operatingIndex.due)).map(operatingIndex.idOf)).toEqual(["p2"]);
    expect((await find(operatingIndex.undoing("p1"))).map(operatingIndex.idOf)).toEqual(["p2"]);
  });

  test("leaves the end of one that was over as it was, and is refused while another is under way", async () => {
    await confirm(intent());
    await move("p1", put);
    await move("p1", end);
    expect(await undoIt("p2")).toBe("done");
    expect((await read("p1")).value.progress).toMatchObject({ state: "restored" });
    expect(await undoIt("p3")).toBe("conflict");
    expect(await activeNow()).toBe("p2");
  });
});

test("the names are where others look for them", () => {
  expect(operating.active(of).name).toBe(`active/${nameOf(of)}`);
});

test("every operation is in the export of the store", async () => {
  await confirm(intent());
  await move("p1", end);
  const lines: string[] = [];
  for await (const line of exported(store)) lines.push(line);
  const ours = lines.filter((it) => it.includes('"operation/p1"'));
  expect(ours).toHaveLength(1);
  expect(ours[0]).toContain("errors at checkout");
});
