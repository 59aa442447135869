import type { Surroundings } from "../view.ts";
import type { Pod, Template, Workload } from "../workload.ts";
import { parseImageId } from "./image-id.ts";
import { type Digest, parseReference, type Reference } from "./reference.ts";

/** A digest that something runs or names, and where a registry may know it. */
export type Sighting = {
  readonly digest: Digest;
  /** The digest of a configuration is served in another way than that of an index or a manifest. */
  readonly as: "manifest" | "config";
  /** Nobody runs it: an image that runs was built upon it. */
  readonly isBase?: boolean;
  /** The likeliest first: what the template names, then what the runtime calls it. */
  readonly repositories: readonly Pick<Reference, "registry" | "repository">[];
};

/** Every digest that a workload runs, or that one of its revisions names. Main containers come first. */
export function sightingsOf(workload: Workload, around: Surroundings): readonly Sighting[] {
  const templates = [workload.template, ...around.revisions.map((it) => it.template)];
  const running = new Set(around.pods.map((it) => it.containers)); // the view has one list for pods that run the same
  const all = [...[...running].flatMap(inPod), ...templates.flatMap(inTemplate)];
  const first = all.filter((it) => it.isMain);
  const found = new Map<Digest, Sighting>();
  for (const { digest, as, repositories } of [...first, ...all]) {
    const before = found.get(digest);
    if (before && before.repositories.length >= mostRepositories) continue;
    found.set(digest, { digest, as, repositories: distinct([...(before?.repositories ?? []), ...repositories]) });
  }
  return [...found.values()];
}

const mostRepositories = 3;

type Seen = Sighting & { readonly isMain: boolean };

function inPod(containers: Pod["containers"]): readonly Seen[] {
  return containers.flatMap(({ image, imageId, role }) => {
    const id = parseImageId(imageId);
    if (id.kind !== "repoDigest" && id.kind !== "imageId") return []; // no registry has what was loaded by hand
    const names = [image, ...(id.kind === "repoDigest" ? [id.name] : [])];
    const as = id.kind === "repoDigest" ? "manifest" : "config";
    return [{ digest: id.digest, as, repositories: distinct(names.flatMap(repositoryIn)), isMain: role === "main" }];
  });
}

function inTemplate({ containers }: Template): readonly Seen[] {
  return containers.flatMap(({ image, role }) => {
    const reference = parseReference(image);
    if (reference.kind === "invalid" || reference.digest === null) return [];
    const isMain = role === "main";
    return [{ digest: reference.digest, as: "manifest" as const, repositories: repositoryIn(image), isMain }];
  });
}

function repositoryIn(name: string): Sighting["repositories"] {
  const reference = parseReference(name);
  if (reference.kind === "invalid") return [];
  return [{ registry: reference.registry, repository: reference.repository }];
}

function distinct(all: Sighting["repositories"]): Sighting["repositories"] {
  return all.filter((it, at) => all.findIndex((other) => isSame(it, other)) === at).slice(0, mostRepositories);
}

type Named = Sighting["repositories"][number];

function isSame(a: Named, b: Named): boolean {
  return a.registry === b.registry && a.repository === b.repository;
}
