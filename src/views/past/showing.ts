import type { KnownBlock } from "@slack/types";
import type { Sight } from "../../core/answer.ts";
import type { PastQuestion } from "../../core/past/question.ts";
import type { EpochMs } from "../../core/workload.ts";
import { actions, askButton, shareButton } from "../message.ts";
import { sightLine } from "../words/sight.ts";

export type PastShowing = {
  /** What was asked: its Share button asks it again. */
  readonly question: PastQuestion;
  readonly now: EpochMs;
  /** Whether a Share button makes sense. */
  readonly shareable: boolean;
  /** Whether what is told of can be rolled back from here, by some. */
  readonly restorable?: boolean;
  /** How well the clusters are seen that it is about: what is not seen is not written into the ledger. */
  readonly sight: readonly Sight[];
};

type Turn = readonly [to: PastQuestion, label: string] | null;

/** What ends each answer: what can be asked next, and how old it is. */
export function footer({ question, now, shareable, sight }: PastShowing, turns: readonly Turn[]): KnownBlock[] {
  const next = turns.filter((it) => it !== null).flatMap(([to, label], index) => askButton(to, label, index));
  return [...actions([...next, ...(shareable ? shareButton(question) : [])]), ...sightLine(sight, now)];
}
