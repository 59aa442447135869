import { describe, expect, test } from "vitest";
import type { Question } from "../../src/core/question/question.ts";
import { questionOfButton } from "../../src/slack/payload/payload.ts";
import { askButton } from "../../src/views/message.ts";

const at = {
  kind: "at",
  service: "checkout",
  environment: "prod",
  at: 1_763_900_000_000,
  zone: "Europe/Berlin",
} as const;
const history = { kind: "history", service: "checkout", environment: "prod", before: null } as const;
const changes = { kind: "changes", environment: "prod", minutes: 60, after: null } as const;
const diff = { kind: "diff", from: "staging", to: "prod", page: 2 } as const;

describe("a question comes back from its button as it went in", () => {
  test.each<Question>([
    at,
    { ...at, zone: "UTC" },
    history,
    { ...history, before: 1_763_900_000_000 },
    { kind: "where", what: "sha256:3f9a1c7d2b4e" },
    diff,
    changes,
    { ...changes, after: "release/prod-eu/shop/Deployment/checkout/1763900000000" },
  ])("%j", (question) => {
    const [button] = askButton(question, "Ask", 0);
    expect(questionOfButton(button)).toEqual(question);
  });
});

describe("what is no question of ours is none", () => {
  test.each([
    { ...at, zone: "Mars/Base" },
    { ...at, zone: "<!channel>" },
    { ...at, at: -1 },
    { ...at, at: 1e300 },
    { ...at, at: "now" },
    { ...at, service: "" },
    { ...at, more: true },
    { ...history, before: 1.5 },
    { kind: "history", service: "checkout", environment: "prod" },
    { kind: "where", what: "" },
    { kind: "where", what: "x".repeat(301) },
    { ...diff, page: -1 },
    { ...changes, minutes: 0 },
    { ...changes, minutes: 43_201 },
    { ...changes, after: "" },
    { kind: "rollback", service: "checkout" },
  ])("%j", (value) => {
    expect(questionOfButton({ value: JSON.stringify(value) })).toBeNull();
  });
});
