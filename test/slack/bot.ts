import { createHmac } from "node:crypto";
import { type Asking, createAsking } from "../../src/flows/ask.ts";
import type { Incidenting } from "../../src/flows/incident.ts";
import { openServer } from "../../src/http/server.ts";
import { createLog } from "../../src/log.ts";
import type { Clock, People } from "../../src/ports.ts";
import { createSlack, type Slack } from "../../src/slack/app.ts";
import type { IncidentChannels } from "../../src/slack/incidents.ts";
import { systemClock } from "../../src/clock.ts";
import * as given from "../core/given.ts";
import { viewOf } from "../core/look.ts";
import { type ScriptedSlack, startScriptedSlack, team } from "./scripted-slack.ts";
import { recallsNothing } from "../flows/remembered.ts";

/** The door as it really is, in front of a real view, with a Slack that does as it is told. */

const signingSecret = "8f742231b10e8888abcd990011223344";

/** checkout in prod, three pods. */
export function realAsking(people?: People): Asking {
  const revision = given.revision(1);
  return createAsking({
    view: viewOf([given.workload(), revision, ...given.pods(3, revision)]),
    clusters: [],
    environments: [{ name: "prod", aliases: [], places: [{ cluster: "prod-eu", namespaces: ["shop"] }] }],
    default: "prod",
    links: {},
    aliases: given.noAliases,
    recall: recallsNothing,
    clock: { now: () => given.now, sleep: async () => {} },
    ...(people && { people }),
  });
}

/** Nobody reads them here. */
export async function noMetrics() {
  return { type: "text/plain", body: "" };
}

type Given = {
  readonly mode?: "socket" | "http";
  readonly asking?: Asking;
  readonly incidents?: IncidentChannels;
  readonly lookBack?: Incidenting["open"];
  readonly clock?: Clock;
  readonly callMs?: number;
  readonly drainMs?: number;
};

export type Bot = AsyncDisposable & {
  readonly world: ScriptedSlack;
  readonly slack: Slack;
  readonly log: readonly Record<string, unknown>[];
  readonly url: string;
  /** A request as Slack makes it, but for what is given. */
  post(body: string, given?: Signed): Promise<Response>;
  command(text: string, more?: object): Promise<Response>;
  interact(payload: object): Promise<Response>;
  /** What somebody said, as `app_mention` unless told otherwise. */
  say(text: string, event?: object, more?: object, how?: Signed): Promise<Response>;
};

/** Not started: that is the test's to do. */
export async function createBot({
  mode = "http",
  asking = realAsking(),
  clock = systemClock,
  ...rest
}: Given = {}): Promise<Bot> {
  const world = await startScriptedSlack();
  const log: Record<string, unknown>[] = [];
  const logger = createLog({ level: "debug", destination: { write: (it) => void log.push(JSON.parse(it)) } });
  const slack = createSlack({
    settings: {
      botToken: "xoxb-1-test",
      apiUrl: world.apiUrl,
      receive: mode === "http" ? { mode, signingSecret } : { mode, appToken: "xapp-1-test" },
    },
    asking,
    log: logger,
    clock,
    newReference: () => "abc123",
    ...rest,
  });
  const health = () => ({ slack: slack.connected(), clusters: [] });
  const server = await openServer({
    host: "127.0.0.1",
    port: 0,
    receive: slack.receive,
    health,
    metrics: noMetrics,
    log: logger,
  });
  const url = `http://127.0.0.1:${server.port}`;

  function post(body: string, how: Signed = {}): Promise<Response> {
    return fetch(`${url}/slack/events`, { method: "POST", body, headers: signed(body, how) });
  }
  return {
    world,
    slack,
    log,
    url,
    post,
    command: (text, more = {}) => post(form({ ...commandPayload(world, text), ...more })),
    interact: (payload) => post(form({ payload: JSON.stringify(payload) })),
    say: (text, event = {}, more = {}, how = {}) => {
      const headers = { "content-type": "application/json", ...how.headers };
      return post(JSON.stringify({ ...eventPayload(text, event), ...more }), { ...how, headers });
    },
    [Symbol.asyncDispose]: async () => {
      await slack.stop();
      await server.close();
      await world.close();
    },
  };
}

type Signed = { readonly at?: number; readonly secret?: string; readonly headers?: Record<string, string> };

export function signed(body: string, { at = Date.now(), secret = signingSecret, headers = {} }: Signed = {}) {
  const seconds = String(Math.floor(at / 1000));
  const signature = createHmac("sha256", secret).update(`v0:${seconds}:${body}`).digest("hex");
  return {
    "content-type": "application/x-www-form-urlencoded",
    "x-slack-request-timestamp": seconds,
    "x-slack-signature": `v0=${signature}`,
    ...headers,
  };
}

export function form(fields: object): string {
  return new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, String(value)])).toString();
}

let triggers = 0;

/** Every payload of Slack's differs from the one before: here by its trigger. */
export function commandPayload({ responseUrl }: ScriptedSlack, text: string) {
  return {
    command: "/whatsrunning",
    text,
    team_id: team,
    channel_id: "C0OPS",
    user_id: "U0ALICE",
    user_name: "alice",
    response_url: responseUrl,
    trigger_id: `trigger-${(triggers += 1)}`,
  };
}

let events = 0;

export function eventPayload(text: string, event: object = {}) {
  const ts = `1700000000.${(events += 1)}`;
  const said = { type: "app_mention", channel: "C0OPS", user: "U0ALICE", text, ts, event_ts: ts, team };
  return {
    type: "event_callback",
    team_id: team,
    event_id: `Ev${events}`,
    event_time: 1_700_000_000,
    authorizations: [{ team_id: team, enterprise_id: null, user_id: "U0BOT", is_bot: true }],
    event: { ...said, ...event },
  };
}

export function pressPayload({ responseUrl }: ScriptedSlack, action: object, more: object = {}) {
  return {
    type: "block_actions",
    team: { id: team },
    user: { id: "U0ALICE", name: "alice", username: "alice", team_id: team },
    container: { type: "message", message_ts: "1.1", channel_id: "C0OPS", is_ephemeral: true },
    channel: { id: "C0OPS" },
    trigger_id: `trigger-${(triggers += 1)}`,
    response_url: responseUrl,
    actions: [{ type: "button", action_ts: "1.2", block_id: "b", ...action }],
    ...more,
  };
}
