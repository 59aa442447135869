import type { Missing, Step, Way } from "../core/claims/way.ts";
import type { EpochMs } from "../core/workload.ts";
import { literal } from "./words/text.ts";
import { utc } from "./words/time.ts";

/** With more steps than this, the middle ones are left out. Slack takes 3000 characters, and a "&" becomes five of them. */
const mostSteps = 6;
const longestName = 30;

/** "built 14:02 → scanned 14:05 → staging 14:10 → prod 15:00 by alice", and what is missing of it. */
export function stageRow({ steps, missing }: Way): string {
  const words = steps.map((it, at) => stepWords(it, steps[at - 1] ?? null));
  const half = mostSteps / 2;
  const shown = words.length > mostSteps ? [...words.slice(0, half), "…", ...words.slice(-half)] : words;
  const row = steps.length === 0 ? [] : [`Pipelines say: ${shown.join(" → ")} · ${trustWords(steps)}`];
  return [...row, ...(missing ? [`:warning: ${missingWords(missing)}`] : [])].join("\n");
}

/** What follows "It was", and stands alone as well. */
export function missingWords({ stages, since, certain }: Missing): string {
  const never = stages.map((it) => `never ${it} by us`).join(", ");
  return `${certain ? "" : "perhaps "}${never}: no pipeline told of it since ${utc(since).slice(0, 10)}`;
}

/** Instead of a row that could not be read. */
export const unreadRow = ":warning: what pipelines say could not be read in time";

function stepWords({ stage, environment, at, actor, proved, again }: Step, before: Step | null): string {
  const where = environment === null ? null : literal(environment, longestName);
  const by = actor === null || stage === "built" || stage === "scanned" ? "" : ` by ${actorWords(actor, proved)}`;
  const later = again === null ? "" : `, again ${moment(again, at)}`;
  return `${nameOf(stage, where)} ${moment(at, before?.at ?? null)}${by}${later}`;
}

/** A job can prove who it is, and still name somebody its platform knows nothing of. */
function actorWords({ name, verified }: { readonly name: string; readonly verified: boolean }, proved: boolean) {
  return `${literal(name, longestName)}${proved && !verified ? " (as the job says)" : ""}`;
}

function nameOf(stage: Step["stage"], where: string | null): string {
  switch (stage) {
    case "built":
    case "scanned":
      return where === null ? stage : `${stage} for ${where}`;
    case "promoted":
      return where === null ? stage : `promoted to ${where}`;
    case "deployed":
      return where ?? stage;
  }
}

const sameDayMs = 12 * 3_600_000;

/** In the reader's time zone, and with its day unless that follows from the moment before. */
function moment(at: EpochMs, before: EpochMs | null): string {
  const near = before !== null && at - before < sameDayMs;
  return `<!date^${Math.floor(at / 1000)}^${near ? "{time}" : "{date_short_pretty} {time}"}|${utc(at)}>`;
}

function trustWords(steps: readonly Step[]): string {
  const proved = steps.filter((it) => it.proved).length;
  if (proved === steps.length) return "vouched for by the jobs' own tokens";
  return proved === 0
    ? "said with the shared token"
    : `${proved} of ${steps.length} vouched for by the jobs' own tokens`;
}
