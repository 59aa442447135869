import { setTimeout as sleep } from "node:timers/promises";
import { expect, vi } from "vitest";
import type { Slack } from "../../sim/slack/server.ts";
import type { Asked } from "./judge.ts";
import { readAnswer } from "./reading.ts";
import { services, type Topic } from "./workloads.ts";

const everyMs = 300;
const patienceMs = 8_000;
/** One person for each service, and one for all of it. */
export const topics: readonly Topic[] = [...services.map((it) => it.name), null];
export const people = topics.map((it) => ({ id: `U0${(it ?? "all").toUpperCase()}`, name: it ?? "all" }));

/** Asks about everything again and again, whatever happens. */
export function keepAsking(slack: Slack, channel: string) {
  const asked: Asked[] = [];
  const stopping = new AbortController();
  const done = Promise.all(topics.map(ask));

  async function ask(service: Topic): Promise<void> {
    while (!stopping.signal.aborted) {
      const next = sleep(everyMs, null, { signal: stopping.signal }).catch(() => null);
      asked.push(await once(service));
      await next;
    }
  }

  async function once(service: Topic): Promise<Asked> {
    const user = `U0${(service ?? "all").toUpperCase()}`;
    const before = slack.ephemerals(user).length;
    const at = Date.now();
    const { acked, ackMs } = await slack.command({
      user,
      channel,
      text: service === null ? "/whatsrunning prod" : `/whatsrunning ${service} prod`,
    });
    const came = () => expect(slack.ephemerals(user).length).toBeGreaterThan(before);
    await vi.waitFor(came, { timeout: patienceMs, interval: 10 }).catch(() => null);
    const answer = slack.ephemerals(user)[before];
    const common = { service, at, answeredAt: Date.now(), ackMs: acked ? ackMs : null };
    if (answer === undefined) return { ...common, read: null, problem: "there was no answer" };
    try {
      return { ...common, read: readAnswer(answer), problem: null };
    } catch (err) {
      return { ...common, read: null, problem: String(err) };
    }
  }

  return {
    asked,
    async stop(): Promise<void> {
      stopping.abort();
      await done;
    },
  };
}
