import { readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type Slack, startSlack } from "../../../sim/slack/server.ts";
import { systemClock } from "../../../src/clock.ts";
import { createLog } from "../../../src/log.ts";
import { createStanding } from "../../../src/slack/people/standing.ts";

const manifest: unknown = parse(readFileSync("manifest.yml", "utf8"));
const people = [
  { id: "U01BOB", name: "bob" },
  { id: "U02GUEST", name: "guest", guest: "restricted" },
  { id: "U03GONE", name: "gone", deleted: true },
  { id: "U04BOT", name: "robot", bot: true },
  { id: "U05EVE", name: "eve", team: "T0OTHER" },
] as const;
const groups = [{ id: "S01SRE", handle: "sre", users: ["U01BOB"] }];
const never = new AbortController().signal;
let slack: Slack;
let later = 0;

beforeAll(async () => {
  slack = await startSlack({ manifest, people, channels: [], groups });
});
afterAll(() => slack.close());
beforeEach(() => {
  later = 0;
});

function asked(): number {
  return slack.calls.filter((it) => it.method === "usergroups.users.list").length;
}

function standing(given: { readonly slack?: Slack } = {}) {
  const { botToken, apiUrl } = given.slack ?? slack;
  return createStanding({
    settings: { botToken, apiUrl },
    clock: { now: () => systemClock.now() + later },
    log: createLog({ level: "silent" }),
    callMs: 300,
  });
}

test.each([
  ["U01BOB", "member"],
  ["U02GUEST", "guest"],
  ["U03GONE", "deactivated"],
  ["U04BOT", "bot"],
  ["U05EVE", "other workspace"],
])("%s is a %s", async (user, status) => {
  expect(await standing().status(user, never)).toEqual({ kind: "known", value: status });
});

test("whom Slack does not know, nobody is", async () => {
  expect((await standing().status("U09NOBODY", never)).kind).toBe("no answer");
});

describe("a group", () => {
  test("has the members that Slack tells, and is asked again within a minute", async () => {
    const { members } = standing();
    const before = asked();
    expect(await members("S01SRE", never)).toEqual({ kind: "known", value: ["U01BOB"] });
    await members("S01SRE", never);
    expect(asked()).toBe(before + 1);
    later = 60_000;
    await members("S01SRE", never);
    expect(asked()).toBe(before + 2);
  });

  test("that there is not is none, and nothing of the answer before stays", async () => {
    const { members } = standing();
    await members("S01SRE", never);
    later = 60_000;
    slack.failNext("usergroups.users.list", { kind: "status", status: 500 });
    expect((await members("S01SRE", never)).kind).toBe("no answer");
    expect((await members("S09NONE", never)).kind).toBe("no answer");
  });

  test("takes no longer than the click can wait", async () => {
    slack.failNext("usergroups.users.list", { kind: "slow", ms: 250 });
    const told = await standing().members("S01SRE", AbortSignal.timeout(50));
    expect(told).toEqual({ kind: "no answer", because: "Slack did not answer in time" });
  });

  test("cannot be asked without the scope, and that is said", async () => {
    const without = parse(readFileSync("manifest.yml", "utf8").replace("      - usergroups:read\n", ""));
    const bare = await startSlack({ manifest: without, people, channels: [], groups });
    try {
      expect(await standing({ slack: bare }).members("S01SRE", never)).toMatchObject({ kind: "refused" });
    } finally {
      await bare.close();
    }
  });
});
