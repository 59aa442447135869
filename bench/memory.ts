import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { nameOf } from "../src/core/ledger/release.ts";
import { kept } from "../src/records/release.ts";
import { index, leadOf, leadsTo, records, stepped } from "../src/records.ts";
import type { Item, Movable } from "../src/store/line.ts";
import { createRedisStore } from "../src/store/redis.ts";
import { layoutOf } from "../src/store/redis/layout.ts";
import { createSqliteStore } from "../src/store/sqlite.ts";
import type { Store } from "../src/ports.ts";
import { startRedis } from "../test/store/redis-server.ts";
import { digestAt, type Ledger, releaseAt, startAt, subjectAt } from "./remembered.ts";
import { percentile, type Result, type Row } from "./table.ts";

/** B6: what the ledger costs and how fast it answers, in both stores, beside a hash and a sorted set for each workload. */

type Options = { readonly ledger: Ledger; readonly runs: number; readonly asks: number };

const clock = { now: Date.now };

export async function remembering({ ledger, runs, asks }: Options): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  await using redis = await startRedis();
  const path = join(folder, "state.sqlite");
  await using sqlite = createSqliteStore({ path, clock });
  await using remote = createRedisStore({ url: redis.url, clock });
  const peer = new Redis({ port: redis.port, protocol: 2 });
  try {
    await connected(remote);
    const count = ledger.workloads * ledger.releasesEach;
    await sqlite.load(itemsOf(ledger));
    const sqliteBytes = (await sizeOf(folder)) / count;
    const before = await usedBytes(peer);
    await remote.load(itemsOf(ledger));
    const redisBytes = ((await usedBytes(peer)) - before) / count;
    const indexBytes = Number(await peer.memory("USAGE", layoutOf("whatsrunning").strings, "SAMPLES", 0)) / count;
    const peerBytes = await fillPeer(peer, ledger);

    const ours = { sqlite: [] as Times[], redis: [] as Times[] };
    const theirs: Pick<Times, "asOf">[] = [];
    for (let run = 0; run < runs; run += 1) {
      ours.sqlite.push(await timed(sqlite, ledger, run, asks));
      ours.redis.push(await timed(remote, ledger, run, asks));
      theirs.push({ asOf: await peerAsOf(peer, ledger, run, asks) });
    }
    return result({ ledger, runs, asks, ours, theirs, bytes: { sqliteBytes, redisBytes, indexBytes, peerBytes } });
  } finally {
    peer.disconnect();
    await rm(folder, { recursive: true, force: true });
  }
}

/** With the log of writes that are not in the file yet. */
async function sizeOf(folder: string): Promise<number> {
  const files = await readdir(folder);
  const sizes = await Promise.all(files.map(async (it) => (await stat(join(folder, it))).size));
  return sizes.reduce((sum, it) => sum + it, 0);
}

async function connected(store: Store): Promise<void> {
  for (let tries = 0; tries < 50; tries += 1) {
    if (
      await store.find("x", { after: null, limit: 1 }).then(
        () => true,
        () => false,
      )
    )
      return;
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** As `npm run store -- import` would bring it. */
async function* itemsOf(ledger: Ledger): AsyncIterable<Item> {
  for (let workload = 0; workload < ledger.workloads; workload += 1) {
    const last = ledger.releasesEach - 1;
    for (let nth = 0; nth < last; nth += 1) {
      const value = releaseAt(workload, nth, ledger);
      yield { log: records.ledger(value.of).name, at: value.start.at, value: kept(value, { of: value.of }) };
    }
    const value = releaseAt(workload, last, ledger);
    yield { record: records.current(value.of).name, version: `v-${workload}`, expiresAt: null, value: kept(value) };
  }
  for (let workload = 0; workload < ledger.workloads; workload += 1) {
    const strings = new Set<string>();
    for (let nth = 0; nth < ledger.releasesEach; nth += 1)
      leadsTo(releaseAt(workload, nth, ledger)).forEach((it) => strings.add(it));
    for (const it of strings) yield { index: it };
  }
}

type Times = {
  readonly append: readonly number[];
  readonly asOf: readonly number[];
  readonly where: readonly number[];
};

async function timed(store: Store & Movable, ledger: Ledger, run: number, asks: number): Promise<Times> {
  const [append, asOf, where]: [number[], number[], number[]] = [[], [], []];
  for (let ask = 0; ask < asks; ask += 1) {
    const { workload, nth } = pick(ledger, run * asks + ask);
    asOf.push(
      await took(
        async () =>
          (await store.range(records.ledger(subjectAt(workload)), { before: startAt(nth) + 1, limit: 1 }))[0]?.value
            .containers[0]?.digests[0],
        digestAt(workload, nth),
      ),
    );
    const hex = digestAt(workload, nth).slice("sha256:".length, "sha256:".length + 12);
    where.push(
      await took(
        async () => (await store.find(index.digest(hex), { after: null, limit: 10 })).map((it) => leadOf(it)?.start)[0],
        startAt(nth),
      ),
    );
  }
  for (let nth = 0; nth < Math.min(asks, 200); nth += 1)
    append.push(await took(async () => appended(store, ledger, run, nth), "done"));
  return { append, asOf, where };
}

/** One more release of a workload of its own, with all that a step writes. */
async function appended(store: Store, ledger: Ledger, run: number, nth: number): Promise<string> {
  const of = { ...subjectAt(run), namespace: "appended" };
  const [ended, current] = [releaseAt(run, nth, ledger), releaseAt(run, nth + 1, ledger)].map((it) => ({ ...it, of }));
  if (!ended || !current) return "nothing to append";
  const version = (await store.read(records.current(of)))?.version ?? null;
  return store.commit(
    stepped(
      `append-${run}-${nth}-${Math.random().toString(36).slice(2)}`,
      { ended: [ended], current: { ...current, end: null } },
      version,
    ),
  );
}

async function took(act: () => Promise<unknown>, wanted: unknown): Promise<number> {
  const start = performance.now();
  const got = await act();
  const ms = performance.now() - start;
  if (got !== wanted) throw new Error(`a wrong answer: ${String(got)} instead of ${String(wanted)}`);
  return ms;
}

/** Not the release in force: that one is a record, not an entry. */
function pick({ workloads, releasesEach }: Ledger, nth: number) {
  return { workload: (nth * 7919) % workloads, nth: (nth * 104_729) % (releasesEach - 1) };
}

async function usedBytes(redis: Redis): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await redis.info("memory"))?.[1]);
}

/** A hash for each release and a sorted set of them for each workload, which is how most would begin. */
async function fillPeer(redis: Redis, ledger: Ledger): Promise<number> {
  const before = await usedBytes(redis);
  for (let workload = 0; workload < ledger.workloads; workload += 1) {
    const pipeline = redis.pipeline();
    for (let nth = 0; nth < ledger.releasesEach; nth += 1) {
      const { of, start, ...rest } = releaseAt(workload, nth, ledger);
      const fields = Object.entries(rest).flatMap(([key, it]) => [
        key,
        typeof it === "string" ? it : JSON.stringify(it),
      ]);
      pipeline.hset(`peer:${nameOf(of)}:${start.at}`, ...fields);
      pipeline.zadd(`peer:${nameOf(of)}`, start.at, String(start.at));
    }
    await pipeline.exec();
  }
  return ((await usedBytes(redis)) - before) / (ledger.workloads * ledger.releasesEach);
}

async function peerAsOf(redis: Redis, ledger: Ledger, run: number, asks: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (let ask = 0; ask < asks; ask += 1) {
    const { workload, nth } = pick(ledger, run * asks + ask);
    const key = `peer:${nameOf(subjectAt(workload))}`;
    times.push(
      await took(
        async () => {
          const [at] = await redis.zrange(key, startAt(nth), "-inf", "BYSCORE", "REV", "LIMIT", 0, 1);
          const { containers = "" } = await redis.hgetall(`${key}:${at}`);
          return /sha256:[\da-f]{64}/.exec(containers)?.[0];
        },
        digestAt(workload, nth),
      ),
    );
  }
  return times;
}

type Measured = Options & {
  readonly ours: { readonly sqlite: readonly Times[]; readonly redis: readonly Times[] };
  readonly theirs: readonly Pick<Times, "asOf">[];
  readonly bytes: {
    readonly sqliteBytes: number;
    readonly redisBytes: number;
    readonly indexBytes: number;
    readonly peerBytes: number;
  };
};

const at = (all: readonly Times[], of: keyof Times, percent: number) => all.map((it) => percentile(it[of], percent));

const row = (what: string, values: readonly number[], goal: Row["goal"] = null): Row => ({
  what,
  unit: "ms",
  ours: values,
  peer: null,
  goal,
});

function result({ ledger, runs, asks, ours, theirs, bytes }: Measured): Result {
  const count = (ledger.workloads * ledger.releasesEach).toLocaleString("en");
  const peer = (percent: number): Row["peer"] => ({
    name: "hash per release",
    values: theirs.map((it) => percentile(it.asOf, percent)),
  });
  return {
    title: "B6 Memory",
    about: `${count} releases of ${ledger.workloads} workloads, as the ledger writes them, with their index; ${runs} runs of ${asks} questions, one at a time, each answer checked. Peer: a hash for each release and a sorted set for each workload, in the same Redis, without an index.`,
    rows: [
      { ...row("Redis: as of, p50", at(ours.redis, "asOf", 50)), peer: peer(50) },
      { ...row("Redis: as of, p99", at(ours.redis, "asOf", 99), { atMost: 1 }), peer: peer(99) },
      row("Redis: where, p99", at(ours.redis, "where", 99)),
      row("Redis: append, p50", at(ours.redis, "append", 50)),
      row("SQLite: as of, p99", at(ours.sqlite, "asOf", 99), { atMost: 1 }),
      row("SQLite: where, p99", at(ours.sqlite, "where", 99)),
      row("SQLite: append, p50", at(ours.sqlite, "append", 50)),
      {
        what: "Redis: bytes a release, without the index",
        unit: "",
        ours: [bytes.redisBytes - bytes.indexBytes],
        peer: { name: "hash per release", values: [bytes.peerBytes] },
        goal: null,
      },
      { what: "Redis: bytes of the index, a release", unit: "", ours: [bytes.indexBytes], peer: null, goal: null },
      {
        what: "SQLite: bytes a release on disk, with its index",
        unit: "",
        ours: [bytes.sqliteBytes],
        peer: null,
        goal: null,
      },
    ],
  };
}
