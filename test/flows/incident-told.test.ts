import { LogLevel } from "@slack/bolt";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Slack, startSlack } from "../../sim/slack/server.ts";
import { createDelivering } from "../../src/flows/deliver.ts";
import { createIncidenting } from "../../src/flows/incident.ts";
import { createTroubles } from "../../src/flows/deliver/troubles.ts";
import { boltLogger, createLog } from "../../src/log.ts";
import { stepped } from "../../src/records.ts";
import { createChat } from "../../src/slack/chat.ts";
import { createBudget } from "../../src/slack/chat/budget.ts";
import { clientWithin } from "../../src/slack/call/client.ts";
import { createSqliteStore } from "../../src/store/sqlite.ts";
import * as given from "../core/given.ts";
import { life } from "../core/ledger/releases.ts";
import { viewOf } from "../core/look.ts";

/** Two replicas over one store and a strict Slack, which keeps its limits. */

const { minute } = given;
const channel = "C0INC";
const never = new AbortController().signal;
const log = createLog({ level: "silent" });
const environments = [{ name: "prod", aliases: [], places: [{ cluster: "prod-eu", namespaces: null }] }];
const identities = { of: () => "uid-prod-eu", named: () => "prod-eu", missing: () => [] };

let slack: Slack;
let skipped = 0;
const clock = { now: () => given.now + skipped, sleep: async (ms: number) => void (skipped += ms) };
let ids = 0;
const newId = () => `id-${(ids += 1)}`;
let store: ReturnType<typeof createSqliteStore>;
let replicas: readonly ReturnType<typeof replica>[] = [];

async function start(scopes: readonly string[]): Promise<void> {
  slack = await startSlack({
    manifest: { oauth_config: { scopes: { bot: ["chat:write", ...scopes] } } },
    people: [{ id: "U0ALICE", name: "alice" }],
    channels: [{ id: channel, name: "inc-7", members: ["U0ALICE", "U0SIMBOT"] }],
    now: clock.now,
    rateLimits: true,
  });
  replicas = [replica(), replica()];
}
beforeEach(() => {
  [skipped, ids] = [0, 0];
  store = createSqliteStore({ path: ":memory:", clock });
});
afterEach(() => slack.close());

function replica() {
  const incidenting = createIncidenting({ view: viewOf([]), store, identities, environments, clock, newId });
  const logger = boltLogger(log, LogLevel.INFO);
  const client = clientWithin({ token: slack.botToken, apiUrl: slack.apiUrl, ms: 2_000, logger });
  const chat = createChat({ client, budget: createBudget(clock), clock, log, us: () => slack.botUser });
  const troubles = createTroubles({ began: () => {}, ended: () => {} });
  const tellers = [incidenting.teller];
  return { ...incidenting, ...createDelivering({ store, chat, tellers, clock, newId, troubles, failed: () => {} }) };
}

/** Both at once, a second after the other, for a while. */
async function settle(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    await Promise.all(replicas.map((it) => it.turn(never)));
    await Promise.all(replicas.map((it) => it.settled()));
    skipped += 1_000;
  }
}

const open = () => Promise.all(replicas.flatMap((it) => [it.open(channel, null), it.open(channel, null)]));
const said = () => slack.messagesFor("U0ALICE", channel);
const lists = () => said().filter((it) => /^\d+ changes? in prod/.test(it.text));

async function deploy(name: string, at: number): Promise<void> {
  const [release] = life({ name }, { at });
  if (!release) throw new Error("no release");
  await store.commit(stepped(newId(), { ended: [], current: release }, null));
}

describe("two of us in an incident's channel", () => {
  test("say what changed once, and each deploy meanwhile once, however often they are called", async () => {
    await start([]);
    await deploy("checkout", given.now - 5 * minute);
    await open();
    await settle(8);
    await deploy("search", clock.now());
    await open();
    await settle(20);
    expect(said().map((it) => [it.text.slice(0, 18), it.broadcast])).toEqual([
      ["2 changes in prod ", false],
      ["search in prod: sh", true],
    ]);
  });

  test("say it once even where the answer to the post was lost, if they may look", async () => {
    await start(["channels:history"]);
    await deploy("checkout", given.now - 5 * minute);
    slack.failNext("chat.postMessage", { kind: "lost-answer" });
    await open();
    await settle(30);
    expect(lists()).toHaveLength(1);
    await deploy("search", clock.now());
    await settle(20);
    expect(lists()[0]?.text).toMatch(/^2 changes/); // it is known where it stands
  });

  test("say it at the latest when they are let in again", async () => {
    await start([]);
    await deploy("checkout", given.now - 5 * minute);
    slack.remove({ by: "U0ALICE", user: slack.botUser, channel });
    await open();
    await settle(5);
    expect(said()).toEqual([]);
    await slack.invite({ by: "U0ALICE", user: slack.botUser, channel });
    await settle(70);
    expect(lists()).toHaveLength(1);
  });
});
