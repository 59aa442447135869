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
  for (const [imageId, members] of byImageId(pods, container)) {
    const one = groupOf(members, parseImageId(imageId), aliases);
    const [same, others] = [groups.filter((it) => isSame(it, one)), groups.filter((it) => !isSame(it, one))];
    groups = [...others, [...same, one].reduce(merge)];
  }
  return groups.map(({ group }) => group).toSorted((a, b) => b.pods.length - a.pods.length || byName(a, b));
}

/** What the runtime wrote, and the pods for which it did: nearly always one text for all of them, and read once. */
function byImageId(pods: readonly Pod[], container: string): ReadonlyMap<string, Pod[]> {
  const found = new Map<string, Pod[]>();
  for (const pod of pods) {
    const imageId = pod.containers.find((it) => it.name === container)?.imageId;
    if (imageId === undefined) continue;
    const members = found.get(imageId);
    if (members) members.push(pod);
    else found.set(imageId, [pod]);
  }
  return found;
}

/** `digests`: those that pods reported, and `names`: these and all that are known to be the same image. */
type Known = { readonly group: Group; readonly digests: ReadonlySet<Digest>; readonly names: ReadonlySet<Digest> };

function groupOf(pods: readonly Pod[], id: ImageId, aliases: Aliases): Known {
  const digest = "digest" in id ? id.digest : null;
  const digests = new Set<Digest>(digest === null ? [] : [digest]);
  const names = digests.union((digest === null ? null : aliases(digest)) ?? new Set<Digest>());
  return { group: { digest, kind: id.kind, name: "name" in id ? id.name : null, pods }, digests, names };
}

/** Two indexes that share the image of one platform are still two: what ran must be named by the other. */
function isSame(a: Known, b: Known): boolean {
  const nothingKnown = a.group.digest === null && b.group.digest === null;
  if (nothingKnown) return a.group.kind === b.group.kind;
  return !a.digests.isDisjointFrom(b.names) || !b.digests.isDisjointFrom(a.names);
}

function merge(a: Known, b: Known): Known {
  const pods = [...a.group.pods, ...b.group.pods];
  const named = byName(a.group, b.group) <= 0 ? a.group : b.group;
  return { group: { ...named, pods }, digests: a.digests.union(b.digests), names: a.names.union(b.names) };
}

const served = { repoDigest: 0, imported: 1, imageId: 2, unreadable: 3, pending: 4 } satisfies Record<
  ImageId["kind"],
  number
>;

/** A digest that a registry serves first, then by text: the same name in whatever order the pods came. */
function byName(a: Group, b: Group): number {
  const text = ({ kind, digest, name }: Group) => `${served[kind]} ${digest} ${name}`;
  return text(a) < text(b) ? -1 : Number(text(a) > text(b));
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
  const [should, is] = [aliases(wanted), aliases(id.digest)];
  const isPinned = wanted === id.digest || should?.has(id.digest) || is?.has(wanted);
  if (isPinned) return { kind: "pinned", digest: wanted };
  return isOther(id, should, is)
    ? { kind: "different", digest: id.digest, wanted }
    : { kind: "unverified", digest: wanted, reported: id.digest };
}

/**
 * An index names its manifests, and a manifest does not name its index: only when both were looked up, and have not even a
 * configuration in common, are they two images. No registry can look up the digest of a configuration.
 */
function isOther({ kind }: ImageId, should: ReadonlySet<Digest> | null, is: ReadonlySet<Digest> | null): boolean {
  if (should === null) return false;
  return kind === "imageId" || (kind === "repoDigest" && is !== null && should.isDisjointFrom(is));
}
