import type { KnownBlock } from "@slack/types";
import type { Running } from "../core/running.ts";
import type { Verdict } from "../core/verdict.ts";
import { verdictWords, written } from "./words/headline.ts";
import { context } from "./message.ts";
import { code, mrkdwn, plain } from "./words/text.ts";

const mostNotes = 6;

/** What else somebody should know before they trust the headline. Whole foreign texts stand alone, as plain text. */
export function noteBlocks(running: Running): KnownBlock[] {
  const { verdicts, provenance } = running;
  const [first] = verdicts;
  const podSays = first.kind === "stuck" ? (first.trouble?.message ?? "") : "";
  const clusterSays = first.kind === "stuck" && podSays === "" ? first.message : "";
  const notes = notesOn(running);
  const left = notes.length - mostNotes;
  return [
    ...(podSays === "" ? [] : [quoted("The pod says:", podSays, 600)]),
    ...(clusterSays === "" ? [] : [quoted("The cluster says:", clusterSays, 600)]),
    ...(provenance.changeCause === null ? [] : [quoted("Its change-cause says:", provenance.changeCause, 200)]),
    ...notes.slice(0, mostNotes).map(context),
    ...(left > 0 ? [context(`… and ${left} more`)] : []),
  ];
}

function notesOn(running: Running): readonly string[] {
  const { verdicts, shells, provenance, rollout } = running;
  const [first, ...others] = verdicts;
  const paused = rollout.state === "paused" && first.kind !== "rolling";
  return [
    ...others.filter((it) => !isTold(it, first)).map((it) => `:warning: It also${verdictWords(it, running, written)}`),
    ...(paused ? [":double_vertical_bar: It is paused: changes wait until it is resumed"] : []),
    ...shells.map((it) => `:eyes: Somebody is inside: debug container ${code(it.container)} in pod ${code(it.pod)}`),
    ...inheritedNote(provenance),
    ...provenance.leftOver.map((it) => `${code(it)} is left out here: it describes the release before`),
  ];
}

function inheritedNote({ inherited }: Running["provenance"]): readonly string[] {
  if (inherited.length === 0) return [];
  const keys = inherited.map((it) => code(it)).join(", ");
  const labels = inherited.length === 1 ? "label" : "labels";
  return [`Left out here: the image's ${labels} ${keys}, as far as we can tell its base image's`];
}

/** A headline that says stuck counts the pods of a rollout already. */
function isTold(verdict: Verdict, headline: Verdict): boolean {
  return verdict.kind === "rolling" && headline.kind === "stuck";
}

function quoted(who: string, text: string, most: number): KnownBlock {
  return { type: "context", elements: [mrkdwn(who), plain(text, most)] };
}
