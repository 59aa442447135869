import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createSqliteStore } from "../../src/store/sqlite.ts";
import { all, noon, text } from "./given.ts";

let folder: string;
let path: string;
const writers: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "store-"));
  path = join(folder, "state.sqlite");
});
afterEach(async () => {
  await Promise.all(writers.splice(0).map(killed));
  await rm(folder, { recursive: true });
});

const patient = { timeout: 10_000 };
const open = () => createSqliteStore({ path, clock: { now: () => noon } });
const change = (id: string) => ({ id, put: [{ key: text("r"), value: id }] });

describe("the file", { timeout: 20_000 }, () => {
  test("still has everything when it is opened again", async () => {
    {
      await using store = open();
      await store.commit({ ...change("c1"), append: [{ log: text("l"), at: 7, value: "x" }], index: { add: ["a"] } });
    }
    await using store = open();
    expect(await store.read(text("r"))).toMatchObject({ value: "c1", version: "c1" });
    expect(await store.range(text("l"), { before: null, limit: 9 })).toEqual([{ at: 7, value: "x" }]);
    expect(await store.find("", all)).toEqual(["a"]);
    expect(await store.commit({ ...change("c1"), append: [{ log: text("l"), at: 9, value: "y" }] })).toBe("done");
    expect(await store.range(text("l"), { before: null, limit: 9 })).toHaveLength(1);
  });

  test("belongs to one process, until that one is killed", async () => {
    const first = write();
    await expect.poll(first.text, patient).toContain("done 3");
    expect(open).toThrow("another process has it open");
    await expect
      .poll(write().text, patient)
      .toContain(`cannot use the state file ${path}: another process has it open`);

    await killed(first.child);
    await using store = open();
    expect(await store.commit(change("mine"))).toBe("done");
  });

  test("has all that was acknowledged before a kill, each commit whole", async () => {
    for (const from of [1, 1001]) {
      const writer = write({ from });
      await expect.poll(writer.text, patient).toContain(`done ${from + 20}`);
      await killed(writer.child);
      await using store = open();
      const acknowledged = Number(/.*done (\d+)\n/s.exec(writer.text())?.[1]);
      const [last] = await store.range(text("l"), { before: null, limit: 1 });
      expect(last?.at).toBeGreaterThanOrEqual(acknowledged);
      expect((await store.read(text("last")))?.value).toBe(last?.value);
      expect(await store.find(`${last?.at}`, all)).toEqual([`${last?.at}`]);
    }
  });

  test("that a newer version has written is refused, and not changed by a byte", async () => {
    await open()[Symbol.asyncDispose]();
    const newer = new DatabaseSync(path);
    newer.exec("PRAGMA journal_mode = DELETE; PRAGMA user_version = 2");
    newer.close();
    const before = await readFile(path);
    expect(open).toThrow(/newer version of whatsrunning has written it \(schema 2, and this one knows 1\)/);
    expect((await readFile(path)).equals(before)).toBe(true);
  });

  test("that is something else is refused, and not changed", async () => {
    await writeFile(path, "a letter to my landlord. ".repeat(100));
    expect(open).toThrow(`cannot use the state file ${path}: it is not a database`);
    expect(await readFile(path, "utf8")).toMatch(/^a letter/);
    path = join(folder, "none", "state.sqlite");
    expect(open).toThrow("it cannot be opened: check that the folder exists");
  });

  test("that may only be read is refused", async () => {
    await open()[Symbol.asyncDispose]();
    await chmod(path, 0o444);
    await chmod(folder, 0o555);
    await expect.poll(write({ as: nobody }).text, patient).toContain("it may only be read: check the permissions");
    await chmod(folder, 0o755);
  });

  test("of which the disk takes no more has every commit whole or not at all", async () => {
    const writer = write({ shell: 'ulimit -f 2048; exec "$@"' });
    await expect.poll(writer.text, patient).toContain("fault could not commit: its disk");
    expect(writer.text()).toContain("once more after StoreFault: could not commit: its disk");
    const acknowledged = Number(/.*done (\d+)\n/s.exec(writer.text())?.[1]);
    expect(acknowledged).toBeGreaterThan(10);
    await using store = open();
    const entries = await store.range(text("l"), { before: null, limit: 1000 });
    expect(entries).toHaveLength(acknowledged);
    expect((await store.read(text("last")))?.value).toBe(entries[0]?.value);
    expect(await store.commit(change("again"))).toBe("done");
  });
});

test("a commit that breaks off leaves nothing open behind it", async () => {
  let broken = true;
  const now = (): number => {
    if (broken) throw new Error("no time");
    return noon;
  };
  await using store = createSqliteStore({ path, clock: { now } });
  await expect(store.commit(change("c1"))).rejects.toThrow("no time");
  broken = false;
  expect(await store.commit(change("c2"))).toBe("done");
});

describe("durability", () => {
  test("is there for a file, and for a record in the version that was read", async () => {
    await using store = open();
    await store.commit(change("c1"));
    expect(await store.durability()).toEqual({ durable: true });
    expect(await store.durability({ key: text("r"), version: "c1" })).toEqual({ durable: true });
    expect(await store.durability({ key: text("r"), version: "c0" })).toEqual({
      durable: false,
      because: ["r has changed"],
    });
  });

  test("is gone with the file", async () => {
    await using store = open();
    await rename(path, `${path}.old`);
    expect(await store.durability()).toEqual({
      durable: false,
      because: [`the state file ${path} was deleted or replaced: start again`],
    });
  });

  test("is not there in memory", async () => {
    await using store = createSqliteStore({ path: ":memory:", clock: { now: () => noon } });
    expect(await store.durability()).toEqual({
      durable: false,
      because: ["the store is in memory: set STATE_FILE or REDIS_URL"],
    });
  });
});

type Writing = {
  /** The number of its first commit. */
  readonly from?: number;
  /** What a shell does before it becomes the writer. */
  readonly shell?: string;
  readonly as?: { readonly uid?: number };
};

/** No permission stops root: somebody else is needed. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534 } : {};

function write({ from = 1, shell = 'exec "$@"', as = {} }: Writing = {}) {
  const command = [shell, "sh", process.execPath, join(import.meta.dirname, "writer.ts"), path, `${from}`];
  const child = spawn("sh", ["-c", ...command], { stdio: ["ignore", "pipe", "ignore"], ...as });
  writers.push(child);
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += String(chunk);
  });
  return {
    child,
    text: () => output,
  };
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}
