import type { ImageMaterial } from "../check/image.ts";
import type { Learnt } from "../check/material.ts";
import type { Aliases } from "../image/identity.ts";
import { type Digest, parseReference, type Reference } from "../image/reference.ts";
import type { Side } from "../operation/operation.ts";
import type { Candidate, CandidateContainer } from "./candidate.ts";

/** What a registry says of an image, under the repository that the template names. */
export type ImageLearnt = Pick<ImageMaterial["containers"][number], "registry" | "tagNow">;

/** The one image that a container ran. Null: nobody saw it, or it was seen to be several. */
export function onlyDigest({ digests }: CandidateContainer, aliases: Aliases): Digest | null {
  const [first, ...more] = digests;
  if (first === undefined) return null;
  const isSame = (it: Digest) => aliases(first)?.has(it) || aliases(it)?.has(first);
  return more.every(isSame) ? first : null;
}

/**
 * References by digest for what a template names by tag, so that what comes back is what ran. Only where the registry
 * serves that digest under the very repository, and for every architecture there is: anything else would be a guess.
 */
export function pinsOf(
  { containers }: Candidate,
  learnt: ReadonlyMap<string, ImageLearnt>,
  nodes: Learnt<readonly string[]>,
  aliases: Aliases,
): Side["pins"] {
  return containers.flatMap((it) => {
    const reference = parseReference(it.image);
    if (reference.kind === "invalid" || reference.digest !== null) return [];
    const digest = onlyDigest(it, aliases);
    const registry = learnt.get(it.name)?.registry;
    const isSure = digest !== null && registry?.kind === "known" && nodes.kind === "known";
    if (!isSure || !registry.value.served) return [];
    const covered = registry.value.architectures;
    if (covered === null || !nodes.value.every((one) => covered.includes(one))) return [];
    return [{ container: it.name, image: pinned(reference, digest) }];
  });
}

/** The tag stays, for people to read: with a digest behind it, it has no say. */
function pinned({ registry, repository, tag }: Reference, digest: Digest): string {
  return `${registry}/${repository}${tag === null ? "" : `:${tag}`}@${digest}`;
}

/** Every container that has to run, with all that its image is known as. */
export function imagesOf({ containers }: Candidate): Side["images"] {
  return containers
    .filter((it) => it.role === "main" || it.role === "sidecar")
    .map(({ name: container, digests }) => ({ container, digests }));
}
