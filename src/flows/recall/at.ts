import type { Release, Subject } from "../../core/ledger/release.ts";
import type { AtAnswer, Then } from "../../core/past/answer.ts";
import type { PastQuestion } from "../../core/past/question.ts";
import { thenOf } from "../../core/past/then.ts";
import type { EpochMs } from "../../core/workload.ts";
import type { Ledger } from "./ledger.ts";

const farBack = 1_000;

/** What ran at one moment: the last release that had begun by then. */
export async function recallAt(question: PastQuestion & { kind: "at" }, ledger: Ledger): Promise<AtAnswer> {
  const { service, environment, at, zone } = question;
  const located = await ledger.named(service, environment);
  const found = await Promise.all(located.map(async (it) => ({ ...it, was: await then(it.subject, at) })));
  return { kind: "at", service, environment, at, zone, found };

  async function then(of: Subject, time: EpochMs): Promise<Then> {
    const [release] = await ledger.before(of, time + 1, 1);
    return release ? thenOf(release, time) : { kind: "not known", first: await firstOf(of) };
  }

  async function firstOf(of: Subject): Promise<EpochMs | null> {
    const all: readonly Release[] = await ledger.before(of, null, farBack);
    return all.length < farBack ? (all.at(-1)?.start.at ?? null) : null;
  }
}
