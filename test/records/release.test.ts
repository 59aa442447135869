import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Release } from "../../src/core/ledger/release.ts";
import { records, stepped } from "../../src/records.ts";
import { kept, releaseFrom } from "../../src/records/release.ts";
import { createSqliteStore } from "../../src/store/sqlite.ts";
import { alice, checkout, release } from "../core/given-release.ts";
import * as given from "../core/given.ts";

const time = fc.integer({ min: 1, max: 8_640_000_000_000_000 });
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null });
const oneOf = <T extends string>(...all: readonly [T, ...T[]]) => fc.constantFrom(...all);
/** Also what our short forms look like. */
const word = fc.oneof(
  fc.string(),
  oneOf(
    "",
    "d",
    "-1",
    "checkout",
    "checkout-7",
    "~",
    "!",
    "=abc",
    "%",
    "@",
    "whatsrunning.dev/x",
    "457dbb97ec3414fa1cf48ac99593ea88",
    "0b7a5c1e-8f7e-4d0c-9a56-1f2e3d4c5b6a",
    "null",
  ),
);
const digest = oneOf(given.digest("a"), given.digest("b"), `sha512:${"c".repeat(128)}`);
const kind = oneOf("deploy", "rollback", "restart", "configuration");
const moment = { at: time, notBefore: maybe(time) };
const source = fc.oneof(
  fc.record({ kind: fc.constant("annotation" as const), key: fc.oneof(word, fc.constant("whatsrunning.dev/commit")) }),
  fc.record({ kind: fc.constant("field manager" as const), manager: word, at: maybe(time) }),
  fc.record({ kind: fc.constant("owner label" as const), tool: word }),
  fc.record({ kind: fc.constant("tag" as const), tag: word }),
  fc.record({ kind: fc.constant("gitops" as const), app: word, revision: maybe(word) }),
  fc.record({ kind: fc.constant("label" as const), key: word, on: oneOf("label", "annotation") }),
  fc.record({ kind: fc.constant("claim" as const), stage: oneOf("built", "deployed"), voucher: maybe(word) }),
);
const trust = oneOf("verified", "observed", "claimed", "guessed");
const failure = fc.record({
  pod: maybe(word),
  container: maybe(word),
  reason: word,
  exitCode: maybe(fc.integer()),
  message: word,
  left: fc.boolean(),
});
const any: fc.Arbitrary<Release> = fc.record({
  of: fc.record({
    cluster: word,
    namespace: word,
    kind: oneOf("Deployment", "StatefulSet", "DaemonSet"),
    name: fc.oneof(
      fc.constant("checkout"),
      fc.string({ minLength: 1 }).filter((it) => !it.startsWith("-")),
    ),
  }),
  uid: word,
  service: word,
  kind,
  revision: fc.record({
    uid: word,
    name: fc.oneof(
      fc.constant("checkout-7"),
      fc.string().filter((it) => !it.startsWith("-")),
    ),
    number: fc.nat(),
    createdAt: fc.oneof(time, fc.constant(7)),
    template: word,
    restartedAt: maybe(word),
  }),
  containers: fc.array(
    fc.record({
      name: word,
      role: oneOf("main", "init", "sidecar", "ephemeral"),
      image: word,
      digests: fc.array(digest),
    }),
    { maxLength: 3 },
  ),
  configs: fc.array(
    fc.record({
      kind: oneOf("ConfigMap", "Secret"),
      name: word,
      is: fc.oneof(
        fc.record({ state: fc.constant("there" as const), uid: word, version: word, changedAt: time }),
        fc.record({ state: oneOf("absent", "unread") }),
      ),
    }),
    { maxLength: 2 },
  ),
  start: fc.record({ ...moment, at: fc.oneof(time, fc.constant(7)) }),
  end: maybe(
    fc.record(
      {
        ...moment,
        because: oneOf("replaced", "gone", "made anew"),
        by: maybe(kind),
        takenBack: fc.record({ operator: word, reason: word }),
      },
      { requiredKeys: ["at", "notBefore", "because", "by"] },
    ),
  ),
  outcome: fc.oneof(
    fc.record({ state: oneOf("unseen", "pending") }),
    fc.record({ state: fc.constant("healthy" as const), since: time, earlierMs: fc.nat() }),
    fc.record({ state: fc.constant("failed" as const), at: time, because: failure, earlierMs: fc.nat() }),
  ),
  provenance: fc.record({
    deployers: fc.array(
      fc.record({
        value: fc.oneof(
          fc.record({ kind: fc.constant("person" as const), name: word }),
          fc.record({ kind: fc.constant("tool" as const), tool: fc.record({ name: word, detail: maybe(word) }) }),
        ),
        source,
        trust,
      }),
      { maxLength: 2 },
    ),
    commits: fc.array(fc.record({ value: word, source, trust }), { maxLength: 2 }),
    source: maybe(word),
    run: maybe(word),
    changeCause: maybe(word),
    leftOver: fc.array(word, { maxLength: 2 }),

    subject: maybe(word),

    inherited: fc.array(word, { maxLength: 2 }),
  }),
});
const stored = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("a release that is kept", () => {
  test("is read back as it was, whatever is in it", () => {
    fc.assert(
      fc.property(any, (it) => {
        expect(releaseFrom(stored(kept(it)))).toEqual(it);
        expect(releaseFrom(stored(kept(it, { of: it.of })), { of: it.of })).toEqual(it);
      }),
      { numRuns: 500 },
    );
  });

  test("is read also as older versions kept it: in full", () => {
    fc.assert(
      fc.property(any, (it) => {
        expect(releaseFrom(stored(it))).toEqual(it);
      }),
    );
  });

  test("takes less than half of the room that it took in full", () => {
    const over = { at: given.now, notBefore: null, because: "replaced", by: "deploy" } as const;
    const typical = release({ provenance: alice, end: over });
    const [short, full] = [kept(typical, { of: typical.of }), typical].map((it) => JSON.stringify(it).length);
    expect(short).toBeLessThan((full ?? 0) / 2);
  });

  test("is refused when it is not whole", () => {
    const { revision: _, ...torn } = release();
    expect(() => releaseFrom(stored(torn))).toThrow(/revision/);
    expect(() => releaseFrom(stored(kept(release(), { of: checkout })))).toThrow(/"of"/); // of which workload, nobody says
  });

  test("is written so, and found again", async () => {
    await using store = createSqliteStore({ path: ":memory:", clock: { now: () => given.now } });
    const next = { ...release(), start: { at: given.now, notBefore: null } };
    await store.commit(stepped("one", { ended: [release()], current: next }, null));
    expect((await store.read(records.current(checkout)))?.value).toEqual(next);
    const [entry] = await store.range(records.ledger(checkout), { before: null, limit: 1 });
    expect(entry?.value).toEqual(release());
    expect(await store.list(records.currentIn(checkout.cluster), { after: null, limit: 9 })).toHaveLength(1);
  });
});
