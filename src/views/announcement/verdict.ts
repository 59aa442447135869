import type { Announcement } from "../../core/announcement/announcement.ts";
import { doneAt, type Part, stateOf, stateOfAll } from "../../core/announcement/state.ts";
import type { Story } from "../../core/announcement/story.ts";
import type { Voice } from "../words/headline.ts";
import { imageWords } from "../past/image.ts";
import { literal } from "../words/text.ts";
import { count, duration, took } from "../words/time.ts";
import { actionOf } from "./look.ts";

/** The first line: what came to where, and how it is with it. */
export function verdictWords(story: Story, voice: Voice): string {
  return `${titleWords(story.announcement, voice)}: ${stateWords(story, voice)}`;
}

export function titleWords({ service, environments }: Announcement, voice: Voice): string {
  return `${voice.strong(service)} in ${environments.map((it) => voice.strong(it)).join(" and ")}`;
}

function stateWords({ parts }: Story, voice: Voice): string {
  const [first] = parts;
  const action = actionOf(first);
  const several = parts.length > 1 ? ` in ${parts.length} workloads` : "";
  switch (stateOfAll(parts)) {
    case "started":
      return `${action} started${several}`;
    case "progressing":
      return `${action} in progress${several}${podsWords(parts)}`;
    case "done":
      return `${action} ${voice.strong("done")}${several}${doneWords(parts)}`;
    case "failed": {
      const failed = parts.filter((it) => stateOf(it) === "failed");
      const which = parts.length > 1 ? ` in ${failed.length} of ${parts.length} workloads` : "";
      return `${action} ${voice.strong("failed")}${which}${lastedWords(failed)}${podsWords(failed, "new ")}`;
    }
    case "rolled back":
      return `${voice.strong("rolled back")}${several}${nextWords(first, "to", voice)}`;
    case "superseded":
      return `${action} ${voice.strong("superseded")}${several}${nextWords(first, "by", voice)} before it was done`;
    case "gone":
      return `deleted${several} before the ${action} was done`;
    case "not seen":
      return `${action}${several}: it wants no pods, so nothing shows how it fares`;
  }
}

/** Of a failure everybody asks first whether anything of it serves. */
function podsWords(parts: readonly Part[], which = ""): string {
  const pods = sumOf(parts);
  return pods === null ? "" : `, ${pods.ready} of ${count(pods.wanted, `${which}pod`)} ready`;
}

function doneWords(parts: readonly Part[]): string {
  const [pods, at] = [sumOf(parts), doneAt(parts)];
  const ready =
    pods === null || pods.ready < pods.wanted ? "" : `, ${pods.ready} of ${count(pods.wanted, "pod")} ready`;
  if (at === null || parts.some((it) => it.release.start.notBefore !== null)) return ready;
  const started = Math.min(...parts.map((it) => it.release.start.at));
  return `${ready} after ${took(at - started)}`;
}

function lastedWords([first]: readonly Part[]): string {
  const outcome = first?.last.outcome;
  if (outcome?.state !== "failed" || outcome.earlierMs === 0) return "";
  return `, after it was healthy for ${duration(outcome.earlierMs)}`;
}

function nextWords({ next }: Part, word: string, voice: Voice): string {
  return next === null ? "" : ` ${word} ${imageWords(next, voice)}`;
}

function sumOf(parts: readonly Part[]) {
  const all = parts.map((it) => it.pods);
  if (all.includes(null)) return null;
  const known = all.flatMap((it) => it ?? []);
  const sum = (of: (it: (typeof known)[0]) => number) => known.reduce((total, it) => total + of(it), 0);
  return { wanted: sum((it) => it.wanted), ready: sum((it) => it.ready) };
}

/** One workload among several. */
export function partWords({ announced, pods }: Part): string {
  const ready = pods === null ? "" : ` · ${pods.ready} of ${count(pods.wanted, "pod")} ready`;
  const { kind, namespace, name } = announced.of;
  return `${kind} ${literal(`${namespace}/${name}`, 130)} · ${literal(announced.cluster, 80)}${ready}`;
}
