import { createHash } from "node:crypto";
import { type Claim, identityOf, stages } from "../core/claims/claim.ts";
import type { Digest } from "../core/image/reference.ts";
import type { EpochMs } from "../core/workload.ts";
import type { Key } from "../ports.ts";
import { ClaimShape } from "./claim.ts";

/** The name, the shape and the lifetime of everything we keep. */

const parse = (value: unknown): Claim => ClaimShape.parse(value);

/** Longer than a year, so that last year's release still has its commit. Counted from when it was received. */
const claimLifetimeMs = 400 * 86_400_000;

export function claimExpiry({ receivedAt }: Claim): EpochMs {
  return receivedAt + claimLifetimeMs;
}

/** One record for each claim, however often it is sent: those of one image in the order of its stages. */
export function claimKey(claim: Claim): Key<Claim> {
  return claimAt({ digest: claim.digest, id: idOf(claim) });
}

export function claimAt({ digest, id }: { readonly digest: Digest; readonly id: string }): Key<Claim> {
  return { name: `claim/${digest}/${id}`, parse };
}

/** The prefix of all claims about one digest. */
export function claimsAbout(digest: Digest): Key<Claim> {
  return { name: `claim/${digest}/`, parse };
}

function idOf(claim: Claim): string {
  const hash = createHash("sha256").update(identityOf(claim)).digest("base64url").slice(0, 22);
  return `${stages.indexOf(claim.stage)}-${hash}`;
}

/**
 * What the index knows of claims. Its strings do not expire with their records: `received` tells, oldest first, which of
 * them to drop.
 */
export const claimIndex = {
  /** Of one repository, the oldest first. */
  repository: (repository: string) => `claims/repository/${repository} `,
  /** A whole commit or the beginning of one. */
  commit: (start: string) => `claims/commit/${start}`,
  received: "claims/received/",
  /** Where the claims that were received at `at` or later come in `received`. */
  receivedFrom: (at: EpochMs) => `${claimIndex.received}${String(Math.max(0, at)).padStart(15, "0")}`,
  receivedAt: (string: string): EpochMs => Number(string.slice(claimIndex.received.length).split(" ")[0]),
  readReceived: (string: string) => {
    const [, digest = "", id = "", , repository = ""] = string.slice(claimIndex.received.length).split(" ");
    return { digest, id, repository };
  },
  stringsOf: (claim: Claim) => stringsOf({ ...claim, id: idOf(claim) }),
  /** Where a string of `commit` leads. */
  read: (string: string) => {
    const [, digest = "", id = ""] = string.split(" ");
    return { digest, id };
  },
  /** From when on claims of the repository are here, by its first string. */
  since: (string: string, now: EpochMs): EpochMs =>
    Math.max(Number(/ (\d{15}) /.exec(string)?.[1] ?? now), now - claimLifetimeMs),
  /** All strings of the claim that this one of `received` belongs to, once it has expired. */
  expired: (string: string, now: EpochMs): readonly string[] => {
    const [at = "", digest = "", id = "", commit = "", repository = ""] = string
      .slice(claimIndex.received.length)
      .split(" ");
    if (Number(at) + claimLifetimeMs > now) return [];
    return stringsOf({ receivedAt: Number(at), digest, id, commit: commit === "-" ? null : commit, repository });
  },
};

type Traced = Pick<Claim, "receivedAt" | "digest" | "commit" | "repository"> & { readonly id: string };

function stringsOf({ receivedAt, digest, id, commit, repository }: Traced): readonly string[] {
  const at = String(receivedAt).padStart(15, "0");
  return [
    `${claimIndex.repository(repository)}${at} ${digest} ${id}`,
    `${claimIndex.received}${at} ${digest} ${id} ${commit ?? "-"} ${repository}`,
    ...(commit === null ? [] : [`${claimIndex.commit(commit)} ${digest} ${id}`]),
  ];
}
