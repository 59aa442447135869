import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Known } from "../../../src/core/question/known.ts";
import { parseQuestion, speaksOfTime } from "../../../src/core/question/parse.ts";
import { neverSeen } from "../../../src/core/question/past.ts";
import type { Question, Unclear } from "../../../src/core/question/question.ts";

const services: Readonly<Record<string, readonly string[]>> = {
  prod: ["checkout", "checkout-worker", "search", "cart", "staging"],
  staging: ["checkout", "search", "canary"],
  qa: [],
};
const known: Known = {
  environments: [
    { name: "prod", aliases: ["production"] },
    { name: "staging", aliases: [] },
    { name: "qa", aliases: [] },
  ],
  default: "prod",
  has: (service, environment) => services[environment]?.includes(service.toLowerCase()) ?? false,
  services: (environment) => services[environment] ?? [],
};
const live = (name: string, environment = "prod") => ({ kind: "service", service: name, environment });
/** A Monday, 15:00 in Berlin. */
const now = Date.UTC(2026, 10, 23, 14, 0, 0);
const zone = "Europe/Berlin";
const ask = (text: string, of = known) => parseQuestion(text, of, { now, zone });
const because = (text: string, of = known) => {
  const question = ask(text, of);
  return question.kind === "unclear" ? question.because : question;
};

const two = Date.UTC(2026, 10, 23, 13, 0, 0); // 14:00 in Berlin
const at = (service: string, environment = "prod", when = two): Question => ({
  kind: "at",
  service,
  environment,
  at: when,
  zone,
});
const history = (service: string, environment = "prod"): Question => ({
  kind: "history",
  service,
  environment,
  before: null,
});
const where = (what: string): Question => ({ kind: "where", what });
const diff = (from: string, to: string): Question => ({ kind: "diff", from, to, page: 0 });
const changes = (environment: string, minutes: number): Question => ({
  kind: "changes",
  environment,
  minutes,
  after: null,
});

describe("what ran at a time", () => {
  test.each([
    ["checkout prod at 14:00", at("checkout")],
    ["prod checkout at 14:00", at("checkout")],
    ["checkout at 14:00", at("checkout")],
    ["at 14:00 checkout staging", at("checkout", "staging")],
    ["checkout at 14:00 prod", at("checkout")],
    ["checkout prod 14:00", at("checkout")],
    ["checkout prod at 2 hours ago", at("checkout", "prod", now - 2 * 3_600_000)],
    ["checkout 2h ago", at("checkout", "prod", now - 2 * 3_600_000)],
    ["checkout prod at yesterday 14:00", at("checkout", "prod", two - 24 * 3_600_000)],
    ["checkout prod yesterday at 2pm", at("checkout", "prod", two - 24 * 3_600_000)],
    ["checkout at monday 9:30", at("checkout", "prod", Date.UTC(2026, 10, 23, 8, 30))],
    ["checkout at 23 nov 14:00", at("checkout")],
    ["what was running in prod at 14:00 for checkout?", at("checkout")],
    ["<@U0BOT> what was checkout running on staging at 14:00?", at("checkout", "staging")],
    ["which version of search did we have in staging at 14:00", at("search", "staging")],
    ["checkout prod at 15:30", at("checkout", "prod", Date.UTC(2026, 10, 22, 14, 30))],
    ["staging prod at 14:00", at("staging")],
    ["ledger at 14:00", at("ledger")],
    ["ledger staging at 14:00", at("ledger", "staging")],
  ])("%j", (text, question) => {
    expect(ask(text)).toEqual(question);
    expect(speaksOfTime(text, known)).toBe(true);
  });

  test("is asked in UTC where somebody says so", () => {
    expect(ask("checkout at 2026-11-23T13:00:00Z")).toEqual(at("checkout"));
    expect(ask("checkout at 13:00 utc")).toEqual({ ...at("checkout"), zone: "UTC" });
  });

  test.each([
    ["checkout prod", { kind: "service", service: "checkout", environment: "prod" }],
    ["is checkout up at staging?", { kind: "service", service: "checkout", environment: "staging" }],
    ["what's running in prod at the moment?", { kind: "environment", environment: "prod", page: 0 }],
  ])("%j is about now, and no zone is wanted", (text, question) => {
    expect(ask(text)).toEqual(question);
    expect(speaksOfTime(text, known)).toBe(false);
  });

  test.each([
    ["prod at 14:00", { kind: "incomplete", command: "at" }],
    ["at 14:00", { kind: "incomplete", command: "at" }],
    ["checkout at 25:00", { kind: "no time", word: "25:00" }],
    ["checkout prod at", { kind: "no time", word: "" }],
    ["checkout at noonish", { kind: "no time", word: "noonish" }],
    ["checkout at 2027-01-01T00:00:00Z", { kind: "future", at: Date.UTC(2027, 0, 1), zone }],
    ["checkout search prod at 14:00", { kind: "too long" }],
    [
      "checkout stagin at 14:00",
      {
        kind: "no environment",
        word: "stagin",
        environments: ["prod", "staging", "qa"],
        choices: [{ ...at("checkout", "staging"), at: now }],
      },
    ],
  ])("%j is asked back", (text, expected) => {
    expect(because(text)).toMatchObject(expected);
  });

  test("a time that clocks showed twice, or never, gives a choice of moments", () => {
    const autumn = { now: Date.UTC(2026, 9, 25, 12, 0, 0), zone };
    const first = Date.UTC(2026, 9, 25, 0, 30);
    expect(parseQuestion("checkout at 2:30", known, autumn)).toEqual({
      kind: "unclear",
      because: {
        kind: "twice",
        local: "2026-10-25 02:30",
        zone,
        choices: [at("checkout", "prod", first), at("checkout", "prod", first + 3_600_000)],
      },
    });
    expect(because("checkout at 29 mar 2026 2:30")).toMatchObject({
      kind: "skipped",
      choices: [at("checkout", "prod", Date.UTC(2026, 2, 29, 1, 0))],
    });
  });

  test("a day alone gives a choice of its hours", () => {
    const hours = [Date.UTC(2026, 10, 21, 23), Date.UTC(2026, 10, 22, 11), Date.UTC(2026, 10, 22, 23)];
    expect(because("checkout yesterday")).toMatchObject({
      kind: "whole day",
      choices: hours.map((it) => at("checkout", "prod", it)),
    });
  });

  test("a service that is called like a day is not taken for one", () => {
    const monday: Known = { ...known, has: (it, environment) => it === "monday" || known.has(it, environment) };
    expect(ask("monday", monday)).toEqual({ kind: "service", service: "monday", environment: "prod" });
    expect(ask("monday 14:00", monday)).toEqual(at("monday"));
  });
});

describe("the history of a service", () => {
  test.each([
    ["history checkout", history("checkout")],
    ["history checkout prod", history("checkout")],
    ["history staging checkout", history("checkout", "staging")],
    ["checkout prod history", history("checkout")],
    ["History of checkout in production?", history("checkout")],
    ["can you show me the history of search on staging please", history("search", "staging")],
    ["history ledger", history("ledger")],
    ["history ledger staging", history("ledger", "staging")],
    ["history canary", history("canary")],
    ["history staging", history("staging")],
    ["what changed in checkout?", history("checkout")],
    ["changes checkout staging", history("checkout", "staging")],
  ])("%j", (text, question) => {
    expect(ask(text)).toEqual(question);
  });

  test.each([
    ["history", { kind: "incomplete", command: "history" }],
    ["history qa", { kind: "incomplete", command: "history" }],
    ["history checkout search", { kind: "no environment", word: "checkout", choices: [history("search")] }],
    ["history checkout search prod", { kind: "too long" }],
  ])("%j is asked back", (text, expected) => {
    expect(because(text)).toMatchObject(expected);
  });

  test("of one that is not there and never was: what may have been meant", () => {
    const question = { kind: "history", service: "chekout", environment: "prod", before: 7 } as const;
    expect(neverSeen(question, known)).toEqual({
      kind: "never seen",
      word: "chekout",
      environment: "prod",
      choices: [history("checkout")],
    });
    expect(neverSeen({ ...question, service: "canary" }, known)).toMatchObject({
      choices: [history("canary", "staging")],
    });
    expect(neverSeen({ ...question, service: "cart" }, known)).toMatchObject({ choices: [] });
    const then = { kind: "at", service: "serach", environment: "staging", at: two, zone } as const;
    expect(neverSeen(then, known)).toMatchObject({ choices: [at("search", "staging")] });
  });
});

describe("where something runs", () => {
  const hex = "3f9a1c7d2b4e";
  test.each([
    [`where ${hex}`, hex],
    [`where is sha256:${hex}…`, `sha256:${hex}`],
    [`where is sha256:${hex}...?`, `sha256:${hex}`],
    ["where does v1.4.2 run", "v1.4.2"],
    ["where is tag v1.4.2 running?", "v1.4.2"],
    ["where did commit A1B9F2E run", "a1b9f2e"],
    ["where does RC-1 run", "RC-1"],
    ["where 1.4.2 prod", "1.4.2"],
    ["where does checkout run v1.4.2", "v1.4.2"],
    [`where ghcr.io/acme/checkout@sha256:${hex}`, `sha256:${hex}`],
    ["where ghcr.io/acme/checkout:1.4.2", "1.4.2"],
    ["where <http://ghcr.io/acme/checkout:1.4.2|ghcr.io/acme/checkout:1.4.2>", "1.4.2"],
    ["where https://github.com/acme/shop/commit/a1b9f2e", "a1b9f2e"],
    ["where live", "live"],
  ])("%j", (text, what) => {
    expect(ask(text)).toEqual(where(what));
  });

  test("a service is found by its name", () => {
    expect(ask("where does canary run?")).toEqual(live("canary", "staging"));
    expect(because("where is checkout?")).toEqual({
      kind: "ambiguous",
      word: "checkout",
      choices: [live("checkout"), live("checkout", "staging"), where("checkout")],
    });
  });

  test.each([
    ["where", { kind: "incomplete", command: "where" }],
    ["where …", { kind: "incomplete", command: "where" }],
    ["where v1 v2", { kind: "too long" }],
  ])("%j is asked back", (text, expected) => {
    expect(because(text)).toEqual(expected);
  });
});

describe("two environments compared", () => {
  test.each([
    ["diff staging prod", diff("staging", "prod")],
    ["diff prod staging", diff("prod", "staging")],
    ["staging prod diff", diff("staging", "prod")],
    ["compare staging with production", diff("staging", "prod")],
    ["what's the difference between staging and prod?", diff("staging", "prod")],
    ["diff prod vs qa", diff("prod", "qa")],
  ])("%j", (text, question) => {
    expect(ask(text)).toEqual(question);
  });

  test.each([
    ["diff", { kind: "two environments", choices: [] }],
    ["diff prod", { kind: "two environments", choices: [diff("staging", "prod"), diff("qa", "prod")] }],
    ["diff prod prod", { kind: "two environments", choices: [diff("staging", "prod"), diff("qa", "prod")] }],
    ["diff checkout staging prod", { kind: "two environments", choices: [diff("staging", "prod")] }],
    ["diff stagin prod", { kind: "no environment", word: "stagin", choices: [diff("staging", "prod")] }],
    ["diff prod stagin", { kind: "no environment", word: "stagin", choices: [diff("prod", "staging")] }],
  ])("%j is asked back", (text, expected) => {
    expect(because(text)).toMatchObject(expected);
  });
});

describe("what changed lately", () => {
  test.each([
    ["changes", changes("prod", 60)],
    ["changes staging", changes("staging", 60)],
    ["changes 90m", changes("prod", 90)],
    ["changes prod 2h", changes("prod", 120)],
    ["changes 1d production", changes("prod", 24 * 60)],
    ["changes 30 days", changes("prod", 30 * 24 * 60)],
    ["what changed in prod in the last 2 hours?", changes("prod", 120)],
    ["what changed in staging in the last hour", changes("staging", 60)],
    ["what's changed lately?", changes("prod", 60)],
    ["what changed since 14:00?", changes("prod", 60)],
    ["what changed in prod since yesterday 15:00", changes("prod", 24 * 60)],
    ["changes prod 0m", changes("prod", 1)],
  ])("%j", (text, question) => {
    expect(ask(text)).toEqual(question);
  });

  test.each([
    ["changes prod 31d", { kind: "span too long", mostDays: 30, choices: [changes("prod", 30 * 24 * 60)] }],
    ["changes prod since 23 nov 2020 9:00", { kind: "span too long", mostDays: 30 }],
    ["changes prod 2 fortnights", { kind: "no span" }],
    ["changes 2x", { kind: "no span", word: "2x" }],
    ["changes prod since 2027-01-01T00:00:00Z", { kind: "no span" }],
    ["changes prdo 2h", { kind: "no environment", word: "prdo", choices: [changes("prod", 120)] }],
    ["changes prod staging", { kind: "too long" }],
  ])("%j is asked back", (text, expected) => {
    expect(because(text)).toMatchObject(expected);
  });
});

describe("a service called like a word of the grammar", () => {
  const named: Known = { ...known, has: (it, environment) => it === "history" || known.has(it, environment) };

  test("can be asked about, and its history too", () => {
    expect(ask("history prod", named)).toEqual({ kind: "service", service: "history", environment: "prod" });
    expect(ask("history checkout prod", named)).toEqual(history("checkout"));
    expect(ask("history history", named)).toEqual(history("history"));
  });

  test("gives a choice where both can be meant", () => {
    const changing: Known = { ...known, has: (it, environment) => it === "changes" || known.has(it, environment) };
    expect(because("changes prod", changing)).toMatchObject({
      kind: "ambiguous",
      choices: [changes("prod", 60), { kind: "service", service: "changes", environment: "prod" }],
    });
  });
});

test("whatever is typed, there is an answer, and it names environments that there are", () => {
  const words = fc.constantFrom(
    ..."checkout prod staging qa at history where diff changes changed 14:00 yesterday 2 hours ago since last 60m".split(
      " ",
    ),
    ..."zzz in <@U1> … sha256:ab monday 29 feb 2:30 31d between and 1.4.2".split(" "),
  );
  const text = fc.array(words, { maxLength: 8 }).map((it) => it.join(" "));
  fc.assert(
    fc.property(fc.oneof(text, fc.string()), (typed) => {
      const question = ask(typed);
      const asked =
        question.kind === "unclear" && "choices" in question.because ? question.because.choices : [question];
      return asked.every(isSound);
    }),
    { numRuns: 2000 },
  );
});

function isSound(it: Question | Unclear): boolean {
  const isPlaced = !("environment" in it) || it.environment in services;
  switch (it.kind) {
    case "at":
      return isPlaced && it.service !== "" && it.at <= now;
    case "history":
      return isPlaced && it.service !== "";
    case "where":
      return it.what !== "";
    case "diff":
      return it.from !== it.to && it.from in services && it.to in services;
    case "changes":
      return isPlaced && it.minutes >= 1 && it.minutes <= 30 * 24 * 60;
    case "rollbacks":
    case "service":
    case "rollback":
    case "environment":
    case "help":
    case "unclear":
      return isPlaced;
  }
}

test.each([
  ["rollbacks", "prod"],
  ["rollbacks staging", "staging"],
  ["prod rollbacks", "prod"],
  ["what rollbacks were there in staging?", "staging"],
])("%j lists what was rolled back", (text, environment) => {
  expect(ask(text)).toEqual({ kind: "rollbacks", environment, after: null });
});
