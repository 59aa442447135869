import { LogLevel } from "@slack/bolt";
import { type Slack, startSlack } from "../../../sim/slack/server.ts";
import { systemClock } from "../../../src/clock.ts";
import { createView } from "../../../src/core/view.ts";
import type { ClusterRecord } from "../../../src/core/workload.ts";
import { createAnnouncing } from "../../../src/flows/announce/note.ts";
import { createFlags } from "../../../src/flows/announce/flags.ts";
import { createStorms, createStormTeller } from "../../../src/flows/announce/storm.ts";
import { createStories } from "../../../src/flows/announce/story.ts";
import { createAnnouncementTeller } from "../../../src/flows/announce/teller.ts";
import { createDelivering } from "../../../src/flows/deliver.ts";
import { createObserving } from "../../../src/flows/observe.ts";
import { createRecording } from "../../../src/flows/record.ts";
import { createTroubles } from "../../../src/flows/deliver/troubles.ts";
import { boltLogger, createLog } from "../../../src/log.ts";
import type { Store } from "../../../src/ports.ts";
import type { Chat } from "../../../src/ports/chat.ts";
import { createChat } from "../../../src/slack/chat.ts";
import { createBudget } from "../../../src/slack/chat/budget.ts";
import { clientWithin } from "../../../src/slack/call/client.ts";
import { createSqliteStore } from "../../../src/store/sqlite.ts";
import * as given from "../../core/given.ts";
import { allResources } from "../../core/look.ts";

const place = { cluster: "prod-eu", namespaces: null };
const identities = {
  of: (it: string) => `uid-${it}`,
  named: (it: string) => it.replace(/^uid-/, ""),
  missing: () => [],
};
const never = new AbortController().signal;

export const deploys = "C0DEPLOYS";

/** Stands around what a bot does to the world outside. */
export type Mortal = { store(store: Store): Store; chat(chat: Chat): Chat };
const immortal: Mortal = { store: (it) => it, chat: (it) => it };

type Given = {
  readonly scopes?: readonly string[];
  readonly services?: ReadonlyMap<string, string>;
  readonly restarts?: boolean;
  readonly mention?: string;
  readonly limits?: boolean;
};

/** A cluster, a store, a Slack over HTTP, and bots in between: each of them knows nothing but what is in the store. */
export async function startAnnouncing(options: Given = {}) {
  const { scopes = ["chat:write", "channels:history"], services = new Map<string, string>() } = options;
  let skipped = given.now - systemClock.now();
  const now = () => systemClock.now() + skipped;
  const clock = {
    now,
    sleep: async (ms: number) => {
      if (ms > 0) await new Promise((resolve) => setTimeout(resolve, Math.min(ms, 20)));
    },
  };
  const members = ["U0ALICE", "U0SIMBOT"];
  const slack = await startSlack({
    manifest: { oauth_config: { scopes: { bot: scopes } } },
    people: [{ id: "U0ALICE", name: "alice" }],
    channels: [
      { id: deploys, name: "deploys", members },
      { id: "C0CHECKOUT", name: "checkout", members },
      { id: "C0AWAY", name: "away", members: ["U0ALICE"] },
    ],
    now,
    rateLimits: options.limits ?? false,
  });
  const store = createSqliteStore({ path: ":memory:", clock });
  const environments = [
    {
      name: "prod",
      places: [place],
      announce: { channel: deploys, services, restarts: options.restarts ?? false },
    },
  ];
  let ids = 0;
  const newId = () => `id-${(ids += 1)}`;

  /** `mortal`: what may end it at one of its steps. */
  function bot(mortal: Mortal = immortal) {
    const through = mortal.store(store);
    const view = createView({ touched: (it) => observing.touched(it) });
    const log = createLog({ level: "silent" });
    const shared = { store: through, view, identities, aliases: given.noAliases, clock, newId };
    const announcing = createAnnouncing({ store: through, environments });
    const observing = createObserving({ ...shared, place, announcing });
    const recording = createRecording({ store: through, clock, newId });
    const stories = createStories({ ...shared, flagsOf: createFlags({ ...shared, recording }) });
    const stormOf = createStorms({ store: through, newId });
    const client = clientWithin({
      token: slack.botToken,
      apiUrl: slack.apiUrl,
      ms: 2_000,
      logger: boltLogger(log, LogLevel.INFO),
    });
    const chat = mortal.chat(createChat({ client, budget: createBudget(clock), clock, log, us: () => slack.botUser }));
    const failed: unknown[] = [];
    const closed: string[] = [];
    const troubles = createTroubles({ began: (it) => closed.push(it.channel), ended: () => {} });
    const tellers = [
      createAnnouncementTeller({
        store: through,
        stories,
        links: {},
        mentionOf: () => options.mention ?? null,
        stormOf,
      }),
      createStormTeller({ store: through, stories }),
    ];
    const delivering = createDelivering({
      store: through,
      chat,
      tellers,
      clock,
      newId,
      troubles,
      failed: (it) => void failed.push(it.err),
    });
    const put = (...all: readonly ClusterRecord[]) => all.forEach((record) => view.apply({ kind: "put", record }));
    const list = (...all: readonly ClusterRecord[]) => {
      put(...all);
      const uids = new Set(all.map((it) => it.uid));
      for (const of of allResources) {
        view.apply({ kind: "listed", stream: { cluster: "prod-eu", of, namespace: null }, uids, at: now() });
      }
    };
    const observe = async () => {
      while ((await observing.turn(never)) === "worked");
    };
    const deliver = async () => {
      await delivering.turn(never);
      await delivering.settled();
    };
    /** Until nothing is due for a while: time passes. */
    const settle = async (seconds = 12) => {
      for (let second = 0; second < seconds; second += 1) {
        await observe();
        await deliver();
        skipped += 1_000;
      }
      if (failed.length > 0) throw new Error("something could not be told", { cause: failed[0] });
    };
    return { put, list, observe, deliver, settle, delivering, closed, failed };
  }

  return {
    slack,
    store,
    bot,
    later: (ms: number) => void (skipped += ms),
    now,
    /** Each message of a channel that stands by itself, with what is in its thread. */
    said: (channel = deploys) => saidIn(slack, channel),
    [Symbol.asyncDispose]: slack.close,
  };
}

function saidIn(slack: Slack, channel: string) {
  const all = slack.messagesFor("U0ALICE", channel);
  const replies = all.filter((it) => it.thread !== null && it.thread !== it.ts);
  return all
    .filter((it) => !replies.includes(it))
    .map((it) => ({ ts: it.ts, text: it.text, shown: JSON.stringify(it), replies: repliesOf(it.ts) }));

  function repliesOf(ts: string) {
    return replies.filter((it) => it.thread === ts).map((it) => ({ text: it.text, broadcast: it.broadcast }));
  }
}
