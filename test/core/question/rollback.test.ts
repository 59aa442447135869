import { describe, expect, test } from "vitest";
import type { Known } from "../../../src/core/question/known.ts";
import { parseQuestion } from "../../../src/core/question/parse.ts";

const services: Readonly<Record<string, readonly string[]>> = { prod: ["checkout", "search"], staging: ["checkout"] };
const known: Known = {
  environments: [
    { name: "prod", aliases: ["production"] },
    { name: "staging", aliases: [] },
  ],
  default: "prod",
  has: (service, environment) => services[environment]?.includes(service.toLowerCase()) ?? false,
  services: (environment) => services[environment] ?? [],
};
const ask = (text: string, of = known) => parseQuestion(text, of, { now: 0, zone: "UTC" });
const rollback = (service: string, environment = "prod") => ({ kind: "rollback", service, environment });

describe("that somebody wants to go back is understood", () => {
  test.each([
    ["rollback checkout", rollback("checkout")],
    ["rollback checkout prod", rollback("checkout")],
    ["rollback staging checkout", rollback("checkout", "staging")],
    ["checkout prod rollback", rollback("checkout")],
    ["roll back checkout in production, please", rollback("checkout")],
    ["can we roll back checkout to the last good version?", rollback("checkout")],
    ["undo checkout", rollback("checkout")],
  ])("%s", (text, expected) => {
    expect(ask(text)).toEqual(expected);
  });
});

describe("what it is about is never guessed", () => {
  test.each([
    ["nothing named", "rollback"],
    ["an environment alone", "rollback prod"],
  ])("%s", (_, text) => {
    expect(ask(text)).toEqual({ kind: "unclear", because: { kind: "incomplete", command: "rollback" } });
  });

  test("a typo gets what may have been meant, to be rolled back too", () => {
    expect(ask("rollback chekout")).toMatchObject({
      kind: "unclear",
      because: { kind: "no service", word: "chekout", choices: [rollback("checkout")] },
    });
  });

  test("a service that is called so is still to be asked about", () => {
    expect(ask("rollback", { ...known, has: (it) => it === "rollback" })).toMatchObject({
      kind: "service",
      service: "rollback",
    });
  });
});
