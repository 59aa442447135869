import type { Digest, Invalid, Reference } from "./reference.ts";
import { type ImageId, parseImageId } from "./image-id.ts";
import type { Pod, PodContainer } from "../workload.ts";

/**
 * Other digests of the same image: an index, its manifests for each platform and their configurations are one image.
 * Null when nobody has looked it up, which is not the same as "there are none".
 */
export type Aliases = (digest: Digest) => ReadonlySet<Digest> | null;

/** Pods in which one container runs the same image, as far as their digests tell. */
export type Group = {
  /** Null while nothing has started, or when what the runtime wrote could not be read. */
  readonly digest: Digest | null;
  readonly kind: ImageId["kind"];
  /** The repository the runtime names, which may be another one than the spec's. */
  readonly name: string | null;
  readonly pods: readonly Pod[];
};

/** Whether what runs is what the spec asked for. */
export type Match =
  /** Nothing has started yet. */
  | { readonly kind: "pending" }
  /** The spec names a digest, and that is what runs. */
  | { readonly kind: "pinned"; readonly digest: Digest }
  /** The spec names a tag: what runs is the only truth there is. */
  | { readonly kind: "by tag"; readonly digest: Digest }
  /** The spec names a digest; the runtime reports something that may or may not be another name of the same bytes. */
  | { readonly kind: "unverified"; readonly digest: Digest; readonly reported: Digest }
  /** The spec names a digest, and something else runs. */
  | { readonly kind: "different"; readonly digest: Digest; readonly wanted: Digest }
  | { readonly kind: "unreadable"; readonly raw: string };

/** The pods grouped by what the container runs in them: digests of one image are one group. Largest first. */
export function groupByImage(pods: readonly Pod[], container: string, aliases: Aliases): readonly Group[] {
  let groups: readonly Known[] = [];
  for (const pod of pods) {
    const found = pod.containers.find((it) => it.name === container);
    if (!found) continue;
    const one = groupOf(pod, parseImageId(found.imageId), aliases);
    const [same, others] = [groups.filter((it) => isSame(it, one)), groups.filter((it) => !isSame(it, one))];
    groups = [...others, [...same, one].reduce(merge)];
  }
  return groups.map(({ group }) => group).toSorted((a, b) => b.pods.length - a.pods.length);
}

type Known = { readonly group: Group; readonly digests: ReadonlySet<Digest> };

function groupOf(pod: Pod, id: ImageId, aliases: Aliases): Known {
  const digest = "digest" in id ? id.digest : null;
  const digests = digest === null ? [] : [digest, ...(aliases(digest) ?? [])];
  return {
    group: { digest, kind: id.kind, name: "name" in id ? id.name : null, pods: [pod] },
    digests: new Set(digests),
  };
}

function isSame(a: Known, b: Known): boolean {
  const nothingKnown = a.digests.size === 0 && b.digests.size === 0;
  return nothingKnown ? a.group.kind === b.group.kind : !a.digests.isDisjointFrom(b.digests);
}

function merge(a: Known, b: Known): Known {
  return { group: { ...a.group, pods: [...a.group.pods, ...b.group.pods] }, digests: a.digests.union(b.digests) };
}

/** Compares one running container with the image its spec names. */
export function compare(
  spec: Reference | Invalid,
  { imageId }: Pick<PodContainer, "imageId">,
  aliases: Aliases,
): Match {
  const id = parseImageId(imageId);
  if (id.kind === "pending") return { kind: "pending" };
  if (id.kind === "unreadable") return { kind: "unreadable", raw: id.raw };

  const wanted = spec.kind === "reference" ? spec.digest : null;
  if (wanted === null) return { kind: "by tag", digest: id.digest };
  const known = aliases(wanted);
  if (wanted === id.digest || known?.has(id.digest)) return { kind: "pinned", digest: wanted };
  if (known === null || id.kind === "imported") return { kind: "unverified", digest: wanted, reported: id.digest };
  return { kind: "different", digest: id.digest, wanted };
}
