/**
 * Image references by the grammar of distribution/reference, and names made comparable.
 * Grammar: https://pkg.go.dev/github.com/distribution/reference#pkg-overview
 */

/** `sha256:…`: what an image is. A tag is only what somebody called it at the time. */
export type Digest = string;

export type Reference = {
  readonly kind: "reference";
  /** `docker.io` where the text names none. */
  readonly registry: string;
  /** The path inside the registry, `library/nginx` for `nginx`. */
  readonly repository: string;
  readonly tag: string | null;
  readonly digest: Digest | null;
};

export type Invalid = { readonly kind: "invalid"; readonly text: string; readonly why: string };

const hostName = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
const domainForm = new RegExp(`^(?:${hostName}(?:\\.${hostName})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?$`);
const pathForm = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const tagForm = /^\w[\w.-]{0,127}$/;
const hexForm = /^[a-f0-9]{64}$/;
const longestRepository = 255;
const longestText = 2048; // beyond any name, tag and digest together: refuse before a regular expression sees it

/** Hexadecimal digits of the algorithms that registries accept. */
const digestLength: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/** Parses and normalises what a pod spec says, so that equal images have equal names. */
export function parseReference(text: string): Reference | Invalid {
  const invalid = (why: string): Invalid => ({ kind: "invalid", text, why });
  if (text === "") return invalid("it is empty");
  if (text.length > longestText) return invalid(`it is longer than ${longestText} characters`);
  if (hexForm.test(text)) return invalid("64 hexadecimal digits are an image id, not a name");

  const [named, digest, ...more] = text.split("@");
  if (named === undefined || more.length > 0) return invalid("it has more than one @");
  if (digest !== undefined && !isDigest(digest)) return invalid(`“${digest}” is not a digest`);

  const colon = named.lastIndexOf(":");
  const tagged = colon > named.lastIndexOf("/");
  const tag = tagged ? named.slice(colon + 1) : null;
  if (tag !== null && !tagForm.test(tag)) return invalid(`“${tag}” is not a tag`);

  const { registry, repository } = splitName(tagged ? named.slice(0, colon) : named);
  if (!domainForm.test(registry)) return invalid(`“${registry}” is not a registry`);
  if (repository.length > longestRepository) return invalid(`its name is longer than ${longestRepository} characters`);
  if (repository !== repository.toLowerCase()) return invalid("its name must be in lower case");
  if (!repository.split("/").every((it) => pathForm.test(it))) return invalid(`“${repository}” is not a name`);
  return { kind: "reference", registry, repository, tag, digest: digest ?? null };
}

/** Whether the text is `algorithm:hex` with an algorithm and a length that registries accept. */
export function isDigest(text: string): boolean {
  const [algorithm, hex, ...more] = text.split(":");
  const length = digestLength[algorithm ?? ""];
  return more.length === 0 && length !== undefined && hex?.length === length && /^[a-f0-9]+$/.test(hex);
}

/** The first part is a registry only if it looks like a host; everything else lives on Docker Hub. */
function splitName(name: string): { registry: string; repository: string } {
  const slash = name.indexOf("/");
  const first = name.slice(0, Math.max(slash, 0));
  const isHost = /[.:]/.test(first) || first === "localhost" || first !== first.toLowerCase();
  const registry = isHost ? first : "docker.io";
  const path = isHost ? name.slice(slash + 1) : name;
  if (registry !== "docker.io" && registry !== "index.docker.io") return { registry, repository: path };
  return { registry: "docker.io", repository: path.includes("/") ? path : `library/${path}` };
}

/** `registry/repository`: the same for the same repository, however it was written. */
export function repositoryOf({ registry, repository }: Reference): string {
  return `${registry}/${repository}`;
}

/** The first 12 digits, enough to tell images apart by eye: `sha256:3f9a1c7d2b4e`. */
export function shortDigest(digest: Digest): string {
  const hex = digest.indexOf(":") + 1;
  return digest.slice(0, hex + 12);
}
