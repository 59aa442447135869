import { LogLevel, webApi } from "@slack/bolt";
import { unlessStopped } from "../../deadline.ts";
import { z } from "zod";
import type { Learnt } from "../../core/check/material.ts";
import type { Status } from "../../core/plan/authority.ts";
import { boltLogger, type Log } from "../../log.ts";
import type { Clock } from "../../ports.ts";
import type { Standing } from "../../ports/standing.ts";
import { clientWithin } from "../call/client.ts";
import { sentenceOf } from "../call/failure.ts";

type Deps = {
  readonly settings: { readonly botToken: string; readonly apiUrl: string | null };
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
  readonly callMs?: number;
  /** Somebody who was let go must not be let in for longer. */
  readonly rememberMs?: number;
};

const person = z.object({
  team_id: z.string(),
  deleted: z.boolean().default(false),
  is_bot: z.boolean().default(false),
  is_restricted: z.boolean().default(false),
  is_ultra_restricted: z.boolean().default(false),
  is_stranger: z.boolean().default(false),
});

/** Who people are, as Slack says. What it does not say, nobody is. */
export function createStanding({ settings, clock, log, callMs = 1_200, rememberMs = 30_000 }: Deps): Standing {
  const logger = boltLogger(log, LogLevel.INFO);
  const client = clientWithin({ token: settings.botToken, apiUrl: settings.apiUrl, ms: callMs, logger });
  const team = remembering(async () => (await client.auth.test()).team_id ?? null, Infinity);
  const statuses = remembering(statusOf, rememberMs);
  const groups = remembering(membersOf, rememberMs);

  async function statusOf(user: string): Promise<Status> {
    const [ours, { user: said }] = await Promise.all([team(""), client.users.info({ user })]);
    const { data } = person.safeParse(said);
    if (!data || ours === null) throw new Error("Slack does not say who this is");
    if (data.deleted) return "deactivated";
    if (data.is_bot) return "bot";
    if (data.is_stranger || data.team_id !== ours) return "other workspace";
    return data.is_restricted || data.is_ultra_restricted ? "guest" : "member";
  }

  async function membersOf(usergroup: string): Promise<readonly string[]> {
    const { users } = await client.usergroups.users.list({ usergroup });
    return users ?? [];
  }

  /** Only what was told is remembered, and what is asked at the same time is asked once. */
  function remembering<T>(ask: (of: string) => Promise<T>, forMs: number): (of: string) => Promise<T> {
    const known = new Map<string, { readonly value: T; readonly until: number }>();
    const underWay = new Map<string, Promise<T>>();
    return async (of) => {
      const before = known.get(of);
      if (before && clock.now() < before.until) return before.value;
      known.delete(of);
      const asked = underWay.get(of) ?? ask(of).finally(() => underWay.delete(of));
      underWay.set(of, asked);
      const value = await asked;
      const [oldest] = known.keys();
      if (oldest !== undefined && known.size >= most) known.delete(oldest);
      known.set(of, { value, until: clock.now() + forMs });
      return value;
    };
  }

  async function learn<T>(asked: Promise<T>, stop: AbortSignal): Promise<Learnt<T>> {
    try {
      // the call ends by itself, soon, and what it finds is remembered all the same
      return { kind: "known", value: await unlessStopped(asked, stop) };
    } catch (err) {
      const isScope = err instanceof webApi.WebAPIPlatformError && err.data.error === "missing_scope";
      if (isScope) return { kind: "refused", because: "the app lacks a scope: users:read or usergroups:read" };
      log.debug({ err }, "could not look up who somebody is");
      return {
        kind: "no answer",
        because: stop.aborted ? "Slack did not answer in time" : sentenceOf(err, "SLACK_BOT_TOKEN"),
      };
    }
  }

  return {
    status: async (user, stop) => learn(statuses(user), stop),
    members: async (group, stop) => learn(groups(group), stop),
  };
}

const most = 1_000;
