import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { validateMessage } from "../../sim/slack/blocks/validate.ts";
import { notifications } from "../../sim/slack/notifications.ts";
import type { Because, Question } from "../../src/core/question/question.ts";
import { helpMessage } from "../../src/views/help.ts";
import { unclearMessage } from "../../src/views/unclear.ts";
import * as given from "../core/given.ts";
import { hostile } from "./hostile.ts";
import { transcript } from "./transcript.ts";

const live = { cluster: "prod-eu", freshness: { state: "live", at: given.now } } as const;
const unread = { cluster: "prod-us", freshness: { state: "unread", because: null } } as const;
const checkout: Question = { kind: "service", service: "checkout", environment: "prod" };
const history: Question = { kind: "history", service: "checkout", environment: "prod", before: null };
const at = (time: number): Question => ({
  kind: "at",
  service: "checkout",
  environment: "prod",
  at: time,
  zone: "Europe/Berlin",
});

const cases = {
  "did you mean": { kind: "no service", word: "chekout", environment: "prod", choices: [checkout] },
  "nothing like it": { kind: "no service", word: "zzz", environment: "prod", choices: [] },
  "two readings": {
    kind: "ambiguous",
    word: "staging",
    choices: [
      { kind: "environment", environment: "staging", page: 0 },
      { ...checkout, service: "staging" },
    ],
  },
  "no such environment": {
    kind: "no environment",
    word: "qa",
    environments: ["prod", "staging"],
    choices: [checkout],
  },
  "several named": { kind: "several named", choices: [checkout, { ...checkout, environment: "staging" }] },
  "nothing named": { kind: "nothing named", unseen: [], environments: ["prod", "staging"] },
  "nothing named that runs": { kind: "nothing named", unseen: ["sha256:deadbeef"], environments: ["prod"] },
  "not yet": { kind: "not yet", word: "rollback" },
  "never seen": { kind: "never seen", word: "chekout", environment: "prod", choices: [history] },
  "no service to look back at": { kind: "incomplete", command: "at" },
  "no service for a history": { kind: "incomplete", command: "history" },
  "nothing to look for": { kind: "incomplete", command: "where" },
  "one environment to compare": {
    kind: "two environments",
    choices: [{ kind: "diff", from: "staging", to: "prod", page: 0 }],
  },
  "no time": { kind: "no time", word: "25:00" },
  "no span": { kind: "no span", word: "2x" },
  "span too long": {
    kind: "span too long",
    mostDays: 30,
    choices: [{ kind: "changes", environment: "prod", minutes: 43_200, after: null }],
  },
  "the future": { kind: "future", at: given.now + given.hour, zone: "Europe/Berlin" },
  "a time that came twice": {
    kind: "twice",
    local: "2026-10-25 02:30",
    zone: "Europe/Berlin",
    choices: [at(Date.UTC(2026, 9, 25, 0, 30)), at(Date.UTC(2026, 9, 25, 1, 30))],
  },
  "a time that never was": {
    kind: "skipped",
    local: "2026-03-29 02:30",
    zone: "Europe/Berlin",
    choices: [at(Date.UTC(2026, 2, 29, 1, 0))],
  },
  "a whole day": {
    kind: "whole day",
    local: "2026-11-22",
    zone: "Europe/Berlin",
    choices: [at(Date.UTC(2026, 10, 21, 23)), at(Date.UTC(2026, 10, 22, 11)), at(Date.UTC(2026, 10, 22, 23))],
  },
  "readings of the past": {
    kind: "ambiguous",
    word: "where",
    choices: [{ kind: "where", what: "checkout" }, checkout],
  },
  "too long": { kind: "too long" },
} satisfies Record<string, Because>;

describe("a text that is no question yet", () => {
  test.each(Object.entries(cases))("%s", async (name, because) => {
    const message = unclearMessage(because, [live], given.now);
    await expect(transcript(message)).toMatchFileSnapshot(`snapshots/unclear/${name.replaceAll(" ", "-")}.txt`);
    expect(validateMessage(message)).toEqual([]);
  });

  test("a service may be missing only because its cluster was not read, and that is said", () => {
    const message = unclearMessage(cases["nothing like it"], [live, unread], given.now);
    expect(message.text).toBe("I do not see zzz in prod. prod-us is still being read for the first time.");
  });

  test("how well a cluster is seen has nothing to do with what time it is", () => {
    const message = unclearMessage(cases["the future"], [live, unread], given.now);
    expect(message.text).toBe("2026-11-23 16:00 Europe/Berlin is in the future.");
    expect(JSON.stringify(message)).not.toContain("prod-us");
  });

  test("whatever was typed, it comes back as text only", () => {
    fc.assert(
      fc.property(hostile, hostile, (word, environment) => {
        const service = { ...checkout, service: word, environment };
        for (const because of [
          { kind: "no service", word, environment, choices: [service] },
          { kind: "no environment", word, environments: [environment], choices: [service] },
          { kind: "never seen", word, environment, choices: [{ ...history, service: word, environment }] },
          { kind: "no time", word },
          { kind: "ambiguous", word, choices: [{ kind: "where", what: word }] },
        ] as const) {
          const message = unclearMessage(because, [live], given.now);
          expect(validateMessage(message)).toEqual([]);
          expect(notifications(message)).toEqual({ mentions: [], links: [] });
        }
      }),
    );
  });
});

test("help is short, and starts with something to type", async () => {
  const message = helpMessage({ environments: ["prod", "staging"], default: "prod" });
  await expect(transcript(message)).toMatchFileSnapshot("snapshots/help.txt");
  expect(validateMessage(message)).toEqual([]);
});
