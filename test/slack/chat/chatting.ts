import { systemClock } from "../../../src/clock.ts";
import { createLog } from "../../../src/log.ts";
import type { Chat } from "../../../src/ports/chat.ts";
import { boltLogger } from "../../../src/log.ts";
import { LogLevel } from "@slack/bolt";
import { createChat } from "../../../src/slack/chat.ts";
import { createBudget } from "../../../src/slack/chat/budget.ts";
import { clientWithin } from "../../../src/slack/call/client.ts";
import { type Slack, type SlackOptions, startSlack } from "../../../sim/slack/server.ts";

export const never = new AbortController().signal;

export type Chatting = AsyncDisposable & {
  readonly slack: Slack;
  readonly chat: Chat;
  /** How long we slept. Time passes at once while we do. */
  readonly slept: readonly number[];
  pass(ms: number): void;
};

type Given = { readonly scopes?: readonly string[]; readonly limits?: boolean; readonly callMs?: number };

const channels: SlackOptions["channels"] = [
  { id: "C0DEPLOYS", name: "deploys", members: ["U0ALICE", "U0SIMBOT"] },
  { id: "C0OTHER", name: "other", members: ["U0ALICE", "U0SIMBOT"] },
  { id: "C0AWAY", name: "away", members: ["U0ALICE"] },
];

/** The Chat port in front of a strict Slack, over HTTP. */
export async function startChatting({ scopes = ["chat:write"], limits = false, callMs = 2_000 }: Given = {}) {
  let skipped = 0;
  const slept: number[] = [];
  const now = () => systemClock.now() + skipped;
  const slack = await startSlack({
    manifest: { oauth_config: { scopes: { bot: scopes } } },
    people: [{ id: "U0ALICE", name: "alice" }],
    channels,
    now,
    rateLimits: limits,
  });
  const clock = {
    now,
    sleep: async (ms: number) => {
      slept.push(ms);
      skipped += ms;
    },
  };
  const log = createLog({ level: "silent" });
  const logger = boltLogger(log, LogLevel.INFO);
  const client = clientWithin({ token: slack.botToken, apiUrl: slack.apiUrl, ms: callMs, logger });
  const chat = createChat({ client, budget: createBudget(clock), clock, log, us: () => slack.botUser });
  return {
    slack,
    chat,
    slept,
    pass: (ms) => void (skipped += ms),
    [Symbol.asyncDispose]: slack.close,
  } satisfies Chatting;
}

export function said(text: string) {
  const section = { type: "section" as const, text: { type: "mrkdwn" as const, text } };
  return { text, blocks: [section], attachments: [] };
}

export function post(key: string, more: Partial<Parameters<Chat["post"]>[0]> = {}) {
  const message = said(`release ${key}`);
  return { channel: "C0DEPLOYS", thread: null, broadcast: false, message, key, ...more };
}
