import { hasEnded, type Operation } from "../../core/operation/operation.ts";
import type { RollbacksAnswer } from "../../core/past/answer.ts";
import { spoken, type Voice, written } from "../words/headline.ts";
import { type Message, section } from "../message.ts";
import { headlineOf } from "../operation/words.ts";
import { literal } from "../words/text.ts";
import { count, when } from "../words/time.ts";
import { fitted } from "./fit.ts";
import { footer, type PastShowing } from "./showing.ts";

/** What was rolled back in an environment, newest first, and what is under way. */
export function rollbacksMessage(answer: RollbacksAnswer, showing: PastShowing): Message {
  const { environment, operations, lost, after } = answer;
  const { question } = showing;
  const isFirst = question.kind !== "rollbacks" || question.after === null;
  const turn = { kind: "rollbacks", environment } as const;
  const texts = fitted((detail) => operations.map((it) => rowOf(it, detail === "full")));
  const [newest] = operations;
  return {
    text: `${summary(answer, isFirst, spoken)}${lost
      .map((it) => ` ${lostWords(it, spoken)}`)
      .slice(0, mostLost)
      .join("")}${newest ? ` The newest: ${headlineOf(newest, spoken).sentence}` : ""}`,
    blocks: [
      section(summary(answer, isFirst, written)),
      ...lost.slice(0, mostLost).map((it) => section(`:warning: ${lostWords(it, written)}`)),
      ...texts.map(section),
      ...footer(showing, [
        isFirst ? null : [{ ...turn, after: null }, "« Newest"],
        after === null ? null : [{ ...turn, after }, "Older ›"],
      ]),
    ],
    attachments: [],
  };
}

function summary({ environment, operations, after }: RollbacksAnswer, isFirst: boolean, voice: Voice): string {
  const where = `in ${voice.strong(environment)}`;
  if (operations.length === 0) return `I rolled back nothing ${isFirst ? "" : "else "}${where}.`;
  const open = operations.filter((it) => !hasEnded(it.progress)).length;
  const many = count(operations.length, "rollback");
  const which = isFirst ? (after === null ? many : `The newest ${many}`) : `The next ${many}`;
  return `${which} ${where}${open === 0 ? "" : `, ${open} under way`}.`;
}

const mostLost = 5;

function lostWords(
  { subject: { kind, namespace, name }, cluster, operation }: RollbacksAnswer["lost"][number],
  voice: Voice,
): string {
  const what = `${kind} ${voice.code(`${namespace}/${name}`)} on ${literal(cluster, 80)}`;
  return `${what} carries operation ${voice.code(operation)}, which is ours, and its record is lost: who did that, and why, is not known here.`;
}

function rowOf(operation: Operation, isFull: boolean): string {
  const { emoji, sentence } = headlineOf(operation, written);
  const { operator, at, reason } = operation.intent;
  const why = isFull ? `: ${literal(reason, 200)}` : "";
  return `${emoji} ${sentence}\n${literal(operator.name, 80)} · ${when(at)}${why}`;
}
