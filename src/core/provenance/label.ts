import type { Families, Found } from "../image/family.ts";
import type { Labels } from "../image/manifest.ts";
import { type Digest, isDigest } from "../image/reference.ts";
import { commitIn, timeIn, webAddressIn } from "./written.ts";

/** What an image's labels and annotations say of where it was built from. Whoever may push it can write anything there. */
export type Labelled = {
  readonly commits: readonly LabelledCommit[];
  /** Where the source code lives: a URL. */
  readonly source: string | null;
  /** Keys of labels that were left out: the image has them from its base image, whose source they tell of. */
  readonly inherited: readonly string[];
};

/** `on`: its configuration, which a build takes over from the base image; or the annotations of what was pushed. */
type LabelledCommit = { readonly value: string; readonly key: string; readonly on: "label" | "annotation" };

type Known = Pick<Families, "of" | "names" | "bases">;

const commitKeys = ["org.opencontainers.image.revision", "org.label-schema.vcs-ref"] as const;
const sourceKeys = ["org.opencontainers.image.source", "org.label-schema.vcs-url"] as const;
const createdKeys = ["org.opencontainers.image.created", "org.label-schema.build-date"] as const;
const baseKey = "org.opencontainers.image.base.digest";

/** The base image that it names, where anything may be known of it. */
export function baseOf(found: Found): { readonly digest: Digest; readonly name: string } | null {
  if (found.kind === "index") return null;
  const [digest, name] = [found.labels[baseKey], found.labels["org.opencontainers.image.base.name"]];
  return digest !== undefined && name !== undefined && isDigest(digest) ? { digest, name } : null;
}

/** Null while nobody has looked. Configurations speak first, then the manifest, then the index. */
export function labelledOf(digest: Digest, families: Known): Labelled | null {
  const found = families.of(digest);
  if (!found || families.names(digest) === null) return null;
  const below = found.kind === "index" ? found.parts.flatMap((it) => families.of(it.digest) ?? []) : [];
  const manifests = [found, ...below].filter((it) => it.kind === "manifest");
  const configs = [found, ...manifests.flatMap((it) => families.of(it.config) ?? [])].filter(isConfig);
  const annotations = [...manifests, ...(found.kind === "index" ? [found] : [])].map((it) => it.labels);
  if (configs.length === 0 && annotations.length === 0) return null;

  const hint = annotations.map((it) => it[baseKey]).find((it) => it !== undefined) ?? null;
  const judged = configs.map((it) => ({ labels: it.labels, inherited: inheritedBy(it, hint, families) }));
  const own = judged.map(({ labels, inherited }) => without(labels, inherited));
  return {
    commits: distinct([
      ...own.flatMap((it) => commitsIn(it, "label")),
      ...annotations.flatMap((it) => commitsIn(it, "annotation")),
    ]),
    source: [...own, ...annotations].map(sourceIn).find((it) => it !== null) ?? null,
    inherited: [...new Set(judged.flatMap((it) => it.inherited))],
  };
}

type Config = Found & { readonly kind: "config" };

function isConfig(found: Found): found is Config {
  return found.kind === "config";
}

/** Longer than any build takes. */
const buildMs = 86_400_000;

/**
 * The labels that are the base image's. A build takes over all labels of its base, and most set only some of their own: one that
 * the base has with the same value is not ours, and neither are those of an image that says it is older than itself.
 */
function inheritedBy(config: Config, hint: Digest | null, families: Known): readonly string[] {
  const { labels, createdAt } = config;
  const told = [...commitKeys, ...sourceKeys].filter((it) => labels[it] !== undefined);
  const named = [labels[baseKey] ?? hint].flatMap((it) => (it === null ? [] : configsOf(it, families)));
  const bases = [...named, ...families.bases(config.layers)];
  const taken = told.filter((key) => bases.some((it) => it.labels[key] === labels[key]));
  const hasOwn = commitKeys.some((key) => labels[key] !== undefined && !taken.includes(key));
  // what has a commit of its own can have the source of its base
  if (taken.length > 0) return hasOwn ? taken.filter((key) => commitKeys.some((it) => it === key)) : taken;
  const saysBuiltAt = createdKeys.map((key) => timeIn(labels[key])).find((at) => at !== null) ?? null;
  const isOlder = saysBuiltAt !== null && createdAt !== null && createdAt - saysBuiltAt > buildMs;
  return isOlder ? told : [];
}

function configsOf(digest: Digest, families: Known): readonly Config[] {
  const found = families.of(digest);
  switch (found?.kind) {
    case undefined:
      return [];
    case "config":
      return [found];
    case "manifest":
      return configsOf(found.config, families);
    case "index":
      return found.parts.flatMap((it) => configsOf(it.digest, families));
  }
}

function without(labels: Labels, keys: readonly string[]): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => !keys.includes(key)));
}

function commitsIn(labels: Labels, on: LabelledCommit["on"]): readonly LabelledCommit[] {
  return commitKeys.flatMap((key) => {
    const value = commitIn(labels[key]);
    return value === null ? [] : [{ value, key, on }];
  });
}

function sourceIn(labels: Labels): string | null {
  return sourceKeys.map((it) => webAddressIn(labels[it])).find((it) => it !== null) ?? null;
}

function distinct(commits: readonly LabelledCommit[]): readonly LabelledCommit[] {
  return commits.filter((it, at) => commits.findIndex((other) => other.value === it.value) === at);
}
