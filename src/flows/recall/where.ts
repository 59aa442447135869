import type { PastRow, WhereAnswer } from "../../core/past/answer.ts";
import type { PastQuestion } from "../../core/past/question.ts";
import type { Store } from "../../ports.ts";
import { index, type Lead, leadOf } from "../../records.ts";
import type { Ledger } from "./ledger.ts";

type Deps = {
  readonly ledger: Ledger;
  readonly store: Pick<Store, "find">;
  /** Whether a pod of this release runs such a digest now. */
  readonly runs: (row: PastRow, hex: string) => boolean;
};

const mostLooked = 500;
const mostRows = 20;

/** Where a digest, a commit or a tag runs and ran. What is written alike is looked for as a digest first. */
export async function recallWhere({ what }: PastQuestion & { kind: "where" }, deps: Deps): Promise<WhereAnswer> {
  const word = what.replace(/^sha(256|384|512):/i, "");
  const isHex = /^[\da-f]{4,128}$/i.test(word);
  const tries = [
    ...(isHex ? [{ as: "digest", prefix: index.digest(word) } as const] : []),
    ...(isHex && word === what ? [{ as: "commit", prefix: index.commit(word) } as const] : []),
    ...(word === what ? [{ as: "tag", prefix: index.tag(what) } as const] : []),
  ];
  for (const { as, prefix } of tries) {
    const strings = await deps.store.find(prefix, { after: null, limit: mostLooked });
    const leads = strings.flatMap((it) => leadOf(it) ?? []);
    if (leads.length > 0) return answer(as, exactOr(leads, word), strings.length === mostLooked);
  }
  return answer(isHex ? "digest" : "tag", [], false);

  async function answer(as: WhereAnswer["as"], leads: readonly Lead[], cut: boolean): Promise<WhereAnswer> {
    const newest = leads.toSorted((a, b) => (b.start ?? 0) - (a.start ?? 0));
    const shown = newest.slice(0, mostRows);
    const found = await Promise.all(shown.map(async ({ of, start }) => deps.ledger.rowAt(of, start ?? 0)));
    const rows = found.filter((it) => it !== null);
    const isNow = (row: PastRow) => row.release.end === null && (as !== "digest" || deps.runs(row, word.toLowerCase()));
    return {
      kind: "where",
      what,
      as,
      now: rows.filter(isNow),
      before: rows.filter((it) => !isNow(it)),
      matches: [...new Set(leads.map((it) => it.word))],
      more: cut || newest.length > shown.length,
    };
  }
}

/** A tag that is the whole word is meant, though others begin with it. */
function exactOr(leads: readonly Lead[], word: string): readonly Lead[] {
  const exact = leads.filter((it) => it.word === word);
  return exact.length > 0 ? exact : leads;
}
