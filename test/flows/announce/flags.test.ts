import { afterAll, expect, test } from "vitest";
import { createRecording } from "../../../src/flows/record.ts";
import { claim } from "../../core/claims/given.ts";
import { createFlags } from "../../../src/flows/announce/flags.ts";
import { createSqliteStore } from "../../../src/store/sqlite.ts";
import { digest, minute, noAliases, now } from "../../core/given.ts";
import { container, end, release } from "../../core/given-release.ts";

const store = createSqliteStore({ path: ":memory:", clock: { now: () => now } });
afterAll(() => store[Symbol.asyncDispose]());

let made = 0;
const bad = release({ start: { at: now - 10 * minute, notBefore: null }, end: end(0, { by: "rollback", at: now }) });
const flagsOf = createFlags({
  store,
  recording: createRecording({ store, clock: { now: () => now }, newId: () => `r${(made += 1)}` }),
  aliases: noAliases,
  clock: { now: () => now },
});

test("a release that somebody took back through us says who and why; one that was taken back otherwise does not", async () => {
  expect((await flagsOf(bad, null)).takenBack).toBe(null);
  const takenBack = { operator: "Bob", reason: "errors at checkout" };
  const ours = { ...bad, end: { ...end(0, { by: "rollback", at: now + 1 }), takenBack } };
  expect((await flagsOf(ours, null)).takenBack).toEqual(takenBack);
});

const image = (name: string) => container("1.4.2", [digest(name)]);
const whole = (letter: string) => letter.repeat(40);

test("a release says how many commits it brought, where pipelines told it of both images", async () => {
  const recording = createRecording({ store, clock: { now: () => now }, newId: () => `r${(made += 1)}` });
  const [old, fresh] = [image("1"), image("2")].map((it) => release({ containers: [it] }));
  if (!old || !fresh) throw new Error("two releases");
  await recording.accept(claim({ digest: digest("1"), commit: whole("a") }));
  await recording.accept(claim({ digest: digest("2"), commit: whole("b"), parents: [whole("c"), whole("a")] }));
  expect((await flagsOf(fresh, old)).source).toMatchObject({ commits: { count: 2, direction: "forward" } });
  const later = { ...fresh, start: { at: now + minute, notBefore: null } };
  expect((await flagsOf(later, null)).source).toBe(null);
});
