import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Store } from "../../src/ports.ts";
import { exported, imported } from "../../src/store/export.ts";
import type { Movable } from "../../src/store/line.ts";
import { createRedisStore } from "../../src/store/redis.ts";
import { createSqliteStore } from "../../src/store/sqlite.ts";
import { all, anything, hour, noon, text } from "./given.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";

type Opened = Store & Movable & AsyncDisposable;

let server: RedisServer & AsyncDisposable;
let installations = 0;
const stack: AsyncDisposable[] = [];
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server[Symbol.asyncDispose]());
afterEach(async () => {
  for (const it of stack.splice(0)) await it[Symbol.asyncDispose]();
});

const clock = { now: () => noon };
const kinds = {
  SQLite: () => createSqliteStore({ path: ":memory:", clock }),
  Redis: () => createRedisStore({ url: server.url, installation: `test-${(installations += 1)}`, clock }),
} satisfies Record<string, () => Opened>;

function opened(kind: keyof typeof kinds): Opened {
  const store = kinds[kind]();
  stack.push(store);
  return store;
}

const names = ["plan/1", "\u2028", "\n", "é", "{x}:r", "__proto__"];

/** Hundreds of everything, so that no page has it all; and one record that is no longer there. */
async function fill(store: Store): Promise<void> {
  const many = [...names, ...Array.from({ length: 700 }, (_, at) => `n/${at}`)];
  await store.commit({
    id: "first",
    put: [
      ...many.map((name) => ({ key: anything(name), value: { [name]: [name, 1.5, null] } })),
      { key: text("seen"), value: "x", expiresAt: noon + hour },
      { key: text("gone"), value: "x", expiresAt: noon },
    ],
    append: [
      ...many.map((name) => ({ log: anything(name), at: 7, value: name })),
      ...many.map((name, at) => ({ log: text("ledger"), at: at + 1, value: name })),
    ],
    index: { add: many },
  });
}

async function linesOf(store: Movable): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of exported(store)) lines.push(line.slice(0, -1));
  return lines;
}

async function* each(lines: readonly string[]): AsyncIterable<string> {
  yield* lines;
}

describe.each([
  ["SQLite", "Redis"],
  ["Redis", "SQLite"],
] as const)("from %s to %s", (from, to) => {
  test("moves everything, and what was read before still holds", async () => {
    const old = opened(from);
    await fill(old);
    const lines = await linesOf(old);
    const store = opened(to);
    expect(await imported(store, each(lines))).toBe(lines.length - 2);
    expect(await linesOf(store)).toEqual(lines);
    expect(lines.filter((it) => it.includes('"record"'))).toHaveLength(names.length + 700 + 1);

    expect(await store.read(anything("plan/1"))).toMatchObject({ value: { "plan/1": ["plan/1", 1.5, null] } });
    expect(await store.range(text("ledger"), { before: 3, limit: 1 })).toEqual([{ at: 2, value: names[1] }]);
    expect(await store.find("n/69", all)).toHaveLength(11);
    const expected = { key: text("seen"), version: "first" };
    expect(await store.commit({ id: "second", expect: [expected], remove: [text("seen")] })).toBe("done");
  });

  test("keeps nothing of lines that are not whole, and takes them when they are", async () => {
    const old = opened(from);
    await fill(old);
    const lines = await linesOf(old);
    const store = opened(to);
    for (const [bad, why] of [
      [lines.slice(0, -1), "is cut off after line"],
      [lines.slice(1), "line 1 is not what comes there"],
      [lines.toSpliced(5, 1), "is not what comes there"],
      [lines.with(900, '{"record":"x"}'), "line 901 is not a line of an export"],
      [lines.with(900, "[]"), "line 901 is not a line of an export"],
      [lines.with(0, '{"schema":2}'), "this is an export of schema 2"],
      [[...lines, '{"index":"more"}'], "is not what comes there"],
      [[], "is cut off after line 0"],
    ] as const) {
      await expect(imported(store, each(bad))).rejects.toThrow(why);
    }
    await imported(store, each(lines));
    expect(await linesOf(store)).toEqual(lines);
  });

  test("refuses a store where something is", async () => {
    const store = opened(to);
    await store.commit({ id: "c1", put: [{ key: text("mine"), value: "kept" }] });
    const lines = await linesOf(opened(from));
    await expect(imported(store, each(lines))).rejects.toThrow("there is something in it already");
    expect(await store.read(text("mine"))).toMatchObject({ value: "kept" });
  });
});

test("a Redis that was filled half way is not used by anybody", async () => {
  const store = opened("Redis");
  await expect(imported(store, each(['{"schema":1}', '{"index":"a"}']))).rejects.toThrow("cut off");
  await expect(store.find("", all)).rejects.toThrow("was not filled to the end: import into it once more");
  await expect(store.commit({ id: "c1" })).rejects.toThrow("was not filled to the end");
});

test("a Redis that has records and has lost its schema is not taken for an empty one", async () => {
  const store = opened("Redis");
  await store.commit({ id: "c1", put: [{ key: text("mine"), value: "kept" }] });
  await server.run("DEL", `{test-${installations}}:schema`);
  await expect(imported(store, each(['{"schema":1}', '{"end":0}']))).rejects.toThrow("something in it already");
  expect(await store.read(text("mine"))).toMatchObject({ value: "kept" });
});

test("an export that somebody writes into is refused", async () => {
  const store = opened("Redis");
  await store.commit({ id: "c1", index: { add: ["a", "b"] } });
  const reading = exported(store)[Symbol.asyncIterator]();
  await reading.next();
  await reading.next();
  await store.commit({ id: "c2", index: { drop: ["b"] } });
  await reading.next();
  await expect(reading.next()).rejects.toThrow("stop the bot first");
});

describe("npm run store", { timeout: 20_000 }, () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "store-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const at = (name: string): string => join(folder, name);

  /** What it says, and how it ends. */
  async function run(environment: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<string> {
    const command = [join(import.meta.dirname, "../../store.ts"), ...args];
    const { stderr } = await promisify(execFile)(process.execPath, command, { cwd: folder, env: environment }).catch(
      (err: { code: number; stderr: string }) => ({ stderr: `${err.code}: ${err.stderr}` }),
    );
    return stderr;
  }

  test("moves a state file into Redis with one command", async () => {
    await filled(at("state.sqlite"));
    const environment = { STATE_FILE: "state.sqlite", REDIS_URL: server.url };
    expect(await run(environment, "move")).toBe("moved 1 lines\n");
    await using store = createRedisStore({ url: server.url, clock });
    expect(await store.read(text("r"))).toMatchObject({ value: "kept", version: "c1" });
    expect(await run(environment, "move")).toBe(
      "1: whatsrunning: could not fill the store: there is something in it already\n",
    );
  });

  test("exports to a new file of ours alone, and imports it", async () => {
    await filled(at("state.sqlite"));
    expect(await run({ STATE_FILE: "state.sqlite" }, "export", "all.jsonl")).toBe("exported to all.jsonl\n");
    expect((await stat(at("all.jsonl"))).mode & 0o777).toBe(0o600);
    expect(await run({ STATE_FILE: "other.sqlite" }, "import", "all.jsonl")).toBe("imported 1 lines\n");
    await using store = createSqliteStore({ path: at("other.sqlite"), clock });
    expect(await store.read(text("r"))).toMatchObject({ value: "kept" });
  });

  test("writes over nothing, makes up no state file, and explains itself", async () => {
    await writeFile(at("mine"), "precious");
    await filled(at("state.sqlite"));
    expect(await run({ STATE_FILE: "state.sqlite" }, "export", "mine")).toMatch(/^1: whatsrunning: EEXIST/);
    expect(await readFile(at("mine"), "utf8")).toBe("precious");
    expect(await run({ STATE_FILE: "none" }, "export", "new")).toContain(
      "1: whatsrunning: there is no state file none",
    );
    await expect(stat(at("none"))).rejects.toThrow("ENOENT");
    expect(await run({}, "explode")).toMatch(/^2: Stop the bot first/);
  });
});

async function filled(path: string): Promise<void> {
  await using store = createSqliteStore({ path, clock: { now: Date.now } });
  await store.commit({ id: "c1", put: [{ key: text("r"), value: "kept" }] });
}
