import { type Digest, isDigest, parseReference, repositoryOf } from "./reference.ts";

/**
 * What a container runtime reports as `imageID`. It is not one thing: the digest of an index or of a manifest, under a
 * name that may not be the one in the spec, or only the digest of the image's configuration.
 */
export type ImageId =
  /** A digest a registry can serve: of an index or of one platform's manifest. The name may be another than the spec's. */
  | { readonly kind: "repoDigest"; readonly name: string; readonly digest: Digest }
  /** Loaded into the node by hand: a digest that no registry has. */
  | { readonly kind: "imported"; readonly name: string; readonly digest: Digest }
  /** The digest of the image's configuration: the same bytes have the same one, but no registry serves it by name. */
  | { readonly kind: "imageId"; readonly digest: Digest }
  /** The container has not been started yet. */
  | { readonly kind: "pending" }
  | { readonly kind: "unreadable"; readonly raw: string };

/** What `ctr images import` and `kind load` name an image that has none. */
const importedName = /^docker\.io\/library\/import-\d{4}-\d{2}-\d{2}$/;

/** Reads every form that containerd, CRI-O, Docker and cri-dockerd have written. */
export function parseImageId(raw: string): ImageId {
  const text = raw.replace(/^[a-z][a-z0-9+.-]*:\/\//, ""); // docker-pullable://, docker://
  if (text === "") return raw === "" ? { kind: "pending" } : { kind: "unreadable", raw };
  if (/^[a-f0-9]{64}$/.test(text)) return { kind: "imageId", digest: `sha256:${text}` }; // CRI-O writes it bare
  if (isDigest(text)) return { kind: "imageId", digest: text };

  const reference = parseReference(text);
  if (reference.kind === "invalid" || reference.digest === null) return { kind: "unreadable", raw };
  const name = repositoryOf(reference);
  return { kind: importedName.test(name) ? "imported" : "repoDigest", name, digest: reference.digest };
}
