import type { ChangesAnswer } from "../../core/past/answer.ts";
import { spoken, type Voice, written } from "../words/headline.ts";
import { type Message, section } from "../message.ts";
import { sightWarning } from "../words/sight.ts";
import { literal } from "../words/text.ts";
import { count, lately } from "../words/time.ts";
import { fitted } from "./fit.ts";
import { rowText, serviceTitle } from "./row.ts";
import { footer, type PastShowing } from "./showing.ts";

/** What began lately in an environment, newest first: releases and changes of configuration. */
export function changesMessage(answer: ChangesAnswer, showing: PastShowing): Message {
  const { environment, minutes, rows, after } = answer;
  const { now, sight, question } = showing;
  const isFirst = question.kind !== "changes" || question.after === null;
  const turn = { kind: "changes", environment, minutes } as const;
  const texts = fitted((detail) =>
    rows.map((it) => rowText(it, { now, title: serviceTitle(it), placed: detail === "full", detail })),
  );
  const names = [...new Set(rows.map((it) => it.release.service))].slice(0, 5).map((it) => literal(it, 63));
  return {
    text: `${summary(answer, isFirst, spoken)}${names.length === 0 ? "" : ` Newest first: ${names.join(", ")}.`}${sightWarning(sight, now)}`,
    blocks: [
      section(summary(answer, isFirst, written)),
      ...texts.map(section),
      ...footer(showing, [
        isFirst ? null : [{ ...turn, after: null }, "« Newest"],
        after === null ? null : [{ ...turn, after }, "Older ›"],
      ]),
    ],
    attachments: [],
  };
}

function summary({ environment, minutes, rows, after }: ChangesAnswer, isFirst: boolean, voice: Voice): string {
  const where = `in ${voice.strong(environment)} in the ${lately(minutes)}`;
  if (rows.length === 0)
    return isFirst ? `Nothing changed ${where}, as far as I saw.` : `Nothing else changed ${where}.`;
  const changes = count(rows.length, "change");
  if (isFirst) return after === null ? `${changes} ${where}.` : `The newest ${changes} ${where}.`;
  return after === null ? `The first ${changes} ${where}.` : `The next ${changes} ${where}.`;
}
