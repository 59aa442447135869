import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { notifications } from "../../sim/slack/notifications.ts";
import { validateMessage } from "../../sim/slack/blocks/validate.ts";
import { type Claim, stages } from "../../src/core/claims/claim.ts";
import type { Told, Ways } from "../../src/core/claims/way.ts";
import { serviceMessage } from "../../src/views/service.ts";
import { stageRow } from "../../src/views/stages.ts";
import { at, claim, job, minute, wayFrom } from "../core/claims/given.ts";
import * as given from "../core/given.ts";
import { look } from "../core/look.ts";
import { hostile } from "./hostile.ts";

/** As a reader in UTC sees it: the day where it is told, and the time. */
function row(claims: readonly Claim[], more: Partial<Told> = {}): string {
  return stageRow(wayFrom(claims, { since: null, ...more })).replaceAll(
    /<!date\^\d+\^(\{date_short_pretty\} )?\{time\}\|(\S+) (\d\d:\d\d):\d\d UTC>/g,
    (_, day: string | undefined, date: string, time: string) => (day === undefined ? time : `${date} ${time}`),
  );
}

const deployed = (environment: string | null, minutes: number, more: Partial<Claim> = {}) =>
  claim({ stage: "deployed", environment, at: at + minutes * minute, ...more });

const usual = [
  claim({ at: at + 2 * minute, actor: "bot" }),
  claim({ stage: "scanned", at: at + 5 * minute, actor: "bot" }),
  deployed("staging", 10),
  deployed("prod", 60, { actor: "alice" }),
];

describe("the stage row", () => {
  test("tells the way from the build to production in one line", () => {
    expect(row(usual)).toBe(
      "Pipelines say: built 2026-11-25 14:02 → scanned 14:05 → staging 14:10 → prod 15:00 by alice · said with the shared token",
    );
  });

  test("tells the day again where it is another one, and what happened more than once", () => {
    const next = 25 * 60;
    expect(row([claim(), deployed("prod", next), deployed("prod", next + 30), deployed("qa", next + 5)])).toBe(
      "Pipelines say: built 2026-11-25 14:00 → prod 2026-11-26 15:00, again 15:30 → qa 15:05 · said with the shared token",
    );
  });

  test("tells who stands in for it", () => {
    const proved = usual.map((it) => ({ ...it, voucher: job }));
    expect(row(proved)).toMatch(/prod 15:00 by alice · vouched for by the jobs' own tokens$/);
    expect(row([...proved.slice(1), ...usual.slice(0, 1)])).toMatch(/ · 3 of 4 vouched for by the jobs' own tokens$/);
    const unsigned = { ...job, verified: ["commit"] } as const;
    expect(row([deployed("prod", 0, { actor: "alice", voucher: unsigned })])).toMatch(/by alice \(as the job says\)/);
  });

  test.each([
    [null, "built 2026-11-25 14:00 → scanned 14:00 → promoted 14:00 → deployed 14:00 ·"],
    ["eu", "built for eu 2026-11-25 14:00 → scanned for eu 14:00 → promoted to eu 14:00 → eu 14:00 ·"],
  ])("words every stage, with the environment %j", (environment, words) => {
    expect(row(stages.map((stage) => claim({ stage, environment })))).toContain(words);
  });

  test("leaves out the middle of a way that is too long for a line", () => {
    const line = row(Array.from({ length: 40 }, (_, number) => deployed(`e${number}`, number)));
    expect(line.split(" → ").map((it) => it.split(" ")[0])).toEqual([
      "Pipelines",
      "e1",
      "e2",
      "…",
      "e37",
      "e38",
      "e39",
    ]);
  });

  test("marks what was never told, from when on it would be here, and how sure that is", () => {
    expect(row([], { since: at })).toBe(
      ":warning: never built by us, never scanned by us: no pipeline told of it since 2026-11-25",
    );
    expect(row([claim()], { since: at, aliasesKnown: false })).toBe(
      "Pipelines say: built 2026-11-25 14:00 · said with the shared token\n:warning: perhaps never scanned by us: no pipeline told of it since 2026-11-25",
    );
  });
});

function message(ways: Ways) {
  const live = { cluster: "prod-eu", freshness: { state: "live", at: given.now } } as const;
  const answer = {
    kind: "service",
    service: "checkout",
    environment: "prod",
    running: [look()],
    sight: [live],
  } as const;
  return serviceMessage({ ...answer, ways }, { links: {}, now: given.now, shareable: true });
}

const waysOf = (claims: readonly Claim[], digest = given.digest("a")): Ways => ({
  by: new Map([[digest, wayFrom(claims)]]),
  unread: false,
});

describe("the answer for a service", () => {
  test("shows the row of the digest that runs", () => {
    const shown = message(waysOf(usual));
    expect(JSON.stringify(shown)).toContain("Pipelines say: built");
    expect(validateMessage(shown)).toEqual([]);
    expect(message(waysOf(usual, given.digest("b")))).toEqual(message({ by: new Map(), unread: false }));
  });

  test("says aloud that what runs was never built by us", () => {
    expect(message(waysOf([])).text).toMatch(
      / It was never built by us, never scanned by us: no pipeline told of it since 2026-11-25\.$/,
    );
    expect(message(waysOf(usual)).text).not.toContain("never");
  });

  test("keeps the limits of Slack, whatever the names", () => {
    const long = "&".repeat(63);
    const claims = Array.from({ length: 40 }, (_, number) =>
      deployed(`${number}${long}`, number * 1_000, { actor: long, voucher: { ...job, verified: [] } }),
    );
    const shown = message(waysOf([...claims, ...claims.map((it) => ({ ...it, at: (it.at ?? 0) + 999 * minute }))]));
    expect(validateMessage(shown)).toEqual([]);
  });

  test("says that it could not be read", () => {
    const shown = message({ by: new Map(), unread: true });
    expect(JSON.stringify(shown)).toContain(":warning: what pipelines say could not be read in time");
    expect(validateMessage(shown)).toEqual([]);
  });
});

test("nothing that a pipeline writes can ping, link or break an answer", () => {
  const anyClaim = fc.record({
    stage: fc.constantFrom(...stages),
    environment: fc.option(hostile),
    actor: fc.option(hostile),
    at: fc.integer({ min: at, max: at + 100_000 * minute }),
  });
  fc.assert(
    fc.property(fc.array(anyClaim.map(claim), { maxLength: 20 }), (claims) => {
      const shown = message(waysOf(claims));
      expect(validateMessage(shown)).toEqual([]);
      expect(notifications(shown)).toEqual({ mentions: [], links: [] });
      const text = stageRow(wayFrom(claims));
      expect(text.split("\n").length).toBeLessThanOrEqual(2);
      expect(text.replaceAll(/<!date\^\d+\^(?:\{date_short_pretty\} )?\{time\}\|[\d: UTC-]+>/g, "")).not.toContain("<");
    }),
  );
});
