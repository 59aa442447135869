import type { Release } from "../ledger/release.ts";
import { compareLink } from "../provenance/commit-link.ts";
import type { EpochMs } from "../workload.ts";
import type { Candidate } from "./candidate.ts";

/** What goes away with a rollback: the releases since the target last ran, newest first. */
export type Lost = {
  readonly releases: readonly LostRelease[];
  /** The ledger does not reach back to the target: there may have been more. */
  readonly incomplete: boolean;
  /** Where everything between the target's commit and that of now can be read. Null: not known. */
  readonly compare: string | null;
};

type LostRelease = {
  readonly start: EpochMs;
  readonly name: string;
  readonly image: string;
  readonly commit: string | null;
  readonly by: string | null;
};

export function lostSince(target: Candidate, releases: readonly Release[]): Lost {
  const after = since(target, releases);
  const deployed = after.filter((it) => it.revision.uid !== target.revision.uid && it.kind !== "configuration");
  const lost = deployed.map(lostOf);
  return { releases: lost, incomplete: target.release === null, compare: compareOf(target, deployed) };
}

/** What they were built from is only compared where both say so, and neither is a guess from a tag. */
function compareOf({ release }: Candidate, [newest]: readonly Release[]): string | null {
  const [from, to] = [release, newest].map(
    (it) => it?.provenance.commits.find((one) => one.trust !== "guessed")?.value,
  );
  const source = newest?.provenance.source ?? release?.provenance.source ?? null;
  return from === undefined || to === undefined || from === to ? null : compareLink(source, from, to);
}

/** All releases that began after the target last ran, newest first. */
function since({ release }: Candidate, releases: readonly Release[]): readonly Release[] {
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
