import fc from "fast-check";
import { expect, test } from "vitest";
import { validateMessage } from "../../../sim/slack/blocks/validate.ts";
import { notifications } from "../../../sim/slack/notifications.ts";
import type { DiffRow, PastAnswer } from "../../../src/core/past/answer.ts";
import { pastMessage, pastUnreadable } from "../../../src/views/past.ts";
import { digest, now } from "../../core/given.ts";
import { hostile } from "../hostile.ts";
import { asked, showing } from "./given.ts";
import { digests, hostileRow as row, located, moment, releases, time } from "./hostile-row.ts";

/** Whatever somebody writes into a cluster or asks for: it comes back as text, and Slack takes the message. */

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
