import fc from "fast-check";
import { expect, test } from "vitest";
import { validateMessage } from "../../../sim/slack/blocks/validate.ts";
import { notifications } from "../../../sim/slack/notifications.ts";
import type { Kind, Outcome, Release } from "../../../src/core/ledger/release.ts";
import type { DiffRow, Located, PastAnswer, PastRow } from "../../../src/core/past/answer.ts";
import { pastMessage, pastUnreadable } from "../../../src/views/past.ts";
import { digest, image, now } from "../../core/given.ts";
import { release } from "../../core/given-release.ts";
import { hostile } from "../hostile.ts";
import { asked, showing } from "./given.ts";

/** Whatever somebody writes into a cluster or asks for: it comes back as text, and Slack takes the message. */

const time = fc.integer({ min: 1, max: now });
const moment = fc.record({ at: time, notBefore: fc.option(fc.nat(now)) });
const kind = fc.constantFrom<Kind>("deploy", "rollback", "restart", "configuration");
const reference = fc.oneof(hostile, hostile.map(image), fc.constant(image("x".repeat(128))));
const digests = fc.array(fc.constantFrom("a", "b", "c", "d", "e").map(digest), { maxLength: 6 });

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
  fc.record({ kind: fc.constant("field manager" as const), manager: hostile, at: fc.constant(null) }),
  fc.record({ kind: fc.constant("owner label" as const), tool: hostile }),
);
const trust = fc.constantFrom("observed" as const, "claimed" as const, "guessed" as const);
const deployer = fc.oneof(
  fc.record({ kind: fc.constant("person" as const), name: hostile }),
  fc.record({ kind: fc.constant("tool" as const), tool: fc.record({ name: hostile, detail: fc.option(hostile) }) }),
);

const releases: fc.Arbitrary<Release> = fc
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
      fc.record({
        at: time,
        notBefore: fc.option(time),
        because: fc.constantFrom("replaced" as const, "gone" as const, "made anew" as const),
        by: fc.option(kind),
      }),
    ),
    outcome,
    provenance: fc.record({
      deployers: fc.array(fc.record({ value: deployer, source, trust }), { maxLength: 2 }),
      commits: fc.array(fc.record({ value: fc.constantFrom("a1b9f2e", "<!here>"), source, trust }), { maxLength: 2 }),
      source: fc.option(hostile),
      run: fc.option(hostile),
      changeCause: fc.option(hostile),
      leftOver: fc.array(hostile, { maxLength: 2 }),
    }),
  })
  .map((it) => release(it));

const located: fc.Arbitrary<Located> = fc.record({
  subject: fc.record({
    cluster: hostile,
    namespace: hostile,
    kind: fc.constant("StatefulSet" as const),
    name: hostile,
  }),
  cluster: fc.option(hostile),
  environments: fc.array(hostile, { maxLength: 5 }),
});
const row: fc.Arbitrary<PastRow> = fc
  .tuple(located, releases, fc.option(releases))
  .map(([place, it, before]) => ({ ...place, release: it, before }));

const side = fc.option(fc.record({ digests, tag: fc.option(hostile) }));
const relation = fc.constantFrom<DiffRow["relation"]>("same", "behind", "ahead", "different", "not known");

const answers: fc.Arbitrary<PastAnswer> = fc.oneof(
  fc.record({
    kind: fc.constant("at" as const),
    service: hostile,
    environment: hostile,
    at: time,
    zone: fc.constantFrom("UTC", "Europe/Berlin"),
    found: fc.array(
      fc
        .tuple(
          located,
          fc.oneof(
            fc.record({ kind: fc.constant("ran" as const), release: releases, until: fc.option(moment) }),
            fc.record({ kind: fc.constant("gone" as const), last: releases }),
            fc.record({ kind: fc.constant("not known" as const), first: fc.option(time) }),
          ),
        )
        .map(([place, was]) => ({ ...place, was })),
      { maxLength: 7 },
    ),
  }),
  fc.record({
    kind: fc.constant("history" as const),
    service: hostile,
    environment: hostile,
    rows: fc.array(row, { maxLength: 20 }),
    workloads: fc.nat(20),
    before: fc.option(time),
    older: fc.option(time),
  }),
  fc.record({
    kind: fc.constant("where" as const),
    what: hostile,
    as: fc.constantFrom("digest" as const, "commit" as const, "tag" as const),
    now: fc.array(row, { maxLength: 12 }),
    before: fc.array(row, { maxLength: 12 }),
    matches: fc.array(hostile, { maxLength: 8 }),
    more: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant("diff" as const),
    from: hostile,
    to: hostile,
    rows: fc.array(fc.record({ service: hostile, from: side, to: side, relation }), { minLength: 0, maxLength: 100 }),
    page: fc.integer({ min: 0, max: 3 }),
  }),
  fc.record({
    kind: fc.constant("changes" as const),
    environment: hostile,
    minutes: fc.integer({ min: 1, max: 43_200 }),
    since: time,
    rows: fc.array(row, { maxLength: 10 }),
    after: fc.option(hostile),
  }),
);

test("answers about the past cannot ping, link or break", () => {
  fc.assert(
    fc.property(answers, hostile, (answer, cluster) => {
      const sight = [{ cluster, freshness: { state: "behind", at: now, because: cluster } as const }];
      const message = pastMessage(answer, showing(asked(answer), { sight }));
      expect(validateMessage(message)).toEqual([]);
      const { mentions, links } = notifications(message);
      expect(mentions).toEqual([]);
      expect(links.filter((it) => !/^https?:/.test(it.target))).toEqual([]);
    }),
    { numRuns: 400 },
  );
});

test("nor can what a store says of itself", () => {
  fc.assert(
    fc.property(hostile, (sentence) => {
      const message = pastUnreadable(sentence);
      expect(validateMessage(message)).toEqual([]);
      expect(notifications(message)).toEqual({ mentions: [], links: [] });
    }),
  );
});

test("a page of the longest names that a cluster takes is told in full", () => {
  const long = "a-".repeat(31);
  const rows = Array.from({ length: 40 }, () => ({
    service: `${long}b`,
    from: { digests: [digest("a")], tag: "v1.4.1" },
    to: { digests: [digest("b")], tag: "v1.4.2" },
    relation: "behind" as const,
  }));
  const answer = { kind: "diff", from: "staging", to: "prod", rows, page: 0 } as const;
  const shown = JSON.stringify(pastMessage(answer, showing(asked(answer))));
  expect(shown.split("v1.4.1").length - 1).toBe(40);
});
