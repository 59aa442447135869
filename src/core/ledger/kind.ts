import type { EpochMs } from "../workload.ts";
import type { Run } from "./observation.ts";
import type { Kind, Release, TakenBack } from "./release.ts";

/** The template that an operation of ours went back to, as it may be called by now, which one it left, and when that was confirmed. */
export type Restored = {
  readonly templates: readonly string[];
  readonly from: string;
  readonly since: EpochMs;
  readonly takenBack: TakenBack;
};

/** API servers note times in whole seconds. */
const wholeSecondMs = 2_000;

/**
 * What a release is, held against the one before it. One that we went back to by its digest is a revision of its own: nothing
 * in the cluster says that it is an old one.
 */
export function kindOf(run: Run, before: Release | null, startAt: EpochMs, restored?: Restored): Kind {
  const { revision, containers, configs } = run;
  if (before === null) return "deploy";
  if (restored && wasPutBack(run, startAt, restored)) return "rollback";
  const isSameTemplate = revision.template === before.revision.template;
  if (!isSameTemplate && revision.createdAt < before.revision.createdAt) return "rollback";
  if (imagesOf(containers) !== imagesOf(before.containers)) return "deploy";
  if (isSameTemplate) return "restart";
  const isRestart = revision.restartedAt !== before.revision.restartedAt;
  return isRestart && namesOf(configs) === namesOf(before.configs) ? "restart" : "configuration";
}

/**
 * Who took the release before this run away: the operation that left it while it was in force. A workload carries the mark of
 * our last operation for as long as it is there, and somebody else may go back to the same template later.
 */
export function takenBackBy(run: Run, before: Release, startAt: EpochMs, restored?: Restored): TakenBack | null {
  if (!restored || !wasPutBack(run, startAt, restored)) return null;
  const wasLeft = before.revision.template === restored.from && restored.since >= before.start.at;
  return wasLeft ? restored.takenBack : null;
}

function wasPutBack({ revision }: Run, startAt: EpochMs, { templates, since }: Restored): boolean {
  return templates.includes(revision.template) && startAt >= since - wholeSecondMs;
}

function imagesOf(containers: Release["containers"]): string {
  return JSON.stringify(containers.map(({ name, image }) => [name, image]));
}

function namesOf(configs: Release["configs"]): string {
  return JSON.stringify(configs.map(({ kind, name }) => [kind, name]));
}
