import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Known } from "../../../src/core/question/known.ts";
import { parseQuestion } from "../../../src/core/question/parse.ts";

const services: Readonly<Record<string, readonly string[]>> = {
  prod: ["checkout", "checkout-worker", "search", "cart", "staging"],
  staging: ["checkout", "search", "canary"],
};
const known: Known = {
  environments: [
    { name: "prod", aliases: ["production"] },
    { name: "staging", aliases: [] },
  ],
  default: "prod",
  has: (service, environment) => services[environment]?.includes(service.toLowerCase()) ?? false,
  services: (environment) => services[environment] ?? [],
};
const reading = { now: Date.UTC(2026, 10, 23, 14, 0, 0), zone: "UTC" };
const ask = (text: string, of = known) => parseQuestion(text, of, reading);
const service = (name: string, environment = "prod") => ({ kind: "service", service: name, environment });
const everything = (environment: string) => ({ kind: "environment", environment, page: 0 });

describe("what somebody types is understood", () => {
  test.each([
    ["", everything("prod")],
    ["   ", everything("prod")],
    ["prod", everything("prod")],
    ["production", everything("prod")],
    ["PROD", everything("prod")],
    ["checkout", service("checkout")],
    ["checkout prod", service("checkout")],
    ["prod checkout", service("checkout")],
    ["checkout production", service("checkout")],
    ["checkout staging", service("checkout", "staging")],
    ["staging checkout", service("checkout", "staging")],
    ["Checkout Staging?", service("Checkout", "staging")],
    ["checkout in prod", service("checkout")],
    ["what's running in prod?", everything("prod")],
    ["what’s running in production", everything("prod")],
    ["what is running", everything("prod")],
    ["is checkout running in staging?!", service("checkout", "staging")],
    ["“checkout” prod", service("checkout")],
    ["`checkout`", service("checkout")],
    ["<http://checkout|checkout> prod", service("checkout")],
    ["help", { kind: "help" }],
    ["HELP", { kind: "help" }],
    ["help me please", { kind: "help" }],
  ])("%j", (text, question) => {
    expect(ask(text)).toEqual(question);
  });
});

describe("a sentence is understood, with somebody spoken to or not", () => {
  test.each([
    ["<@U0BOT> what's running in prod?", everything("prod")],
    ["<@U0BOT>, what is live in production right now?", everything("prod")],
    ["<@U0BOT|whatsrunning> checkout", service("checkout")],
    ["hey <@U0BOT>: which version of checkout is live in prod", service("checkout")],
    ["which version of checkout is live in prod", service("checkout")],
    ["is checkout deployed on staging?", service("checkout", "staging")],
    ["Is search up on staging right now?", service("search", "staging")],
    ["can you tell me what image of search we have in staging please", service("search", "staging")],
    ["show me everything in staging", { kind: "unclear", because: expect.objectContaining({ kind: "ambiguous" }) }],
    ["what tag does checkout-worker run?", service("checkout-worker")],
    ["<!here> prod", everything("prod")],
  ])("%j", (text, question) => {
    expect(ask(text)).toEqual(question);
  });

  const named: Known = {
    ...known,
    has: (it, environment) => it === "image" || it === "live" || known.has(it, environment),
  };

  test("a service called like a word of sentences can be asked about", () => {
    expect(ask("image", named)).toEqual(service("image"));
    expect(ask("live prod", named)).toEqual(service("live"));
    expect(ask("is live running in prod?", named)).toEqual(service("live"));
  });

  test("and does not get in the way of a sentence about another", () => {
    expect(ask("which image of checkout is live in prod?", named)).toEqual(service("checkout"));
    expect(ask("which image is live in prod?", named)).toEqual(everything("prod"));
  });
});

describe("what cannot be decided is never guessed", () => {
  test.each([
    [
      "a name that is a service and an environment",
      "staging",
      { kind: "ambiguous", word: "staging", choices: [everything("staging"), service("staging")] },
    ],
    [
      "a slip of a key",
      "chekout",
      { kind: "no service", word: "chekout", environment: "prod", choices: [service("checkout")] },
    ],
    [
      "two letters swapped, with an environment",
      "serach staging",
      { kind: "no service", word: "serach", environment: "staging", choices: [service("search", "staging")] },
    ],
    [
      "the beginning of names",
      "check",
      {
        kind: "no service",
        word: "check",
        environment: "prod",
        choices: [service("checkout"), service("checkout-worker")],
      },
    ],
    [
      "a service of another environment",
      "canary",
      { kind: "no service", word: "canary", environment: "prod", choices: [service("canary", "staging")] },
    ],
    [
      "an environment written wrongly",
      "prdo",
      { kind: "no service", word: "prdo", environment: "prod", choices: [everything("prod")] },
    ],
    [
      "an environment written wrongly, beside a service",
      "checkout stagin",
      {
        kind: "no environment",
        word: "stagin",
        environments: ["prod", "staging"],
        choices: [service("checkout", "staging")],
      },
    ],
    [
      "an environment nobody knows, beside a service",
      "qa checkout",
      {
        kind: "no environment",
        word: "qa",
        environments: ["prod", "staging"],
        choices: [service("checkout")],
      },
    ],
    ["a name like no other", "zzz", { kind: "no service", word: "zzz", environment: "prod", choices: [] }],
    ["three names", "checkout search prod", { kind: "too long" }],
    ["a page of text", "x".repeat(301), { kind: "too long" }],
    ["a question of the grammar that has no answer yet", "holds prod", { kind: "not yet", word: "holds" }],
    ["the same in another place", "checkout prod holds", { kind: "not yet", word: "holds" }],
  ])("%s", (_, text, expected) => {
    expect(ask(text)).toEqual({ kind: "unclear", because: expected });
  });
});

test("whatever is typed, there is an answer, and a service is only named where it exists", () => {
  const words = fc.constantFrom("checkout", "prod", "staging", "in", "help", "what's", "<@U1>", "<", "…", "serach");
  const text = fc.oneof(
    fc.string(),
    fc.array(words, { maxLength: 6 }).map((it) => it.join(" ")),
  );
  fc.assert(
    fc.property(text, (typed) => {
      const question = ask(typed);
      switch (question.kind) {
        case "service":
        case "rollback":
          return known.has(question.service, question.environment);
        case "environment":
          return question.environment in services;
        case "help":
        case "unclear":
        case "at":
        case "history":
        case "where":
        case "diff":
        case "changes":
        case "rollbacks":
          return true;
      }
    }),
  );
});
