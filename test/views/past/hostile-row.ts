import fc from "fast-check";
import type { Kind, Outcome, Release } from "../../../src/core/ledger/release.ts";
import type { Located, PastRow } from "../../../src/core/past/answer.ts";
import { digest, image, now } from "../../core/given.ts";
import { release } from "../../core/given-release.ts";
import { hostile } from "../hostile.ts";

/** Releases of which somebody could have written every word. */

export const time = fc.integer({ min: 1, max: now });
export const moment = fc.record({ at: time, notBefore: fc.option(fc.nat(now)) });
const kind = fc.constantFrom<Kind>("deploy", "rollback", "restart", "configuration");
const reference = fc.oneof(hostile, hostile.map(image), fc.constant(image("x".repeat(128))));
export const digests = fc.array(fc.constantFrom("a", "b", "c", "d", "e").map(digest), { maxLength: 6 });

const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.constant({ state: "unseen" } as const),
  fc.constant({ state: "pending" } as const),
  fc.record({ state: fc.constant("healthy" as const), since: time, earlierMs: fc.nat() }),
  fc.record({
    state: fc.constant("failed" as const),
    at: time,
    because: fc.record({
      pod: fc.option(hostile),
      container: fc.option(hostile),
      reason: hostile,
      exitCode: fc.option(fc.integer()),
      message: hostile,
      left: fc.boolean(),
    }),
    earlierMs: fc.nat(),
  }),
);

const source = fc.oneof(
  fc.record({ kind: fc.constant("annotation" as const), key: hostile }),
  fc.record({ kind: fc.constant("gitops" as const), app: hostile, revision: fc.option(hostile) }),
  fc.record({ kind: fc.constant("label" as const), key: hostile, on: fc.constant("label" as const) }),
  fc.record({ kind: fc.constant("claim" as const), stage: fc.constant("built" as const), voucher: fc.option(hostile) }),
  fc.record({ kind: fc.constant("field manager" as const), manager: hostile, at: fc.constant(null) }),
  fc.record({ kind: fc.constant("owner label" as const), tool: hostile }),
);
const trust = fc.constantFrom("observed" as const, "claimed" as const, "guessed" as const);
const deployer = fc.oneof(
  fc.record({ kind: fc.constant("person" as const), name: hostile }),
  fc.record({ kind: fc.constant("tool" as const), tool: fc.record({ name: hostile, detail: fc.option(hostile) }) }),
);

export const releases: fc.Arbitrary<Release> = fc
  .record({
    service: hostile,
    kind,
    containers: fc.array(
      fc.record({
        name: hostile,
        role: fc.constantFrom("main" as const, "init" as const, "sidecar" as const),
        image: reference,
        digests,
      }),
      { maxLength: 6 },
    ),
    configs: fc.array(
      fc.record({
        kind: fc.constantFrom("ConfigMap" as const, "Secret" as const),
        name: hostile,
        is: fc.constantFrom({ state: "unread" } as const, { state: "absent" } as const),
      }),
      { maxLength: 6 },
    ),
    start: moment,
    end: fc.option(
      fc.record(
        {
          at: time,
          notBefore: fc.option(time),
          because: fc.constantFrom("replaced" as const, "gone" as const, "made anew" as const),
          by: fc.option(kind),
          takenBack: fc.record({ operator: hostile, reason: hostile }),
        },
        { requiredKeys: ["at", "notBefore", "because", "by"] },
      ),
    ),
    outcome,
    provenance: fc.record({
      deployers: fc.array(fc.record({ value: deployer, source, trust }), { maxLength: 2 }),
      commits: fc.array(fc.record({ value: fc.constantFrom("a1b9f2e", "<!here>"), source, trust }), { maxLength: 2 }),
      source: fc.option(hostile),
      run: fc.option(hostile),
      changeCause: fc.option(hostile),
      leftOver: fc.array(hostile, { maxLength: 2 }),
      subject: fc.option(hostile),
      inherited: fc.array(hostile, { maxLength: 2 }),
    }),
  })
  .map((it) => release(it));

export const located: fc.Arbitrary<Located> = fc.record({
  subject: fc.record({
    cluster: hostile,
    namespace: hostile,
    kind: fc.constant("StatefulSet" as const),
    name: hostile,
  }),
  cluster: fc.option(hostile),
  environments: fc.array(hostile, { maxLength: 5 }),
});
export const hostileRow: fc.Arbitrary<PastRow> = fc
  .tuple(located, releases, fc.option(releases))
  .map(([place, it, before]) => ({ ...place, release: it, before }));
