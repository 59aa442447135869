import type { HistoryAnswer, Located, PastRow } from "../../core/past/answer.ts";
import type { PastQuestion } from "../../core/past/question.ts";
import type { Ledger } from "./ledger.ts";

const rowsAPage = 10;

/** The releases of a service, newest first; of several workloads of one name together, by their time. */
export async function recallHistory(
  question: PastQuestion & { kind: "history" },
  ledger: Ledger,
): Promise<HistoryAnswer> {
  const { service, environment, before } = question;
  const located = await ledger.named(service, environment);
  const all = (await Promise.all(located.map(rowsOf))).flat();
  const sorted = all.toSorted((a, b) => b.release.start.at - a.release.start.at);
  const rows = page(sorted);
  const older = rows.length < sorted.length ? (rows.at(-1)?.release.start.at ?? null) : null;
  return { kind: "history", service, environment, rows, workloads: located.length, before, older };

  /** One more than a page has, to know whether there is another. */
  async function rowsOf(it: Located): Promise<readonly PastRow[]> {
    const releases = await ledger.before(it.subject, before, rowsAPage + 2);
    const each = releases.map((release, at) => ({ ...it, release, before: releases[at + 1] ?? null }));
    return each.slice(0, rowsAPage + 1);
  }
}

/** Two workloads can have a release at the same moment: a page never ends between those, or the next would lack one. */
function page(sorted: readonly PastRow[]): readonly PastRow[] {
  const last = sorted[rowsAPage - 1]?.release.start.at;
  return sorted.filter((it, at) => at < rowsAPage || it.release.start.at === last);
}
