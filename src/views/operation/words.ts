import { shortDigest } from "../../core/image/reference.ts";
import type { Cause, Intent, Moved, Operation, RefusedBecause, Side } from "../../core/operation/operation.ts";
import type { Voice } from "../words/headline.ts";
import { literal } from "../words/text.ts";
import { duration } from "../words/time.ts";

/** The one sentence about an operation, with its emoji: what was done, or that nothing was. */
export function headlineOf(operation: Operation, voice: Voice): { readonly emoji: string; readonly sentence: string } {
  const { intent, progress } = operation;
  const name = `${voice.strong(intent.asked.service)} in ${voice.strong(intent.asked.environment)}`;
  const target = sideWords(intent.plan.to, voice);
  const back = intent.kind === "undo" ? `put back to ${target}, where it was before` : `rolled back to ${target}`;
  switch (progress.state) {
    case "waiting for approval":
      return { emoji: ":raised_hand:", sentence: `${name} is to be ${back}. A second person has to agree.` };
    case "requested": {
      const doing = operation.wishes.abort ? "It is being stopped." : "Nothing was changed yet.";
      return { emoji: ":hourglass_flowing_sand:", sentence: `${name} is about to be ${back}. ${doing}` };
    }
    case "sending": {
      const doing = operation.wishes.abort
        ? "It is being stopped, if it is not too late."
        : "The change is on its way.";
      return { emoji: ":hourglass_flowing_sand:", sentence: `${name} is being ${back}. ${doing}` };
    }
    case "applied":
      return { emoji: ":hourglass_flowing_sand:", sentence: `${name} is being ${back}: ${appliedWords(operation)}.` };
    case "restored": {
      const took = duration(progress.readyAt - intent.at);
      const held = duration(progress.at - progress.readyAt);
      const proof = `All pods were ready on it after ${took}, and stayed so for ${held}.`;
      return { emoji: ":leftwards_arrow_with_hook:", sentence: `${name} was ${back}. ${proof}` };
    }
    case "unproven":
      return { emoji: ":grey_question:", sentence: `${name} was ${back}, but ${unproven[progress.because]}.` };
    case "failed":
      return failedWords(intent, progress.because, name, back);
    case "refused":
      return { emoji: ":no_entry:", sentence: `${name} was not ${back}: ${refusedWords(progress.because)}.` };
    case "expired":
      return {
        emoji: ":alarm_clock:",
        sentence: `${name} was not ${back}: what was confirmed was too old before it could be done. Nothing was changed.`,
      };
    case "voided":
      return { emoji: ":no_entry:", sentence: `${name} was not ${back}: ${voided[progress.because]}.` };
  }
}

/** By digest where one is known, else by its number. */
export function sideWords({ images: [main], revision }: Side, voice: Voice): string {
  const [digest] = main?.digests ?? [];
  const number = `revision ${revision.number}`;
  return digest === undefined ? number : `${voice.code(shortDigest(digest))} (${number})`;
}

function appliedWords({ progress, intent }: Operation): string {
  if (progress.state !== "applied") return "";
  const { soak, pods } = progress;
  if (soak !== null)
    return `all pods are ready on it, and it counts once that has held for ${duration(intent.plan.soakMs)}`;
  if (pods === null) return "changed, its pods have yet to follow";
  return `${pods.ready} of ${pods.wanted} pods ready on it`;
}

const unproven = {
  "no digest known": "nobody knows which digest that revision should run: its pods are ready, which proves nothing",
  "no pods": "it is scaled to no pods, so that nothing proves it",
  "out of sight": "the cluster could not be read for so long that nothing proves it",
};

type Failed = (Operation["progress"] & { readonly state: "failed" })["because"];

function failedWords(
  { kind }: Intent,
  because: Failed,
  name: string,
  back: string,
): { readonly emoji: string; readonly sentence: string } {
  switch (because.kind) {
    case "not ready":
      return { emoji: ":x:", sentence: `${name} was ${back}, and does not get ready: ${causeWords(because.cause)}.` };
    case "superseded": {
      const who = because.by === null ? "somebody else" : `${literal(because.by, 80)} (its name as a field manager)`;
      const what = because.reverted ? "changed it back to what was there before" : "changed it again";
      return { emoji: ":warning:", sentence: `${name} was ${back}, and then ${who} ${what}.` };
    }
    case "gone":
      return { emoji: ":x:", sentence: `${name} was ${back}, and was then deleted or made anew.` };
    case "undone": {
      const what = kind === "undo" ? "that is now being taken back" : "the rollback was then undone";
      return {
        emoji: ":leftwards_arrow_with_hook:",
        sentence: `${name} was ${back}, and ${what} by ${literal(because.by.name, 80)}.`,
      };
    }
  }
}

export function causeWords(cause: Cause | null): string {
  if (cause === null) return "nothing tells why";
  const exit = cause.exitCode === null ? "" : `, exit code ${cause.exitCode}`;
  const who = cause.pod === null ? "the cluster reports" : `pod ${literal(cause.pod, 253)}`;
  if (cause.pod === null) return `${who} ${literal(cause.reason)}`;
  return cause.reason === "NotReady"
    ? `${who} runs but does not get ready`
    : `${who} has ${literal(cause.reason)}${exit}`;
}

function refusedWords(because: RefusedBecause): string {
  switch (because.kind) {
    case "not allowed":
      return "whoever confirmed it is not allowed to do so any more. Nothing was changed";
    case "gone":
      return "it is not there any more";
    case "moved":
      return `it is not what it was when that was confirmed: ${because.what.map((it) => moved[it]).join(", and ")}. Nothing was changed by me`;
    case "target gone":
      return "that revision is not there any more, or not what it was. Nothing was changed";
    case "already there":
      return "it has that revision already. Nothing was changed";
    case "keeps moving":
      return "others kept changing it at the same time. Nothing was changed by me";
    case "server":
      return because.reason === "forbidden"
        ? "the cluster forbids it. Nothing was changed"
        : "the cluster does not accept it. Nothing was changed";
  }
}

const moved = {
  "made anew": "it was deleted and made anew",
  template: "its pod template was changed",
  operation: "another operation changed it",
  paused: "it is paused",
  "being deleted": "it is being deleted",
} satisfies Record<Moved, string>;

const voided = {
  aborted: "it was stopped. Nothing was changed",
  unclear: "the cluster did not answer, and I made sure that the change cannot happen any more. Nothing was changed",
  "moved on": "the cluster did not answer, and somebody else changed it meanwhile. It is not in force, and will not be",
};
