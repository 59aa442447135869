import type { Run } from "./observation.ts";
import type { Kind, Release } from "./release.ts";

/** What a release is, held against the one before it. */
export function kindOf({ revision, containers, configs }: Run, before: Release | null): Kind {
  if (before === null) return "deploy";
  const isSameTemplate = revision.template === before.revision.template;
  if (!isSameTemplate && revision.createdAt < before.revision.createdAt) return "rollback";
  if (imagesOf(containers) !== imagesOf(before.containers)) return "deploy";
  if (isSameTemplate) return "restart";
  const isRestart = revision.restartedAt !== before.revision.restartedAt;
  return isRestart && namesOf(configs) === namesOf(before.configs) ? "restart" : "configuration";
}

function imagesOf(containers: Release["containers"]): string {
  return JSON.stringify(containers.map(({ name, image }) => [name, image]));
}

function namesOf(configs: Release["configs"]): string {
  return JSON.stringify(configs.map(({ kind, name }) => [kind, name]));
}
