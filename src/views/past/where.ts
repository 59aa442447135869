import type { PastQuestion } from "../../core/past/question.ts";
import type { PastRow, WhereAnswer } from "../../core/past/answer.ts";
import { spoken, type Voice, written } from "../words/headline.ts";
import { context, type Message, section } from "../message.ts";
import { sightWarning } from "../words/sight.ts";
import { literal } from "../words/text.ts";
import { count } from "../words/time.ts";
import type { Fared } from "./fared.ts";
import { fitted } from "./fit.ts";
import { rowText, serviceTitle } from "./row.ts";
import { footer, type PastShowing } from "./showing.ts";

const mostRows = 20;
const mostMatches = 5;

/** Where a digest, a commit or a tag runs now, and where it ran. */
export function whereMessage(answer: WhereAnswer, showing: PastShowing): Message {
  const { matches } = answer;
  const { now, sight } = showing;
  const live = answer.now.slice(0, mostRows);
  const earlier = answer.before.slice(0, mostRows - live.length);
  const rows = [...live, ...earlier];
  const texts = fitted((detail) =>
    rows.map((it, index) => {
      const isOver = index >= live.length && it.release.end === null;
      return rowText(it, {
        now,
        title: serviceTitle(it),
        placed: detail === "full",
        detail,
        fared: isOver ? left : null,
      });
    }),
  );
  const isCut = answer.more || rows.length < answer.now.length + answer.before.length;
  const several = matches.length > 1 ? [context(`${severalWords(answer)} Which one do you mean?`)] : [];
  return {
    text: `${verdict(answer, spoken)}${matches.length > 1 ? ` ${severalWords(answer)}` : ""}${sightWarning(sight, now)}`,
    blocks: [
      section(`${answer.now.length > 0 ? ":round_pushpin:" : ":grey_question:"} ${verdict(answer, written)}`),
      ...several,
      ...titled("*Runs now*", texts.slice(0, live.length)),
      ...titled("*Ran before*", texts.slice(live.length)),
      ...(isCut
        ? [context(`There is more than this.${several.length === 0 ? "" : " More of its name would show less."}`)]
        : []),
      ...footer(showing, matches.length > 1 ? matches.slice(0, mostMatches).map(narrower) : []),
    ],
    attachments: [],
  };
}

/** The tag of its release has moved on, or its pods are gone. */
const left: Fared = { emoji: ":black_small_square:", color: "grey", words: "in force, but no pod runs this now" };

function titled(title: string, texts: readonly string[]) {
  return texts.length === 0 ? [] : [section(title), ...texts.map(section)];
}

function narrower(what: string): readonly [PastQuestion, string] {
  const label = what.length > 40 ? `${what.slice(0, 19)}…` : what;
  return [{ kind: "where", what }, label];
}

function verdict({ what, as, now, before, more }: WhereAnswer, voice: Voice): string {
  const name = `${as} ${voice.code(what)}`;
  const least = more ? "at least " : "";
  const then = before.length === 0 ? "" : `${least}${count(before.length, "release")}`;
  if (now.length > 0) {
    const rest = then === "" ? "" : `, and ran before in ${then}`;
    return `${name} runs now in ${least}${places(now)}${rest}.`;
  }
  if (before.length > 0) return `${name} runs nowhere now that I see. It ran in ${then}.`;
  return `Nothing that I know of runs ${name}, or ever ran it.`;
}

function places(rows: readonly PastRow[]): string {
  const names = [...new Set(rows.map((it) => it.release.service))].slice(0, 3).map((it) => literal(it, 63));
  return `${count(rows.length, "workload")} (${names.join(", ")}${new Set(rows.map((it) => it.release.service)).size > 3 ? ", …" : ""})`;
}

function severalWords({ matches, as }: WhereAnswer): string {
  return `${matches.length} ${as}s begin like that.`;
}
