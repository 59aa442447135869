import { setTimeout as wait } from "node:timers/promises";
import type { Redis } from "ioredis";
import type { Clock, Durability, Key } from "../../ports.ts";
import { StoreFault } from "../fault.ts";
import type { Connection } from "./connection.ts";
import { troubleOf } from "./fault.ts";
import type { Layout } from "./layout.ts";
import { storedOf } from "./record.ts";
import { checkSchema } from "./schema.ts";

type Options = { readonly connection: Connection; readonly layout: Layout; readonly clock: Pick<Clock, "now"> };

/** Looks at the server's settings, writes, and waits for a replica and for the file. */
export function createDurability({ connection, layout, clock }: Options) {
  return async (of?: { readonly key: Key<unknown>; readonly version: string }): Promise<Durability> => {
    const because = await connection
      .ask({ doing: "could not check the store", send: (redis) => look(redis, of) })
      .catch((err: unknown) => {
        if (err instanceof StoreFault) return [err.message];
        throw err;
      });
    const [first, ...more] = because;
    return first === undefined ? { durable: true } : { durable: false, because: [first, ...more] };
  };

  async function look(redis: Redis, of?: { readonly key: Key<unknown>; readonly version: string }) {
    const times = connection.times();
    const [info, time, schema, record] = await Promise.all([
      redis.info(),
      redis.time(),
      redis.get(layout.schema),
      of ? redis.get(layout.record(of.key.name)) : null,
    ]);
    checkSchema(schema);
    const facts = factsOf(info);
    const because = [...settings(facts), ...skew(Number(time[0]) * 1000 + Number(time[1]) / 1000, clock.now())];
    if (of && storedOf(record, { name: of.key.name, now: clock.now() })?.version !== of.version) {
      because.push(`${of.key.name} has changed`);
    }
    if (facts["role"] === "master") because.push(...(await probe(redis, Number(facts["connected_slaves"] ?? 0))));
    if (facts["aof_enabled"] === "1") because.push(...(await written(redis)));
    if (connection.times() !== times) because.push("the connection to Redis was lost meanwhile");
    return because;
  }

  /** A replica that has this write has all that were made before it. */
  async function probe(redis: Redis, replicas: number): Promise<readonly string[]> {
    try {
      const [, acknowledged] = await Promise.all([redis.set(layout.probe, "1"), replicas > 0 ? redis.wait(1, 500) : 1]);
      return acknowledged >= 1 ? [] : ["no replica of this Redis acknowledges what is written"];
    } catch (err) {
      const trouble = troubleOf(err);
      if (!trouble?.certain) throw err;
      return [trouble.sentence];
    }
  }
}

/**
 * With `appendfsync everysec` Redis answers before it writes, whenever its disk is busy: it holds back up to two seconds of
 * what it has acknowledged. `appendfsync always` never waits here.
 */
async function written(redis: Redis): Promise<readonly string[]> {
  for (let look = 1; look <= 10; look += 1) {
    const { aof_buffer_length: heldBack = "0" } = factsOf(await redis.info("persistence"));
    if (heldBack === "0") return [];
    await wait(30);
  }
  return ["Redis is slow to write its append-only file: look at its disk"];
}

type Facts = Readonly<Record<string, string>>;

function factsOf(info: string): Facts {
  return Object.fromEntries(
    Array.from(info.matchAll(/^(\w+):(.*?)\r?$/gm), ([, name = "", value = ""]) => [name, value]),
  );
}

/** From INFO, because managed servers often refuse CONFIG. */
function settings(facts: Facts): readonly string[] {
  const { role, aof_enabled, aof_last_write_status, maxmemory_policy } = facts;
  return [
    ...says(role === "master", "this Redis is a replica: REDIS_URL must name the master"),
    ...says(aof_enabled === "1", "Redis forgets what it was told when it ends: set appendonly yes"),
    ...says(aof_last_write_status !== "err", "Redis could not write its append-only file: look at its disk"),
    ...says(
      maxmemory_policy === "noeviction",
      `Redis may throw away records when its memory is full (maxmemory-policy ${/^[\w-]+$/.exec(maxmemory_policy ?? "")?.[0] ?? "unknown"}): set maxmemory-policy noeviction`,
    ),
  ];
}

function says(right: boolean, sentence: string): readonly string[] {
  return right ? [] : [sentence];
}

/** Records expire by the clocks of all replicas, which are compared here with one that they share. */
function skew(theirs: number, ours: number): readonly string[] {
  const seconds = Math.round(Math.abs(theirs - ours) / 1000);
  return seconds <= 2 ? [] : [`our clock and that of Redis are ${seconds} seconds apart`];
}
