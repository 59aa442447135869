import type { EpochMs } from "../workload.ts";
import type { Deployer, Evidence, Source } from "./evidence.ts";
import { commitIn } from "./written.ts";

/** One time that Argo CD made the cluster as an Application wants it. */
export type Sync = {
  readonly app: string;
  /** Of the manifests: a commit, or the version of a chart. */
  readonly revision: string | null;
  /** Where the manifests live. */
  readonly repository: string | null;
  /** Who started it. Null: Argo CD itself, or it does not say. */
  readonly by: string | null;
  readonly startedAt: EpochMs | null;
  readonly at: EpochMs;
};

/** Pods of a new revision come within so long of the sync that wanted them. */
const nearMs = 120_000;

/** The sync that a release is of: it began before it, and ended about then or later. */
export function syncOf(syncs: readonly Sync[], since: EpochMs | null): Sync | null {
  if (since === null) return null;
  const near = syncs.filter((it) => (it.startedAt ?? it.at) - nearMs <= since && it.at + nearMs >= since);
  const distance = (it: Sync) => Math.abs((it.startedAt ?? it.at) - since);
  return near.toSorted((a, b) => distance(a) - distance(b))[0] ?? null;
}

export function syncedDeployers(sync: Sync | null): readonly Evidence<Deployer>[] {
  if (sync === null) return [];
  const value: Deployer =
    sync.by === null
      ? { kind: "tool", tool: { name: "Argo CD", detail: sync.app } }
      : { kind: "person", name: sync.by };
  return [{ value, source: sourceOf(sync), trust: "claimed" }];
}

/** The commit of the manifests is that of the code only where both are in one repository. */
export function syncedCommits(sync: Sync | null, source: string | null): readonly Evidence<string>[] {
  const commit = sync && commitIn(sync.revision ?? "");
  if (!sync || commit === null || source === null || plain(sync.repository ?? "") !== plain(source)) return [];
  return [{ value: commit, source: sourceOf(sync), trust: "claimed" }];
}

function sourceOf({ app, revision }: Sync): Source {
  return { kind: "gitops", app, revision };
}

/** `https://github.com/acme/shop.git` and `git@github.com:acme/shop` are one repository. */
function plain(repository: string): string {
  return repository
    .trim()
    .toLowerCase()
    .replace(/^[a-z+]+:\/\//, "")
    .replace(/^[^@/]*@/, "")
    .replace(":", "/")
    .replace(/\.git$|\/+$/g, "");
}
