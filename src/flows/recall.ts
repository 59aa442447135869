import type { Environment } from "../core/answer.ts";
import type { Aliases } from "../core/image/identity.ts";
import type { PastAnswer, PastRow } from "../core/past/answer.ts";
import type { PastQuestion } from "../core/past/question.ts";
import { podRuns } from "../core/question/named.ts";
import type { View } from "../core/view.ts";
import type { Clock, Store } from "../ports.ts";
import type { Identities } from "./learn/identify.ts";
import { recallAt } from "./recall/at.ts";
import { recallChanges } from "./recall/changes.ts";
import { recallDiff } from "./recall/diff.ts";
import { recallHistory } from "./recall/history.ts";
import { createLedger } from "./recall/ledger.ts";
import { recallRollbacks } from "./recall/rollbacks.ts";
import { recallWhere } from "./recall/where.ts";

type Deps = {
  readonly view: View;
  readonly store: Pick<Store, "read" | "range" | "find">;
  readonly identities: Identities;
  readonly environments: readonly Environment[];
  readonly aliases: Aliases;
  readonly clock: Clock;
};

export type Recalling = { recall(question: PastQuestion): Promise<PastAnswer | Unreadable> };

/** The ledger cannot be read, or is not written: a sentence for people says why. */
export type Unreadable = { readonly kind: "unreadable"; readonly because: string };

/** Answers about the past, from the ledger. */
export function createRecalling(deps: Deps): Recalling {
  const { view, store, clock } = deps;
  const ledger = createLedger(deps);
  const placesOf = (environment: string) => deps.environments.find((it) => it.name === environment)?.places ?? [];

  /** What is found is true, also where some cluster is not recorded. That nothing is found is not, then. */
  async function recall(question: PastQuestion): Promise<PastAnswer | Unreadable> {
    try {
      const answer = await answerTo(question);
      const [unrecorded] = deps.identities.missing();
      return isEmpty(answer) && unrecorded !== undefined ? { kind: "unreadable", because: unrecorded } : answer;
    } catch (err) {
      if (err instanceof Error && err.name === "StoreFault") return { kind: "unreadable", because: err.message };
      throw err;
    }
  }

  async function answerTo(question: PastQuestion): Promise<PastAnswer> {
    switch (question.kind) {
      case "at":
        return recallAt(question, ledger);
      case "history":
        return recallHistory(question, ledger);
      case "where":
        return recallWhere(question, { ledger, store, runs });
      case "diff":
        return recallDiff(question, { ...deps, ledger, placesOf });
      case "changes":
        return recallChanges(question, { ledger, store, now: clock.now() });
      case "rollbacks":
        return recallRollbacks(question, { store, view, places: placesOf(question.environment) });
    }
  }

  /** A tag's release may have seen several digests: which of them is there still, its pods tell. */
  function runs({ cluster, release: { of, uid } }: PastRow, hex: string): boolean {
    if (cluster === null) return false;
    const found = view.find(of.name, [{ cluster, namespaces: [of.namespace] }]).find((it) => it.uid === uid);
    return found !== undefined && view.around(found).pods.some((pod) => podRuns(pod, hex));
  }

  return { recall };
}

function isEmpty(answer: PastAnswer): boolean {
  switch (answer.kind) {
    case "at":
      return answer.found.length === 0;
    case "history":
    case "changes":
      return answer.rows.length === 0;
    case "where":
      return answer.matches.length === 0;
    case "diff":
    case "rollbacks":
      return false;
  }
}
