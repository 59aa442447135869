import type { RunningContainer } from "../../core/container.ts";
import type { Group } from "../../core/image/identity.ts";
import { type Digest, shortDigest } from "../../core/image/reference.ts";
import type { Running } from "../../core/running.ts";
import type { Unknown, Verdict } from "../../core/verdict.ts";
import type { Color } from "../message.ts";
import { code, literal } from "./text.ts";
import { count } from "./time.ts";

/** How names and digests are set off: in a message that shows formatting, and in a sentence that is read aloud. */
export type Voice = { strong(text: string): string; code(text: string): string };
export const written: Voice = { strong: (it) => `*${literal(it)}*`, code: (it) => code(it) };
export const spoken: Voice = { strong: (it) => literal(it), code: (it) => literal(it, 200) };

const looks = {
  uniform: { emoji: ":white_check_mark:", color: "green" },
  rolling: { emoji: ":hourglass_flowing_sand:", color: "blue" },
  mixed: { emoji: ":warning:", color: "amber" },
  drifted: { emoji: ":warning:", color: "amber" },
  stuck: { emoji: ":x:", color: "red" },
  "scaled to zero": { emoji: ":zzz:", color: "grey" },
  unknown: { emoji: ":grey_question:", color: "grey" },
} satisfies Record<Verdict["kind"], { emoji: string; color: Color }>;

export function lookOf({ verdicts: [verdict], pods }: Running): { readonly emoji: string; readonly color: Color } {
  const short = verdict.kind === "uniform" && pods.ready < pods.wanted;
  return short ? { emoji: ":warning:", color: "amber" } : looks[verdict.kind];
}

/** The verdict as what follows the service's name: "checkout in prod" + ": all 6 pods run …". */
export function verdictWords(verdict: Verdict, running: Running, voice: Voice): string {
  const [main] = running.containers;
  const { wanted, ready } = running.pods;
  switch (verdict.kind) {
    case "uniform":
      if (ready < wanted) return `: ${ready} of ${wanted} pods ready, all on ${nowOn(main, voice)}`;
      return `: ${everyPod(wanted)} ${nowOn(main, voice)}`;
    case "rolling": {
      if (verdict.fresh + verdict.old === 0) return ` is starting ${nowOn(main, voice)}: it has no pod yet`;
      const doing = rollingWords(verdict);
      const old = verdict.old === 0 ? "none left on the old one" : `${verdict.old} still on ${oldOn(main, voice)}`;
      return ` ${doing}: ${count(verdict.fresh, "pod")} on ${nowOn(main, voice)}, ${old}`;
    }
    case "stuck": {
      const old = verdict.old === 0 ? "" : `; ${count(verdict.old, "pod")} still on ${oldOn(main, voice)}`;
      return ` is stuck on ${nowOn(main, voice)}: ${troubleWords(verdict, running, voice)}${old}`;
    }
    case "drifted": {
      const { pods, container } = verdict;
      const runs = `${count(pods, "pod")} ${pods === 1 ? "runs" : "run"} ${voice.code(verdict.running)}`;
      return ` has drifted: in container ${voice.code(container)} ${runs}, but ${voice.code(verdict.wanted)} is asked for`;
    }
    case "mixed": {
      const each = verdict.groups.map((it) => `${it.pods.length} on ${digestWords(it.digest, voice)}`).join(", ");
      return ` runs ${verdict.groups.length} different images under one tag (container ${voice.code(verdict.container)}): ${each}`;
    }
    case "scaled to zero":
      return `: nothing runs, it is scaled to zero. It would start ${wantedImage(main, voice)}`;
    case "unknown":
      return `: cannot tell what runs. ${unknownWords(verdict.why, voice)}`;
  }
}

function rollingWords({ paused, held }: Verdict & { kind: "rolling" }): string {
  if (held === "partition") return "is rolled out only in part, as its partition says";
  if (held === "on delete") return "takes its new revision only as its pods are deleted";
  return paused ? "is paused in the middle of a rollout" : "is rolling out";
}

function everyPod(wanted: number): string {
  if (wanted === 1) return "its one pod runs";
  return wanted === 2 ? "both pods run" : `all ${wanted} pods run`;
}

/** The digest that runs in pods of the wanted revision, with its tag as a label; else what was asked for. */
function nowOn(container: RunningContainer | undefined, voice: Voice): string {
  if (!container) return "an unknown image";
  const { match, now, image } = container;
  const digest = "digest" in match ? match.digest : (now.find((it) => it.digest !== null)?.digest ?? null);
  if (digest === null) return `${wantedImage(container, voice)} (its digest is not known yet)`;
  const tag = image.kind === "reference" ? image.tag : null;
  return tag === null ? voice.code(shortDigest(digest)) : `${voice.code(shortDigest(digest))} (tag ${voice.code(tag)})`;
}

function oldOn(container: RunningContainer | undefined, voice: Voice): string {
  const digests = container?.before.filter((it: Group) => it.digest !== null) ?? [];
  if (digests.length === 0) return "the old revision";
  return digests.map((it) => digestWords(it.digest, voice)).join(" and ");
}

function digestWords(digest: Digest | null, voice: Voice): string {
  return digest === null ? "an unknown digest" : voice.code(shortDigest(digest));
}

function wantedImage(container: RunningContainer | undefined, voice: Voice): string {
  if (!container) return "an unknown image";
  const { image } = container;
  if (image.kind === "invalid") return voice.code(image.text);
  const tag = image.tag === null ? "" : `:${image.tag}`;
  const digest = image.digest === null ? "" : `@${shortDigest(image.digest)}`;
  return voice.code(`${image.registry}/${image.repository}${tag}${digest}`);
}

function troubleWords({ trouble, left }: Verdict & { kind: "stuck" }, { rollout }: Running, voice: Voice): string {
  if (!trouble) {
    const refused = rollout.state === "failed" && rollout.because === "pods refused";
    return refused ? "the cluster refuses its pods" : "it did not finish within its deadline";
  }
  const exit = trouble.exitCode === null ? "" : `, exit code ${trouble.exitCode}`;
  const restarts = trouble.restarts === 0 ? "" : `, ${count(trouble.restarts, "restart")}`;
  const what = trouble.reason === "NotReady" ? "runs but does not get ready" : `has ${literal(trouble.reason)}`;
  const remedy = left ? ". It is of an older revision, and all others wait until somebody deletes it" : "";
  return `pod ${voice.code(trouble.pod)} ${what}${exit}${restarts}${remedy}`;
}

function unknownWords(why: Unknown, voice: Voice): string {
  switch (why.kind) {
    case "pods unread":
      return "Its pods could not be read";
    case "no pods":
      return "It wants pods, and has none";
    case "not started":
      return `Container ${voice.code(why.container)} has not started yet`;
    case "unreadable":
      return `The node reports ${voice.code(why.raw)} for container ${voice.code(why.container)}`;
    case "not comparable":
      return `Its pods report container ${voice.code(why.container)} in two ways that only the registry can compare`;
    case "unverified": {
      const [wanted, reported] = [shortDigest(why.wanted), shortDigest(why.reported)].map((it) => voice.code(it));
      return `${wanted} is asked for and the node reports ${reported}: another name of the same image, or not`;
    }
  }
}
