import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from "@slack/bolt";
import type { Asking } from "../flows/ask.ts";
import type { Wishing } from "../flows/wish.ts";
import type { Incidenting } from "../flows/incident.ts";
import { boltLogger, type Log } from "../log.ts";
import type { Clock } from "../ports.ts";
import type { Chat } from "../ports/chat.ts";
import { admitOnly } from "./admit.ts";
import { createChat } from "./chat.ts";
import { createBudget } from "./chat/budget.ts";
import { clientWithin } from "./call/client.ts";
import { createDrain } from "./drain.ts";
import type { RollingBack } from "./doors/rollback.ts";
import { answerErrors } from "./error.ts";
import { sentenceOf } from "./call/failure.ts";
import { fetchWithin } from "./call/fetch.ts";
import { createIncidents, type IncidentChannels } from "./incidents.ts";
import { listen } from "./listeners.ts";
import { eachEventOnce } from "./once.ts";
import { createReceive, type Receive } from "./request/receive.ts";
import { createReply } from "./reply.ts";
import { createSockets } from "./sockets.ts";

type SlackSettings = {
  readonly botToken: string;
  /** Null: Slack itself. */
  readonly apiUrl: string | null;
  readonly receive:
    | { readonly mode: "socket"; readonly appToken: string }
    | { readonly mode: "http"; readonly signingSecret: string };
};

export type Slack = {
  /** What our server does with POST /slack/events. Null in Socket Mode, where nothing comes in from outside. */
  readonly receive: Receive | null;
  /** Throws one readable sentence when Slack does not want us. */
  start(): Promise<void>;
  /** Takes nothing more, finishes what is under way, and ends the connections. */
  stop(): Promise<void>;
  /** Somebody who asks now is heard. */
  connected(): boolean;
  /** Messages that nobody has to ask for. */
  readonly chat: Chat;
};

type Deps = {
  readonly settings: SlackSettings;
  /** Where answers are for everybody. */
  readonly incidents?: IncidentChannels;
  readonly asking: Asking;
  /** Left out: nobody can roll back. */
  readonly rollback?: RollingBack;
  /** Left out: nothing can be asked of an operation. */
  readonly wishing?: Wishing;
  /** Begins to tell what changed, in an incident's channel. Left out: nobody keeps what changed. */
  readonly lookBack?: Incidenting["open"];
  readonly log: Log;
  readonly clock: Clock;
  readonly newReference: () => string;
  /** How long one call to Slack may take, and how long a stop waits for what is under way. */
  readonly callMs?: number;
  readonly drainMs?: number;
};

/** Whoever posts holds its record for not much longer than twice this: the words alone are sent after what was refused. */
const chatMs = 4_500;

const nowhere: IncidentChannels = { channels: [], pattern: null };

export function createSlack(deps: Deps): Slack {
  const {
    settings,
    incidents = nowhere,
    asking,
    rollback,
    log,
    clock,
    newReference,
    callMs = 10_000,
    drainMs = 10_000,
  } = deps;
  const logger = boltLogger(log, LogLevel.INFO);
  const fetch = fetchWithin(callMs);
  const api = { ...(settings.apiUrl === null ? {} : { slackApiUrl: settings.apiUrl }), fetch, timeout: callMs };
  const drain = createDrain();
  let state: "new" | "taking" | "stopped" = "new";
  let [team, us]: [string | null, string | null] = [null, null];

  const door = openDoor();
  const app = new App({
    token: settings.botToken,
    receiver: door.receiver,
    logger,
    deferInitialization: true, // or a wrong token would be an unhandled rejection
    extendedErrorHandler: true,
    convoStore: false,
    // One retry: a person is waiting. A queue that waits for a rate limit would hold up every other call.
    clientOptions: { ...api, rejectRateLimitedCalls: true, retryConfig: { retries: 1, minTimeout: 200 } },
  });
  app.use(({ next }) => drain.during(next));
  app.use(admitOnly(() => team));
  app.use(eachEventOnce(clock));
  const calling = { token: settings.botToken, apiUrl: settings.apiUrl, logger };
  const client = clientWithin({ ...calling, ms: callMs });
  const reply = createReply({ client, clock, log, newReference });
  const chatting = clientWithin({ ...calling, ms: Math.min(callMs, chatMs) });
  const chat = createChat({ client: chatting, budget: createBudget(clock), clock, log, us: () => us });
  const lookUp = clientWithin({ ...calling, ms: Math.min(callMs, 2_000) });
  listen({
    app,
    asking,
    ...(deps.wishing && { wishing: deps.wishing }),
    reply,
    ...(rollback && { rollback }),
    incidents: createIncidents({ ...incidents, client: lookUp, clock, log }),
    lookBack: deps.lookBack ?? null,
    log,
    us: () => us,
  });
  answerErrors(app, { log, fetch, reply, newReference });

  /** Bolt's receivers open a port of their own or none; ours is opened by our one server. */
  function openDoor() {
    const { receive: how } = settings;
    switch (how.mode) {
      case "socket": {
        const sockets = createSockets({ make: () => socketReceiver(how.appToken), clock, log });
        return { ...sockets, receiver: sockets, receive: null };
      }
      case "http": {
        const { signingSecret } = how;
        const receiver = new HTTPReceiver({ signingSecret, logger });
        const isTaking = () => state === "taking";
        const receive = createReceive({ receiver, signingSecret, clock, log, isTaking });
        return { receiver, receive, connected: () => true, start: async () => {}, stop: async () => {} };
      }
    }
  }

  function socketReceiver(appToken: string): SocketModeReceiver {
    return new SocketModeReceiver({
      appToken,
      logger,
      autoReconnectEnabled: false, // replaced instead, see sockets.ts
      installerOptions: { clientOptions: { ...api, rejectRateLimitedCalls: true, retryConfig: { retries: 0 } } },
      // An error that no handler of ours saw. Returning true would have Bolt acknowledge without a catch around it.
      processEventErrorHandler: async ({ error, event }) => {
        log.error({ err: error }, "could not take what Slack sent");
        await event.ack().catch(() => {});
        return false;
      },
    });
  }

  async function start(): Promise<void> {
    try {
      await app.init();
      const { team_id = null, user_id = null } = await app.client.auth.test();
      [team, us] = [team_id, user_id];
    } catch (err) {
      throw new Error(sentenceOf(err, "SLACK_BOT_TOKEN"), { cause: err });
    }
    await door.start();
    if (state === "new") state = "taking";
  }

  async function stop(): Promise<void> {
    state = "stopped";
    await door.stop();
    if (!(await drain.empty(drainMs))) log.warn({ drainMs }, "stopped before every answer was given");
  }

  return { receive: door.receive, start, stop, connected: () => state === "taking" && door.connected(), chat };
}
