import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { startSlack } from "../../../sim/slack/server.ts";
import { systemClock } from "../../../src/clock.ts";
import { createLog } from "../../../src/log.ts";
import { createNames } from "../../../src/slack/people/names.ts";
import { ok, refused, type ScriptedSlack, silence, startScriptedSlack, status } from "../scripted-slack.ts";

let world: ScriptedSlack;
let later = 0;
let log: Record<string, unknown>[] = [];

beforeEach(async () => {
  world = await startScriptedSlack();
  [later, log] = [0, []];
});
afterEach(() => world.close());

const configured = new Map([["Alice@example.org", "U01ALICE"]]);
const alice = ok({ user: { id: "U01ALICE", real_name: "Alice Doe", profile: { display_name: "ali" } } });

function names(people: ReadonlyMap<string, string> = configured) {
  return createNames({
    settings: { botToken: "xoxb-1-test", apiUrl: world.apiUrl },
    people,
    clock: { ...systemClock, now: () => systemClock.now() + later },
    log: createLog({ level: "debug", destination: { write: (it) => void log.push(JSON.parse(it)) } }),
    callMs: 200,
  });
}

const asked = (method: string) => world.heard.filter((it) => it.target === method).length;

describe("what somebody who signs a deploy is called", () => {
  test("by the configuration, whatever the case, and asked for once", async () => {
    world.script("users.info", [alice]);
    const { nameOf } = names();
    expect(await Promise.all([nameOf("alice@example.org"), nameOf("ALICE@example.org ")])).toEqual([
      "Alice Doe",
      "Alice Doe",
    ]);
    expect(await nameOf("alice@example.org")).toBe("Alice Doe");
    expect([asked("users.info"), asked("users.lookupByEmail")]).toEqual([1, 0]);
  });

  test("by the e-mail address, where nobody configured it", async () => {
    world.script("users.lookupByEmail", [alice]);
    expect(await names(new Map()).nameOf("alice@example.org")).toBe("Alice Doe");
  });

  test("not at all for what is no address, and nobody is asked", async () => {
    for (const it of ["alice", "CI", "<@U01ALICE>", "a@b", "x@y.z w"]) expect(await names().nameOf(it)).toBeNull();
    expect(world.heard).toEqual([]);
  });

  test.each([
    ["is slow", silence],
    ["breaks", status(503)],
    ["does not know them", refused("users_not_found")],
    ["is of another opinion on JSON", ok({ user: "alice" })],
  ])("nobody while Slack %s, and then it is asked again later", async (_, answer) => {
    world.script("users.lookupByEmail", [answer, alice]);
    const { nameOf } = names(new Map());
    expect(await nameOf("alice@example.org")).toBeNull();
    expect(await nameOf("alice@example.org")).toBeNull();
    expect(asked("users.lookupByEmail")).toBe(1);
    later = 7 * 3_600_000;
    expect(await nameOf("alice@example.org")).toBe("Alice Doe");
  });

  test("without the scope it is said once, and nobody's address is asked for again for a while", async () => {
    const missing = ok({ ok: false, error: "missing_scope", needed: "users:read.email", provided: "users:read" });
    world.script("users.lookupByEmail", [missing, alice]);
    const { nameOf } = names(new Map());
    for (const it of ["alice@example.org", "bob@example.org"]) expect(await nameOf(it)).toBeNull();
    expect(asked("users.lookupByEmail")).toBe(1);
    expect(log.filter((it) => it["level"] === "info")).toMatchObject([{ needed: "users:read.email" }]);
    later = 3_600_000;
    expect(await nameOf("bob@example.org")).toBe("Alice Doe");
  });
});

test.each([
  ["with the scope", ["users:read.email"], "Alice Doe"],
  ["without it", [], null],
])("a strict Slack %s", async (_, more, name) => {
  const manifest = parse(readFileSync("manifest.yml", "utf8"));
  manifest.oauth_config.scopes.bot.push(...more);
  const people = [{ id: "U0ALICE", name: "alice", realName: "Alice Doe", email: "alice@example.org" }];
  const strict = await startSlack({ manifest, people, channels: [] });
  const settings = { botToken: strict.botToken, apiUrl: strict.apiUrl };
  const quiet = createLog({ level: "silent" });
  const { nameOf } = createNames({ settings, people: new Map(), clock: systemClock, log: quiet });
  expect(await nameOf("alice@example.org")).toBe(name);
  expect(await nameOf("nobody@example.org")).toBeNull();
  await strict.close();
});
