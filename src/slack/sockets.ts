import { setTimeout as wait } from "node:timers/promises";
import { type App, type Receiver, type SocketModeReceiver, webApi } from "@slack/bolt";
import { z } from "zod";
import type { Clock } from "../ports.ts";
import { mayPass, sentenceOf } from "./call/failure.ts";
import type { Log } from "./log.ts";

/**
 * Two connections, each replaced by a new one when Slack asks for that or when it is lost. One that reconnects by itself
 * is deaf for five seconds at every refresh, and Slack refreshes every few hours.
 */
export type Sockets = Receiver & {
  /** At least one connection is open and may be used. */
  connected(): boolean;
};

type Client = SocketModeReceiver["client"];

type Deps = {
  /** A receiver that does not reconnect, with `clientOptions` of its own: Bolt writes into them. */
  readonly make: () => SocketModeReceiver;
  readonly clock: Clock;
  readonly log: Log;
};

const helloWithinMs = 10_000;
const closeWithinMs = 2_000;
const healthyAfterMs = 10_000;
const longestPauseMs = 30_000;

export function createSockets({ make, clock, log }: Deps): Sockets {
  const open = new Set<Client>();
  const living = new Set<Client>(); // these and the ones that are still saying goodbye
  const stopping = new AbortController();
  const halted = new Promise<void>((resolve) => stopping.signal.addEventListener("abort", () => resolve()));
  let app: App | null = null;

  async function start(): Promise<void> {
    const attempts = [keepOpen(), keepOpen()];
    const failures = await Promise.all(attempts);
    const hopeless = failures.find((it) => it !== null && !mayPass(it));
    if (hopeless === undefined) return;
    await stop();
    throw new Error(sentenceOf(hopeless, "SLACK_APP_TOKEN"), { cause: hopeless });
  }

  /** Settles with the first attempt: null, or why it failed. The work goes on until the stop. */
  function keepOpen(): Promise<unknown> {
    const first = Promise.withResolvers<unknown>();
    void followOneAnother(first.resolve).catch((err: unknown) => {
      log.error({ err }, "gave up a connection to Slack");
      first.resolve(err);
    });
    return first.promise;
  }

  async function followOneAnother(tell: (outcome: unknown) => void): Promise<void> {
    let misfortunes = 0; // in a row
    while (!stopping.signal.aborted) {
      const since = clock.now();
      const ending = await connection(tell);
      const lived = clock.now() - since >= healthyAfterMs;
      misfortunes = lived && ending.pauseMs === 0 ? 0 : misfortunes + 1;
      // At first at once: the other connection carries what comes meanwhile, but it may go as well.
      const backoff = misfortunes <= 2 ? 0 : Math.min(longestPauseMs, 1_000 * 2 ** (misfortunes - 3));
      const pause = Math.max(backoff, ending.pauseMs);
      if (pause > 0) await clock.sleep(pause, stopping.signal);
    }
    tell(null); // stopped before the first attempt
  }

  /** One connection from its opening to its end. */
  async function connection(tell: (outcome: unknown) => void): Promise<{ readonly pauseMs: number }> {
    const { client, ended } = prepare();
    try {
      await within(helloWithinMs, client.start());
    } catch (err) {
      tell(err ?? new Error("the connection was closed before it was ready"));
      if (!stopping.signal.aborted) log.warn({ err }, "could not open a connection to Slack");
      dismiss(client);
      return { pauseMs: err instanceof webApi.WebAPIRateLimitedError ? err.retryAfter * 1000 : 0 };
    }
    open.add(client);
    tell(null);
    const why = await Promise.race([ended, halted]);
    open.delete(client); // asked to go, it closes itself: to hurry it could cut off an acknowledgement
    return { pauseMs: why === undefined || asked.has(why) ? 0 : longestPauseMs };
  }

  /** `ended` is settled by Slack's goodbye, with its reason, or by the loss of the connection. */
  function prepare(): { readonly client: Client; readonly ended: Promise<string | undefined> } {
    if (!app) throw new Error("the connections were started before the app was there");
    const receiver = make();
    receiver.init(app);
    const { client } = receiver;
    living.add(client);
    const end = Promise.withResolvers<string | undefined>();
    client.on("ws_message", (data: unknown) => {
      const reason = reasonOfGoodbye(data);
      if (reason === null) return;
      open.delete(client); // it closes itself, and cannot be used any more
      if (!asked.has(reason)) log.warn({ reason }, "Slack closes a connection");
      end.resolve(reason);
    });
    client.on("connected", () => {
      // It was dismissed while it asked for its address, which does not stop it.
      if (!living.has(client)) void client.disconnect();
    });
    client.on("disconnected", () => {
      living.delete(client);
      end.resolve(undefined);
    });
    return { client, ended: end.promise };
  }

  /** It says goodbye by itself. The second call is for a peer that does not answer: it ends the connection. */
  function dismiss(client: Client): void {
    if (!living.has(client)) return;
    const closed = client.disconnect();
    void within(closeWithinMs, closed).catch(() => client.disconnect());
  }

  async function stop(): Promise<void> {
    stopping.abort();
    const closing = [...living].map((it) => it.disconnect());
    await within(closeWithinMs, Promise.all(closing)).catch(() => {
      for (const it of living) void it.disconnect();
    });
    open.clear();
  }

  return {
    init: (it) => {
      app = it;
    },
    start,
    stop,
    connected: () => open.size > 0,
  };
}

/** Slack asks for these every few hours. Others (`link_disabled`, `too_many_websockets`) would come back at once. */
const asked: ReadonlySet<string> = new Set(["refresh_requested", "warning"]);

const goodbye = z.object({ type: z.literal("disconnect"), reason: z.string().default("refresh_requested") });

function reasonOfGoodbye(data: unknown): string | null {
  if (typeof data !== "string" || !data.includes("disconnect")) return null;
  try {
    return goodbye.safeParse(JSON.parse(data)).data?.reason ?? null;
  } catch {
    return null;
  }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = wait(ms, null, { signal: over.signal }).then(() => {
    throw new Error(`not done within ${ms} ms`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
    late.catch(() => {});
  }
}
