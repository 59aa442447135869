import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { startSlack } from "../../sim/slack/server.ts";
import { systemClock } from "../../src/clock.ts";
import { openServer } from "../../src/http/server.ts";
import { createLog } from "../../src/log.ts";
import { createSlack } from "../../src/slack/app.ts";
import { noMetrics, realAsking } from "./bot.ts";

/** A Slack that refuses what the real one refuses, with the manifest as people install it. */

const manifests = { socket: "manifest.yml", http: "manifest.http.yml" } as const;
const people = [
  { id: "U0ALICE", name: "alice" },
  { id: "U0BOB", name: "bob" },
  { id: "U0EVE", name: "eve", team: "T0AWAY" },
];
const members = ["U0SIMBOT", ...people.map((it) => it.id)];
const channels = [
  { id: "C0OPS", name: "ops", members },
  { id: "C0INC", name: "war-room", members },
  { id: "C0NEW", name: "inc-7", members },
];

export async function install(mode: keyof typeof manifests) {
  const manifest: unknown = parse(readFileSync(manifests[mode], "utf8"));
  const world = await startSlack({ manifest, people, channels });
  const log = createLog({ level: "silent" });
  const slack = createSlack({
    settings: {
      botToken: world.botToken,
      apiUrl: world.apiUrl,
      receive: mode === "socket" ? { mode, appToken: world.appToken } : { mode, signingSecret: world.signingSecret },
    },
    incidents: { channels: ["C0INC"], pattern: /^inc-/ },
    asking: realAsking(),
    log,
    clock: systemClock,
    newReference: () => "abc123",
  });
  const health = () => ({ slack: slack.connected(), clusters: [] });
  const server = await openServer({
    host: "127.0.0.1",
    port: 0,
    receive: slack.receive,
    health,
    metrics: noMetrics,
    log,
  });
  world.install({ requestUrl: `http://127.0.0.1:${server.port}/slack/events` });
  await slack.start();
  const end = async () => {
    await slack.stop();
    await server.close();
    await world.close();
  };
  return { world, slack, end };
}
