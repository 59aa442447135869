import { parseReference } from "../image/reference.ts";
import type { Release, Subject } from "../ledger/release.ts";
import type { EpochMs } from "../workload.ts";

/** What is told in one message: one release, in all the workloads of one service that it came to. */
export type Announcement = {
  readonly id: string;
  readonly service: string;
  readonly environments: readonly [string, ...string[]];
  readonly channel: string;
  /** When we noticed. */
  readonly at: EpochMs;
  /** Nobody was looking from then until we noticed. Null: we saw it happen. */
  readonly missedSince: EpochMs | null;
  /** What the workloads of one release have in common. */
  readonly change: string;
  readonly parts: readonly Announced[];
};

/** One workload's release, by when it began. `cluster`: its name in our configuration. */
export type Announced = { readonly of: Subject; readonly cluster: string; readonly start: EpochMs };

/** Which announcements tell of a workload's last release, and of the one before it. */
export type Told = { readonly last: readonly string[]; readonly before: readonly string[] };

/** The commit, or where nobody says which: how the image is called. */
export function changeOf({ provenance, containers }: Release): string {
  const [commit] = provenance.commits;
  if (commit) return `commit ${commit.value}`;
  const main = containers.find((it) => it.role === "main") ?? containers[0];
  const reference = parseReference(main?.image ?? "");
  if (reference.kind === "invalid") return `image ${reference.text}`;
  return `image ${reference.digest ?? reference.tag ?? "latest"}`;
}

/** One `kubectl apply` may reach its last workload a while after its first. */
const togetherMs = 120_000;

type Newcomer = Pick<Announcement, "environments" | "at" | "missedSince" | "change"> & { readonly of: Subject };

export function takesIn(announcement: Announcement, newcomer: Newcomer): boolean {
  const { environments, at, missedSince, change, parts } = announcement;
  const isPart = parts.some((it) => JSON.stringify(it.of) === JSON.stringify(newcomer.of));
  return (
    !isPart &&
    change === newcomer.change &&
    environments.join() === newcomer.environments.join() &&
    (missedSince === null) === (newcomer.missedSince === null) &&
    newcomer.at - at < togetherMs
  );
}
