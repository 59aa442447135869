import { type Environment, sightOf } from "../../core/answer.ts";
import type { PastAnswer } from "../../core/past/answer.ts";
import type { PastQuestion } from "../../core/past/question.ts";
import type { Known } from "../../core/question/known.ts";
import { neverSeen } from "../../core/question/past.ts";
import type { Because } from "../../core/question/question.ts";
import type { View } from "../../core/view.ts";
import type { Clock } from "../../ports.ts";
import type { Message } from "../../views/message.ts";
import { pastMessage, pastUnreadable } from "../../views/past.ts";
import type { Recalling } from "../recall.ts";

type Deps = {
  readonly view: View;
  readonly environments: readonly Environment[];
  readonly known: Known;
  readonly recall: Recalling["recall"];
  readonly clock: Pick<Clock, "now">;
  /** Whether an environment has rollback. Left out: none has. */
  readonly restorable?: (environment: string) => boolean;
};

/** Answers a question about the past, or says why there is no answer to it. */
export function createRemembering(deps: Deps) {
  const { view, environments, known, recall, clock } = deps;
  return async function remember(question: PastQuestion, shareable: boolean): Promise<Message | Because> {
    const answer = await recall(question);
    if (answer.kind === "unreadable") return pastUnreadable(answer.because);
    if ((question.kind === "at" || question.kind === "history") && isUnknown(answer)) return neverSeen(question, known);
    const about = environments.filter((it) => namesIn(question).includes(it.name));
    const places = (about.length > 0 ? about : environments).flatMap((it) => it.places);
    const restorable = namesIn(question).every((it) => deps.restorable?.(it) ?? false);
    const sight = sightOf(view, { places });
    return pastMessage(answer, { question, now: clock.now(), shareable, restorable, sight });
  };
}

/** The environments that a question names. */
export function namesIn(question: PastQuestion): readonly string[] {
  switch (question.kind) {
    case "at":
    case "history":
    case "changes":
    case "rollbacks":
      return [question.environment];
    case "diff":
      return [question.from, question.to];
    case "where":
      return [];
  }
}

function isUnknown(answer: PastAnswer): boolean {
  return (answer.kind === "at" && answer.found.length === 0) || (answer.kind === "history" && answer.workloads === 0);
}
