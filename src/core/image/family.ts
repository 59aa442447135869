import type { ImageConfig, Manifest, Part, Platform } from "./manifest.ts";
import type { Digest } from "./reference.ts";

/** What was found under a digest. The same digest never is anything else. */
export type Found = Manifest | ({ readonly kind: "config" } & ImageConfig);

/** What is still to be found under a digest before everything is known of an image. */
export type Missing = { readonly digest: Digest; readonly as: "manifest" | "config" };

/** The digests that were looked up, with what each turned out to be. */
export type Families = {
  learn(digest: Digest, found: Found): void;
  of(digest: Digest): Found | null;
  /** Is seen to be of use: what was of none for the longest time is forgotten first. */
  use(digest: Digest): void;
  /** All names of the image, downwards: an index names its manifests, they their configurations. Null until all are known. */
  names(digest: Digest): ReadonlySet<Digest> | null;
  /** The same, and the manifests and indexes that lead to it, as far as they are known. */
  relatives(digest: Digest): ReadonlySet<Digest> | null;
  /** Which platform's image it is. Null for an index, and when it is not known. */
  platform(digest: Digest): Platform | null;
  missing(digest: Digest): readonly Missing[];
  /** Another number after each change. */
  changes(): number;
  /** Configurations of images that one with these layers was built upon, as far as they are known. */
  bases(layers: readonly Digest[]): readonly (Found & { readonly kind: "config" })[];
};

/** `most`: so many digests are remembered. */
export function createFamilies(most: number): Families {
  const known = new Map<Digest, Found>(); // in the order of their last use
  /** What leads to a digest. */
  const parents = new Map<Digest, Set<Digest>>();
  /** Configurations by their first layer. */
  const byRoot = new Map<Digest, Set<Digest>>();
  let changed = 0;
  let named = new Map<Digest, ReadonlySet<Digest> | null>(); // asked for each pod of each answer

  function learn(digest: Digest, found: Found): void {
    known.delete(digest);
    known.set(digest, found);
    for (const it of childrenOf(found)) join(parents, it, digest);
    if (found.kind === "config" && found.layers[0] !== undefined) join(byRoot, found.layers[0], digest);
    const [oldest] = known.size > most ? known.keys() : [];
    if (oldest !== undefined) forget(oldest);
    named = new Map();
    changed += 1;
  }

  function forget(digest: Digest): void {
    const found = known.get(digest);
    known.delete(digest);
    for (const it of found ? childrenOf(found) : []) leave(parents, it, digest);
    if (found?.kind === "config" && found.layers[0] !== undefined) leave(byRoot, found.layers[0], digest);
  }

  function use(digest: Digest): void {
    for (const it of [digest, ...below(digest)]) {
      const found = known.get(it);
      if (!found) continue;
      known.delete(it);
      known.set(it, found);
    }
  }

  function names(digest: Digest): ReadonlySet<Digest> | null {
    const before = named.get(digest);
    if (before !== undefined) return before;
    const all = known.has(digest) && missing(digest).length === 0 ? new Set([digest, ...below(digest)]) : null;
    if (named.size > most) named = new Map();
    named.set(digest, all);
    return all;
  }

  function relatives(digest: Digest): ReadonlySet<Digest> | null {
    const above = [...(parents.get(digest) ?? [])];
    const down = names(digest);
    if (down === null && above.length === 0) return null;
    const further = above.flatMap((it) => [...(parents.get(it) ?? [])]);
    return new Set([digest, ...above, ...further, ...(down ?? [])]);
  }

  function platform(digest: Digest): Platform | null {
    const found = known.get(digest);
    if (!found || found.kind === "index") return null;
    if (found.kind === "config") return found.platform;
    const config = known.get(found.config);
    return config?.kind === "config" ? config.platform : null;
  }

  function missing(digest: Digest): readonly Missing[] {
    const found = known.get(digest);
    if (!found) return [{ digest, as: "manifest" }];
    switch (found.kind) {
      case "index":
        return found.parts.flatMap((it) => missing(it.digest));
      case "manifest":
        return known.has(found.config) ? [] : [{ digest: found.config, as: "config" }];
      case "config":
        return [];
    }
  }

  function bases(layers: readonly Digest[]) {
    return [...(byRoot.get(layers[0] ?? "") ?? [])].flatMap((it) => {
      const found = known.get(it);
      const isBase = found?.kind === "config" && found.layers.length < layers.length;
      return isBase && found.layers.every((layer, at) => layer === layers[at]) ? [found] : [];
    });
  }

  function below(digest: Digest): readonly Digest[] {
    const found = known.get(digest);
    return found ? childrenOf(found).flatMap((it) => [it, ...below(it)]) : [];
  }

  return {
    learn,
    of: (digest) => known.get(digest) ?? null,
    use,
    names,
    relatives,
    platform,
    missing,
    changes: () => changed,
    bases,
  };
}

function join(sets: Map<Digest, Set<Digest>>, key: Digest, member: Digest): void {
  sets.set(key, (sets.get(key) ?? new Set()).add(member));
}

function leave(sets: Map<Digest, Set<Digest>>, key: Digest, member: Digest): void {
  const set = sets.get(key);
  set?.delete(member);
  if (set?.size === 0) sets.delete(key);
}

function childrenOf(found: Found): readonly Digest[] {
  switch (found.kind) {
    case "index":
      return found.parts.map((it: Part) => it.digest);
    case "manifest":
      return [found.config];
    case "config":
      return [];
  }
}
