import { afterAll, expect, test } from "vitest";
import { createFlags } from "../../../src/flows/announce/flags.ts";
import { confirmed } from "../../../src/records/operating.ts";
import { createSqliteStore } from "../../../src/store/sqlite.ts";
import { minute, noAliases, now } from "../../core/given.ts";
import { end, release } from "../../core/given-release.ts";
import { intent, plan, side } from "../../core/operation/given.ts";

const store = createSqliteStore({ path: ":memory:", clock: { now: () => now } });
afterAll(() => store[Symbol.asyncDispose]());

const bad = release({ start: { at: now - 10 * minute, notBefore: null }, end: end(0, { by: "rollback", at: now }) });
const flagsOf = createFlags({
  store,
  recording: { wayOf: async () => null },
  aliases: noAliases,
  clock: { now: () => now },
});

test("a release that somebody took back through us says who and why; one that was taken back otherwise does not", async () => {
  const away = plan({ of: bad.of, from: side("bad", { template: bad.revision.template }) });
  expect((await flagsOf(bad)).takenBack).toBe(null);
  await store.commit(confirmed("c1", intent({ plan: away, at: now - minute })));
  expect((await flagsOf({ ...bad, end: end(0, { by: "rollback", at: now + 1 }) })).takenBack).toEqual({
    by: "Bob",
    reason: "errors at checkout",
  });
  const before = { ...bad, end: end(0, { by: "rollback", at: now - 5 * minute }) };
  expect((await flagsOf(before)).takenBack).toBe(null);
  const other = { ...bad, revision: { ...bad.revision, template: "another" } };
  expect((await flagsOf({ ...other, end: end(0, { by: "rollback", at: now + 2 }) })).takenBack).toBe(null);
});
