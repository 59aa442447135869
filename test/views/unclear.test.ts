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
  "not yet": { kind: "not yet", word: "history" },
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

  test("whatever was typed, it comes back as text only", () => {
    fc.assert(
      fc.property(hostile, hostile, (word, environment) => {
        const service = { ...checkout, service: word, environment };
        for (const because of [
          { kind: "no service", word, environment, choices: [service] },
          { kind: "no environment", word, environments: [environment], choices: [service] },
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
