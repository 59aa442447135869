import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { startSlack } from "../../sim/slack/server.ts";
import { systemClock } from "../../src/clock.ts";
import { createLog } from "../../src/log.ts";
import { createPeople } from "../../src/slack/people.ts";
import { ok, rateLimited, refused, type ScriptedSlack, silence, startScriptedSlack, status } from "./scripted-slack.ts";

const never = new AbortController().signal;
let world: ScriptedSlack;
let later = 0;
let log: Record<string, unknown>[] = [];

beforeEach(async () => {
  world = await startScriptedSlack();
  [later, log] = [0, []];
});
afterEach(() => world.close());

function people(given: { readonly callMs?: number; readonly most?: number } = {}) {
  return createPeople({
    settings: { botToken: "xoxb-1-test", apiUrl: world.apiUrl },
    clock: { ...systemClock, now: () => systemClock.now() + later },
    log: createLog({ level: "debug", destination: { write: (it) => void log.push(JSON.parse(it)) } }),
    callMs: 200,
    ...given,
  });
}

const lookUps = () => world.heard.filter((it) => it.target === "users.info").length;
const living = (tz: unknown) => ok({ user: { id: "U0ALICE", tz } });
const hour = 3_600_000;

describe("the time zone in somebody's profile", () => {
  test("is asked for once in some hours", async () => {
    world.script("users.info", [living("Europe/Berlin"), living("Asia/Tokyo")]);
    const { zoneOf } = people();
    expect(await zoneOf("U0ALICE", never)).toBe("Europe/Berlin");
    later = 5 * hour;
    expect(await zoneOf("U0ALICE", never)).toBe("Europe/Berlin");
    later = 7 * hour; // she has travelled
    expect(await zoneOf("U0ALICE", never)).toBe("Asia/Tokyo");
    expect(lookUps()).toBe(2);
  });

  test("is asked for once by all who ask at the same time, and for each person", async () => {
    world.script("users.info", [living("Europe/Berlin"), living("Asia/Tokyo")]);
    const { zoneOf } = people();
    const zones = await Promise.all([zoneOf("U0ALICE", never), zoneOf("U0ALICE", never)]);
    expect(zones).toEqual(["Europe/Berlin", "Europe/Berlin"]);
    expect(await zoneOf("U0BOB", never)).toBe("Asia/Tokyo");
  });

  test("is forgotten for the oldest when there are too many people", async () => {
    const { zoneOf } = people({ most: 3 });
    for (const user of ["U1", "U2", "U3", "U4"]) await zoneOf(user, never);
    for (const user of ["U4", "U3", "U2"]) await zoneOf(user, never);
    expect(lookUps()).toBe(4);
    await zoneOf("U1", never);
    expect(lookUps()).toBe(5);
  });

  test.each([["Mars/Base"], [""], [null], [7]])("that is %j is none", async (tz) => {
    world.script("users.info", [living(tz)]);
    expect(await people().zoneOf("U0ALICE", never)).toBeNull();
  });
});

describe("nobody waits long for a zone, and nothing is thrown", () => {
  test.each([
    ["is slow", silence],
    ["breaks", status(503)],
    ["has enough of us", rateLimited(30)],
    ["does not know the person", refused("user_not_found")],
    ["is of another opinion on JSON", ok({ user: "alice" })],
  ])("while Slack %s", async (_, answer) => {
    world.script("users.info", [answer, living("Europe/Berlin")]);
    const { zoneOf } = people();
    const began = performance.now();
    const zone = await zoneOf("U0ALICE", never);
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(zone).toBeNull();
  });

  test("after a failure it is asked again", async () => {
    world.script("users.info", [status(503), living("Europe/Berlin")]);
    const { zoneOf } = people();
    expect(await zoneOf("U0ALICE", never)).toBeNull();
    expect(await zoneOf("U0ALICE", never)).toBe("Europe/Berlin");
  });

  test("who stops waiting gets none, and what comes later is known the next time", async () => {
    world.script("users.info", [(res) => setTimeout(() => living("Europe/Berlin")(res), 50)]);
    const { zoneOf } = people({ callMs: 5_000 });
    expect(await zoneOf("U0ALICE", AbortSignal.timeout(10))).toBeNull();
    expect(await zoneOf("U0ALICE", AbortSignal.abort())).toBeNull();
    expect(await zoneOf("U0ALICE", never)).toBe("Europe/Berlin");
    expect(lookUps()).toBe(1);
  });

  test("without the scope it is said once, and asked again only later", async () => {
    const missing = ok({ ok: false, error: "missing_scope", needed: "users:read", provided: "chat:write" });
    world.script("users.info", [missing, missing, living("Europe/Berlin")]);
    const { zoneOf } = people();
    for (const user of ["U0ALICE", "U0ALICE", "U0BOB"]) expect(await zoneOf(user, never)).toBeNull();
    expect(lookUps()).toBe(2);
    expect(log.filter((it) => it["level"] === "warn")).toMatchObject([{ needed: "users:read" }]);
    later = hour;
    expect(await zoneOf("U0ALICE", never)).toBe("Europe/Berlin");
  });
});

test.each(["manifest.yml", "manifest.http.yml"])("the app as %s makes it may look it up", async (file) => {
  const manifest: unknown = parse(readFileSync(file, "utf8"));
  const strict = await startSlack({
    manifest,
    people: [{ id: "U0ALICE", name: "alice", tz: "Europe/Berlin" }],
    channels: [],
  });
  const settings = { botToken: strict.botToken, apiUrl: strict.apiUrl };
  const { zoneOf } = createPeople({ settings, clock: systemClock, log: createLog({ level: "silent" }) });
  expect(await zoneOf("U0ALICE", never)).toBe("Europe/Berlin");
  expect(await zoneOf("U0NOBODY", never)).toBeNull();
  await strict.close();
});
