import type { KnownBlock } from "@slack/types";
import type { Operation, Person } from "../../core/operation/operation.ts";
import { hasEnded } from "../../core/operation/operation.ts";
import { spoken, written } from "../words/headline.ts";
import { actions, context, type Message, section } from "../message.ts";
import { code, literal, mrkdwn, plain } from "../words/text.ts";
import { ago } from "../words/time.ts";
import { buttonsFor } from "./buttons.ts";
import { byHand } from "./by-hand.ts";
import { causeWords, headlineOf, sideWords } from "./words.ts";

/** The one message about an operation: the verdict first, then who, why, and what to do by hand. */
export function operationMessage(operation: Operation, undoneBy: Person | null): Message {
  const { intent } = operation;
  const heard = headlineOf(operation, spoken);
  const { emoji, sentence } = headlineOf(operation, written);
  return {
    text: `${heard.sentence} Asked for by ${literal(intent.operator.name, 80)}: ${literal(intent.reason, 300)}`,
    blocks: [
      section(`${emoji} ${sentence}`),
      ...notesOn(operation).map((it) => context(it)),
      ...said(operation),
      context(whereWords(operation)),
      ...(undoneBy === null ? [] : [context(`:leftwards_arrow_with_hook: Undone by ${literal(undoneBy.name, 80)}`)]),
      ...byHand(operation),
      ...actions(buttonsFor(operation, undoneBy !== null)),
    ],
    attachments: [],
  };
}

/** How it ended, for the thread: edits of a message notify nobody. Null while it has not. */
export function endMessage(operation: Operation): Message | null {
  if (!hasEnded(operation.progress)) return null;
  const { emoji, sentence } = headlineOf(operation, written);
  return { text: headlineOf(operation, spoken).sentence, blocks: [section(`${emoji} ${sentence}`)], attachments: [] };
}

function notesOn({ progress, wishes, intent }: Operation): readonly string[] {
  const { deletion } = wishes;
  const trouble = progress.state === "applied" ? progress.trouble : null;
  const obstacle = progress.state === "applied" ? progress.obstacle : null;
  const ready = progress.state === "applied" && progress.soak ? progress.soak.since : null;
  const despite = intent.asked.despite.join(", ");
  return [
    ...(progress.state === "restored" && intent.kind === "rollback"
      ? [`Restored is not fixed: another deploy of ${sideWords(intent.plan.from, written)} brings it back.`]
      : []),
    ...(ready === null ? [] : [`:white_check_mark: ready on the target's digests since ${ago(ready)}`]),
    ...(trouble === null ? [] : [`:warning: ${causeWords(trouble.what)}`]),
    ...(obstacle === null
      ? []
      : [
          `:warning: Pod ${code(obstacle.name)} (${literal(obstacle.reason)}) is of the old revision, and all others wait until it is deleted`,
        ]),
    ...(deletion === null
      ? []
      : [
          `Pod ${code(deletion.pod.name)}: ${deletionWords[deletion.state]}, asked for by ${literal(deletion.by.name, 80)}`,
        ]),
    ...(wishes.abort === null ? [] : [`Stopping was asked for by ${literal(wishes.abort.by.name, 80)}`]),
    ...(despite === ""
      ? []
      : [`:warning: Confirmed although these checks spoke against it or could not tell: ${despite}`]),
  ];
}

const deletionWords = {
  asked: "to be deleted",
  sending: "being deleted",
  done: "deleted",
  refused: "the cluster forbids to delete it, or whoever asked may not",
  "not needed": "there was no need to delete it any more",
};

/** Whole foreign texts stand alone, as plain text. */
function said({ intent, progress }: Operation): KnownBlock[] {
  const message = progress.state === "refused" && progress.because.kind === "server" ? progress.because.message : "";
  const cause = progress.state === "failed" && progress.because.kind === "not ready" ? progress.because.cause : null;
  return [
    quoted("Reason:", intent.reason),
    ...(message === "" ? [] : [quoted("The cluster says:", message)]),
    ...(cause === null || cause.message === "" ? [] : [quoted("The pod says:", cause.message)]),
  ];
}

function quoted(who: string, text: string): KnownBlock {
  return { type: "context", elements: [mrkdwn(who), plain(text, 600)] };
}

function whereWords({ intent: { plan, operator, at, asked, id } }: Operation): string {
  const { namespace, kind, name } = plan.of;
  const place = `${kind} ${literal(`${namespace}/${name}`, 130)} · ${literal(asked.cluster, 80)}`;
  return `Asked for by ${literal(operator.name, 80)} ${ago(at)} · from ${sideWords(plan.from, written)} to ${sideWords(plan.to, written)} · ${place} · operation ${code(id, 64)}`;
}
