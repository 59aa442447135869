import type { Release } from "../ledger/release.ts";
import type { EpochMs } from "../workload.ts";
import type { Candidate } from "./candidate.ts";

/** What goes away with a rollback: the releases since the target last ran, newest first. */
export type Lost = {
  readonly releases: readonly LostRelease[];
  /** The ledger does not reach back to the target: there may have been more. */
  readonly incomplete: boolean;
};

export type LostRelease = {
  readonly start: EpochMs;
  readonly name: string;
  readonly image: string;
  readonly commit: string | null;
  readonly by: string | null;
};

export function lostSince(target: Candidate, releases: readonly Release[]): Lost {
  const after = since(target, releases);
  const deployed = after.filter((it) => it.revision.uid !== target.revision.uid && it.kind !== "configuration");
  return { releases: deployed.map(lostOf), incomplete: target.release === null };
}

/** All releases that began after the target last ran, newest first. */
export function since({ release }: Candidate, releases: readonly Release[]): readonly Release[] {
  return release === null ? releases : releases.filter((it) => it.start.at > release.start.at);
}

function lostOf({ start, revision, containers, provenance }: Release): LostRelease {
  const [deployer] = provenance.deployers;
  const main = containers.find((it) => it.role === "main") ?? containers[0];
  return {
    start: start.at,
    name: revision.name,
    image: main?.digests[0] ?? main?.image ?? "",
    commit: provenance.commits[0]?.value ?? null,
    by:
      deployer === undefined ? null : deployer.value.kind === "person" ? deployer.value.name : deployer.value.tool.name,
  };
}
