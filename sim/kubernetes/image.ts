import { createHash } from "node:crypto";

/** What a registry and a program would decide about one image. */
export type ImageRule = {
  /** What the tag resolves to. Change it, and the tag has moved for pods that start later. */
  readonly digest?: string;
  /** The whole `imageID`, for other runtimes' forms. */
  readonly imageID?: string;
  /** The whole `image` of the status. */
  readonly image?: string;
  readonly fails?: "pull" | "crash" | "oom" | "never-ready";
  /** Of a crash; 1 when left out. */
  readonly exitCode?: number;
  /** Both as in `300ms`, `5s`, `2m`. */
  readonly readyAfter?: string;
  readonly crashAfter?: string;
};

/** By reference (`ghcr.io/shop/checkout:1.4.2`) or by digest. Read at each start of a container. */
export type Images = Map<string, ImageRule>;

type Reference = { readonly name: string; readonly tag: string; readonly digest: string };

const words = [
  ["no-pull", "pull"],
  ["never-ready", "never-ready"],
  ["crash", "crash"],
  ["oom", "oom"],
] as const;

/** By reference, by digest, by the full name; else a word between dashes in the tag decides. */
export function ruleFor(images: Images, reference: string): ImageRule {
  const { name, tag, digest } = parseReference(reference);
  const exact =
    images.get(reference) ?? images.get(digest) ?? (digest === "" ? images.get(`${name}:${tag}`) : undefined);
  if (exact !== undefined) return exact;
  const word = words.find(([it]) => `-${tag}-`.includes(`-${it}-`));
  return word ? { fails: word[1] } : {};
}

export type Pulled =
  | { readonly kind: "pulled"; readonly image: string; readonly imageID: string }
  | { readonly kind: "failed"; readonly message: string };

/** A tag without a rule resolves to a digest made from its name and tag. */
export function pull(images: Images, reference: string): Pulled {
  const rule = ruleFor(images, reference);
  if (rule.fails === "pull") {
    const why = `failed to resolve reference "${reference}": ${reference}: not found`;
    return { kind: "failed", message: `failed to pull and unpack image "${reference}": ${why}` };
  }
  const { name, tag, digest } = parseReference(reference);
  const resolved = digest || (rule.digest ?? `sha256:${sha256(`${name}:${tag}`)}`);
  return { kind: "pulled", image: rule.image ?? reference, imageID: rule.imageID ?? `${name}@${resolved}` };
}

function parseReference(reference: string): Reference {
  const [beforeAt = "", digest = ""] = reference.split("@");
  const colon = beforeAt.lastIndexOf(":");
  const tagged = colon > beforeAt.lastIndexOf("/");
  const name = tagged ? beforeAt.slice(0, colon) : beforeAt;
  const tag = tagged ? beforeAt.slice(colon + 1) : "";
  return { name: fullName(name), tag: tag === "" && digest === "" ? "latest" : tag, digest };
}

function fullName(name: string): string {
  const [first = "", ...rest] = name.split("/");
  if (rest.length === 0) return `docker.io/library/${name}`;
  return /[.:]/.test(first) || first === "localhost" ? name : `docker.io/${name}`;
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

export function durationMs(text: string): number {
  const [, amount = "0", unit = "ms"] = /^([\d.]+)(ms|s|m)$/.exec(text) ?? [];
  return Number(amount) * (units[unit] ?? 1);
}
