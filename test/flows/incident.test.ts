import { beforeEach, describe, expect, test } from "vitest";
import type { Release } from "../../src/core/ledger/release.ts";
import { createIncidenting, type Incidenting } from "../../src/flows/incident.ts";
import type { Telling } from "../../src/flows/deliver/teller.ts";
import { records, stepped } from "../../src/records.ts";
import { deliveries, dueOf } from "../../src/records/delivery.ts";
import { createSqliteStore } from "../../src/store/sqlite.ts";
import * as given from "../core/given.ts";
import { life } from "../core/ledger/releases.ts";
import { viewOf } from "../core/look.ts";

const { hour, minute } = given;
const environments = [
  { name: "prod", aliases: [], places: [{ cluster: "prod-eu", namespaces: ["shop"] }] },
  { name: "staging", aliases: [], places: [{ cluster: "staging", namespaces: null }] },
];
const identities = {
  of: (cluster: string) => `uid-${cluster}`,
  named: (identity: string) => identity.replace(/^uid-/, ""),
  missing: () => [],
};

let now = given.now;
const clock = { now: () => now };
let store: ReturnType<typeof createSqliteStore>;
let commits = 0;
const newId = () => `commit-${(commits += 1)}`;
/** Two replicas over one store. */
let one: Incidenting;
let other: Incidenting;
beforeEach(() => {
  [now, commits] = [given.now, 0];
  store = createSqliteStore({ path: ":memory:", clock });
  const deps = { view: viewOf([]), store, identities, environments, clock, newId };
  one = createIncidenting(deps);
  other = createIncidenting(deps);
});

async function release(it: Release | undefined, ended: readonly Release[] = []): Promise<void> {
  if (!it) throw new Error("no release");
  const version = (await store.read(records.current(it.of)))?.version ?? null;
  await store.commit(stepped(newId(), { ended, current: it }, version));
}

const due = async () => (await store.find(deliveries.due, { after: null, limit: 100 })).map((it) => dueOf(it).of);

async function told(replies: readonly string[] = []): Promise<Telling> {
  const [of] = await due();
  const telling = await one.teller.tell(of?.id ?? "", { place: null, replies: new Set(replies), now });
  if (!telling || "within" in telling) throw new Error("nothing is told");
  return telling;
}

const heard = async () => (await told()).message.text;

describe("a look back", () => {
  test("is told once, however many hear of it and however often", async () => {
    const opened = await Promise.all([one, other, one].map((it) => it.open("C0INC", now - minute)));
    expect(opened.filter((it) => it)).toHaveLength(1);
    expect(await other.open("C0INC", now - minute)).toBe(false);
    expect(await due()).toEqual([{ kind: "incident", id: `C0INC-${now}` }]);
    expect(await told()).toMatchObject({ channel: "C0INC", thread: null, replies: [] });
  });

  test("is begun anew where the last one is over, and the last one is not told any more", async () => {
    await one.open("C0INC", now - 900 * hour);
    now += 2 * hour;
    expect(await one.open("C0INC", now - 900 * hour)).toBe(true);
    const [first, second] = await due();
    const ask = (id = "") => one.teller.tell(id, { place: null, replies: new Set(), now });
    expect(await ask(first?.id)).toBeNull();
    expect(await ask(second?.id)).toMatchObject({ channel: "C0INC" });
  });

  test("has what changed in the hour before, in every environment, newest first", async () => {
    await release(life({ name: "early" }, { at: now - 61 * minute })[0]);
    await release(life({ name: "checkout" }, { at: now - 50 * minute })[0]);
    await release(life({ name: "search", cluster: "uid-staging" }, { at: now - 10 * minute })[0]);
    await release(life({ name: "hidden", namespace: "secret" }, { at: now - 5 * minute })[0]);
    await one.open("C0INC", now - minute);
    expect(await heard()).toMatch(
      /^2 changes in prod and staging since .*\. search in staging: .* checkout in prod: /s,
    );
    expect(await heard()).not.toMatch(/early|hidden/);
  });

  test("is looked at again until its channel is a day old", async () => {
    await one.open("C0INC", now - hour);
    expect((await told()).next).toBe(now + 5_000);
    now += 23 * hour - 1_000;
    expect((await told()).next).toBe(now + 1_000);
    now += 1_000;
    expect((await told()).next).toBeNull();
    expect(await heard()).toMatch(/not any more/);
  });
});

describe("what is deployed meanwhile", () => {
  test("is said to the channel, kept current, and in the list", async () => {
    await one.open("C0INC", now - minute);
    now += 10 * minute;
    const [first, second] = life({}, { at: now - minute }, { at: now + minute });
    await release(first && { ...first, end: null });
    const [reply] = (await told()).replies;
    expect(reply).toMatchObject({ broadcast: true });
    expect(reply?.message.text).toMatch(/^checkout in prod: .*not healthy yet/);

    now += 2 * minute;
    await release(second, first ? [first] : []);
    const { replies, message } = await told([reply?.name ?? ""]);
    expect(replies.map((it) => it.message.text)).toMatchObject([/never healthy/, /live now/]);
    expect(replies[0]?.name).toBe(reply?.name);
    expect(message.text).toMatch(/^2 changes/);
  });

  test("is not said where only pods were restarted, nor what was deployed before", async () => {
    await release(life({ name: "before" }, { at: now - minute })[0]);
    await one.open("C0INC", now - minute);
    now += minute;
    await release(life({ name: "again" }, { at: now, kind: "restart" })[0]);
    expect((await told()).replies).toEqual([]);
    expect(await heard()).toMatch(/^2 changes/);
  });

  test("does not bury the channel", async () => {
    await one.open("C0INC", now - minute);
    now += minute;
    for (let count = 0; count < 40; count += 1)
      await release(life({ name: `service-${count}` }, { at: now + count })[0]);
    const { replies, message } = await told();
    expect(replies).toHaveLength(20);
    expect(message.text).toMatch(/^40 changes/);
    expect((await told(replies.map((it) => it.name))).replies.map((it) => it.name)).toEqual(
      replies.map((it) => it.name),
    );
  });
});
