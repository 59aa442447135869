import type { Learnt } from "../../core/check/material.ts";
import { architectureOf, type Manifest, type Platform } from "../../core/image/manifest.ts";
import type { Digest } from "../../core/image/reference.ts";
import { deadlineIn } from "../../deadline.ts";
import type { Registry, RegistryAnswer, Repository } from "../../ports.ts";

/**
 * What a registry says of an image right now, for somebody who waits. Nothing here rejects but for a fault of our own or with
 * the reason of `stop`.
 */
export type Serving = {
  /** Whether the digest can be pulled from this repository, and for which architectures. Null: it does not say which. */
  served(of: Repository, digest: Digest, stop: AbortSignal): Promise<Learnt<Served>>;
  /**
   * What the tag stands for. Null: there is no such tag any more. Where that is an index with `was` among its images, it is `was`
   * by another name, and answered so: some runtimes report the image of their platform.
   */
  tagNow(of: Repository, tag: string, stop: AbortSignal, was?: Digest): Promise<Learnt<Digest | null>>;
};

type Served = { readonly served: boolean; readonly architectures: readonly string[] | null };

type Deps = {
  readonly registry: Pick<Registry, "head" | "manifest" | "config">;
  /** For one question, however many calls it takes. */
  readonly withinMs?: number;
};

/** With more platforms than this, nobody can say in time which of them are still there. */
const mostParts = 24;

export function createServing({ registry, withinMs = 5_000 }: Deps): Serving {
  const served: Serving["served"] = async (of, digest, stop) =>
    inTime(of, stop, async (until) => {
      const there = await registry.head(of, digest, until);
      if (there.kind === "missing") return known({ served: false, architectures: null });
      if (there.kind !== "served") return unknown(there);
      const manifest = await registry.manifest(of, digest, until);
      if (manifest.kind === "missing") return known({ served: false, architectures: null });
      if (manifest.kind !== "served") return unknown(manifest);
      return architectures(of, manifest.value, until);
    });

  /** An index stays when somebody cleans up the images that it names: they count as far as they are there. */
  async function architectures(of: Repository, manifest: Manifest, stop: AbortSignal): Promise<Learnt<Served>> {
    if (manifest.kind === "manifest") {
      const config = await registry.config(of, manifest.config, stop);
      if (config.kind === "missing") return known({ served: false, architectures: null });
      return known({ served: true, architectures: config.kind === "served" ? said([config.value.platform]) : null });
    }
    const { parts } = manifest;
    if (parts.length > mostParts) return known({ served: true, architectures: null });
    const heads = await Promise.all(parts.map(async (it) => registry.head(of, it.digest, stop)));
    const unread = heads.find((it) => it.kind === "no answer" || it.kind === "not allowed");
    if (unread) return unknown(unread);
    const there = parts.filter((_, at) => heads[at]?.kind === "served");
    if (there.length === 0) return known({ served: false, architectures: null });
    return known({ served: true, architectures: said(there.map((it) => it.platform)) });
  }

  const tagNow: Serving["tagNow"] = async (of, tag, stop, was) =>
    inTime(of, stop, async (until) => {
      const there = await registry.head(of, tag, until);
      if (there.kind === "missing") return known(null);
      if (there.kind !== "served") return unknown(there);
      if (was === undefined || was === there.value) return known(there.value);
      const manifest = await registry.manifest(of, there.value, until);
      if (manifest.kind !== "served") return manifest.kind === "missing" ? known(there.value) : unknown(manifest);
      const parts = manifest.value.kind === "index" ? manifest.value.parts : [];
      return known(parts.some((it) => it.digest === was) ? was : there.value);
    });

  async function inTime<T>(
    { registry: name }: Repository,
    stop: AbortSignal,
    ask: (until: AbortSignal) => Promise<Learnt<T>>,
  ): Promise<Learnt<T>> {
    using deadline = deadlineIn(withinMs, stop);
    try {
      return await ask(deadline.signal);
    } catch (err) {
      if (!deadline.signal.aborted || stop.aborted) throw err;
      return { kind: "no answer", because: `${name} did not answer within ${Math.round(withinMs / 1000)} s` };
    }
  }

  return { served, tagNow };
}

/** Null where one of them does not say, or where none is for Linux. */
function said(platforms: readonly (Platform | null)[]): readonly string[] | null {
  if (platforms.includes(null)) return null;
  const all = platforms.flatMap((it) => (it === null ? [] : (architectureOf(it) ?? [])));
  return all.length === 0 ? null : [...new Set(all)];
}

function known<T>(value: T): Learnt<T> {
  return { kind: "known", value };
}

function unknown(answer: Exclude<RegistryAnswer<never>, { kind: "served" | "missing" }>): Learnt<never> {
  return { kind: answer.kind === "not allowed" ? "refused" : "no answer", because: answer.because };
}
