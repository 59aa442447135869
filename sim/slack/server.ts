import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createClicking } from "./acting/click.ts";
import { type Desk, visible } from "./acting/desk.ts";
import { archive, invite, remove } from "./acting/membership.ts";
import { type Shortcut, shortcut } from "./acting/shortcut.ts";
import { dismiss, type Submit, submit } from "./acting/submit.ts";
import { command, directMessage, mention, openHome, say } from "./acting/type.ts";
import { createApi } from "./api.ts";
import { createDeliveries } from "./delivery.ts";
import { createFaults } from "./faults.ts";
import { createHttpDelivery } from "./http-delivery.ts";
import { isMember } from "./world.ts";
import { app, team } from "./people.ts";
import { createRateLimit } from "./rate-limit.ts";
import { createResponseUrls } from "./response-url.ts";
import { impossible } from "./refusal.ts";
import { createSockets } from "./socket-delivery.ts";
import { createWeb } from "./web.ts";
import { createWorld, type Workspace } from "./world.ts";

export type SlackOptions = Workspace & {
  readonly botToken?: string;
  readonly appToken?: string;
  readonly signingSecret?: string;
  /** Where the app listens, in HTTP mode. Can be told later with `install`. */
  readonly requestUrl?: string;
  /** The clock that every rule about time goes by. */
  readonly now?: () => number;
  /** Which connection gets a payload: from 0 up to 1. */
  readonly random?: () => number;
  /** Off: no call is ever too many. */
  readonly rateLimits?: boolean;
  /** How long a payload waits for its answer, in real time. Bolt gives up by itself after 3.0 s. */
  readonly patienceMs?: number;
};

export type Slack = Awaited<ReturnType<typeof startSlack>>;

/** A workspace with our app installed, on this machine alone. */
export async function startSlack(options: SlackOptions) {
  const { now = Date.now, random = Math.random, patienceMs = 3_500 } = options;
  const botToken = options.botToken ?? `xoxb-${randomBytes(12).toString("hex")}`;
  const appToken = options.appToken ?? `xapp-1-${randomBytes(12).toString("hex")}`;
  const signingSecret = options.signingSecret ?? randomBytes(16).toString("hex");
  let requestUrl = options.requestUrl ?? null;

  const world = createWorld(options, now);
  const { log, ids, views, messages, rights } = world;
  const faults = createFaults();
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = `http://127.0.0.1:${portOf(server.address())}`;

  const sockets = createSockets({ server, ids, random, address: () => address });
  const way = rights.socketMode ? sockets : createHttpDelivery(signingSecret, () => requestUrl);
  const wayName = rights.socketMode ? "socket" : "http";
  const deliveries = createDeliveries({ way, wayName, log, ids, now, patienceMs });
  const responseUrls = createResponseUrls(world, () => address);
  const limit = options.rateLimits === true ? createRateLimit(now) : null;
  const connect = () => `${address.replace("http", "ws")}/link/?ticket=${sockets.ticket()}`;
  const api = createApi({ world, tokens: { bot: botToken, app: appToken }, limit, connect });
  const web = createWeb({ api, responseUrls, faults, log, now });
  server.on("request", (request, response) => {
    web(request, response).catch((err: unknown) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(err));
    });
  });

  const desk: Desk = { world, deliveries, responseUrls };
  const clicking = createClicking(desk);

  return {
    /** For `clientOptions.slackApiUrl`. */
    apiUrl: `${address}/api/`,
    botToken,
    appToken,
    signingSecret,
    team: team.id,
    botUser: app.userId,
    install: (at: { readonly requestUrl: string }) => {
      requestUrl = at.requestUrl;
    },

    command: (typed: Parameters<typeof command>[1]) => command(desk, typed),
    mention: (typed: Parameters<typeof mention>[1]) => mention(desk, typed),
    directMessage: (typed: Parameters<typeof directMessage>[1]) => directMessage(desk, typed),
    /** Somebody writes something that is not for us. Gives its ts. */
    say: (typed: Parameters<typeof say>[1]) => say(world, typed).ts,
    /** Somebody brings somebody, or our app, into a channel. */
    invite: (whom: Parameters<typeof invite>[1]) => invite(desk, whom),
    /** Our app is not told that it was removed. */
    remove: (whom: Parameters<typeof remove>[1]) => remove(world, whom),
    archive: (channel: string, archived = true) => archive(world, channel, archived),
    openHome: (who: { readonly user: string }) => openHome(desk, who),
    click: clicking.click,
    /** Types into an external select and sees what it offers. */
    suggest: clicking.suggest,
    submit: (form: Submit) => submit(desk, form),
    /** Closes the modal on top. */
    dismiss: (which: Omit<Submit, "values">) => dismiss(desk, which),
    shortcut: (what: Shortcut) => shortcut(desk, what),

    /** What a person sees in a channel, replies included, oldest first. */
    messagesFor: (user: string, channel: string) => {
      if (!isMember(world, user, channel)) impossible(`${user} is not a member of ${channel}`);
      return messages.all(channel).filter((it) => visible(world, user, it));
    },
    ephemerals: (user?: string) =>
      messages.all().filter((it) => it.reader !== null && (user === undefined || it.reader === user)),
    message: (channel: string, ts: string) => messages.find(channel, ts),
    /** A person's open modals, the top one last. */
    viewsFor: (user: string) => views.stack(user),
    homeFor: (user: string) => views.home(user),

    /** The next calls of a method go wrong. */
    failNext: faults.next,
    duplicateNext: deliveries.duplicateNext,
    redeliver: deliveries.redeliver,
    sockets: { count: sockets.count, refresh: sockets.refresh, drop: sockets.drop },
    calls: log.calls,
    deliveries: log.deliveries,
    subscribe: log.subscribe,

    close: async () => {
      sockets.close();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (typeof address !== "object" || address === null) throw new Error("the server has no port");
  return address.port;
}
