import { describe, expect, test } from "vitest";
import { createRetaining } from "../../src/flows/retain.ts";
import { records } from "../../src/records.ts";
import * as given from "../core/given.ts";
import { life } from "../core/ledger/releases.ts";
import { subject } from "../core/ledger/story.ts";
import { remembered } from "./remembered.ts";

const { now, hour } = given;
const day = 24 * hour;
const months = life(
  {},
  { at: now - 300 * day, digest: given.digest("a"), commit: "aaaa111" },
  { at: now - 200 * day, digest: given.digest("b"), commit: "bbbb222" },
  { at: now - 100 * day, digest: given.digest("c"), commit: "cccc333" },
  { at: now - day, digest: given.digest("d"), commit: "dddd444" },
);

async function retained(keepMs: number) {
  const { ask, store } = await remembered([months]);
  let id = 0;
  const newId = () => `retain-${(id += 1)}`;
  const { turn } = createRetaining({ store, clock: { now: () => now }, newId, keepMs });
  while ((await turn()) === "worked");
  return { ask, store, turn };
}

describe("what ended long ago", () => {
  test("is forgotten, and what was in force when the kept time begins is not", async () => {
    const { store } = await retained(150 * day);
    const left = await store.range(records.ledger(subject), { before: null, limit: 10 });
    expect(left.map((it) => it.value.revision.number)).toEqual([3, 2]);
  });

  test("leaves nothing behind that leads to it", async () => {
    const { store, ask } = await retained(150 * day);
    expect(await store.find("commit/aaaa", { after: null, limit: 10 })).toEqual([]);
    expect(await store.find("digest/aaaa", { after: null, limit: 10 })).toEqual([]);
    expect(await store.find("recent/", { after: null, limit: 10 })).toHaveLength(3);
    expect(await ask({ kind: "where", what: "bbbb222" })).toMatchObject({ before: [{}] });
  });

  test("is kept whole while it is not old enough", async () => {
    const { store } = await retained(400 * day);
    expect(await store.range(records.ledger(subject), { before: null, limit: 10 })).toHaveLength(3);
  });

  test("does not matter to the release in force, however old it is", async () => {
    const { ask } = await retained(day / 2);
    const { rows } = await ask({ kind: "history", service: "checkout", environment: "prod", before: null });
    expect(rows.map((it) => it.release.revision.number)).toEqual([4, 3]);
  });
});
