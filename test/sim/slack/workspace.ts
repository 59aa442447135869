import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { App, HTTPReceiver, type Logger, LogLevel, SocketModeReceiver } from "@slack/bolt";
import type { SlackOptions } from "../../../sim/slack/server.ts";
import { type Slack, startSlack } from "../../../sim/slack/server.ts";

export type BoltApp = App;

export function manifest({ socket = false, scopes = [] as readonly string[] } = {}) {
  return {
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      shortcuts: [
        { name: "What's running?", type: "global", callback_id: "open" },
        { name: "Roll back", type: "message", callback_id: "from_message" },
      ],
      slash_commands: [{ command: "/whatsrunning", should_escape: true }],
    },
    oauth_config: {
      scopes: {
        bot: ["commands", "chat:write", "app_mentions:read", "im:history", "users:read", "usergroups:read", ...scopes],
      },
    },
    settings: {
      event_subscriptions: { bot_events: ["app_home_opened", "app_mention", "message.im"] },
      interactivity: { is_enabled: true, message_menu_options_url: "https://bot.example/slack/events" },
      socket_mode_enabled: socket,
    },
  };
}

const workspace = {
  people: [
    { id: "U01ALICE", name: "alice", tz: "Europe/Berlin" },
    { id: "U01BOB", name: "bob" },
    { id: "U01CAROL", name: "carol", guest: "restricted" },
    { id: "U01DAVE", name: "dave", deleted: true },
    { id: "U01EVE", name: "eve", team: "T0OTHER" },
  ],
  channels: [
    { id: "C01DEPLOYS", name: "deploys", members: ["U01ALICE", "U01BOB", "U01EVE", "U0SIMBOT"] },
    { id: "C01RANDOM", name: "random", members: ["U01ALICE"] },
    { id: "C01OLD", name: "old", members: ["U01ALICE", "U0SIMBOT"], archived: true },
    { id: "C01SECRET", name: "secret", members: ["U01ALICE"], private: true },
  ],
  groups: [{ id: "S01SRE", handle: "sre", users: ["U01BOB"] }],
} as const satisfies Partial<SlackOptions>;

/** A clock that only moves when told. */
export function createClock(start = Date.UTC(2026, 0, 5, 12)) {
  let time = start;
  return {
    now: () => time,
    advance: (ms: number) => {
      time += ms;
    },
  };
}

export async function startWorkspace(options: Partial<SlackOptions> = {}): Promise<Slack> {
  return startSlack({ manifest: manifest(), ...workspace, patienceMs: 5_000, ...options });
}

/** Bolt complains of what these tests do to it on purpose. */
const quiet: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};

/** For what needs a moment: long, because a busy machine may need it. */
export const soon = { timeout: 10_000, interval: 5 } as const;

/** The real Bolt behind an HTTP server of our own, as the product runs it. */
export async function startHttpApp(slack: Slack, listen: (app: BoltApp) => void, giveUpMs = 3_001) {
  const receiver = new HTTPReceiver({
    signingSecret: slack.signingSecret,
    logger: quiet,
    unhandledRequestTimeoutMillis: giveUpMs,
  });
  const app = new App({ ...settings(slack), receiver });
  listen(app);
  await app.init();
  const server = await serve((request, response) => receiver.requestListener(request, response));
  slack.install({ requestUrl: `${server.url}/slack/events` });
  return { app, close: server.close };
}

export async function startSocketApp(slack: Slack, listen: (app: BoltApp) => void) {
  const receiver = new SocketModeReceiver({
    appToken: slack.appToken,
    logger: quiet,
    installerOptions: { clientOptions: { slackApiUrl: slack.apiUrl } },
  });
  const app = new App({ ...settings(slack), receiver });
  listen(app);
  await app.init();
  await app.start();
  return { app, receiver, close: async () => void (await app.stop()) };
}

function settings(slack: Slack) {
  return {
    token: slack.botToken,
    logger: quiet,
    deferInitialization: true,
    convoStore: false as const,
    clientOptions: { slackApiUrl: slack.apiUrl, rejectRateLimitedCalls: true, retryConfig: { retries: 0 } },
  };
}

export async function serve(listener: RequestListener) {
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the server has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
