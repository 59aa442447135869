import type { Claim } from "../claims/claim.ts";
import { claimedCommits, claimedUrl, labelledCommits, type Origin } from "./origin.ts";

/** What lies between the sources of two images, when both commits are known. */
export type SourceChange = {
  readonly from: string;
  readonly to: string;
  /** Where the source code lives: a URL. */
  readonly source: string | null;
  /**
   * How many commits: `forward` when those of `from` are all in `to`, `back` when it is the other way round. Null when no pipeline
   * said what came before either of them.
   */
  readonly commits: { readonly count: number; readonly direction: "forward" | "back" } | null;
};

export function sourceChange(before: Origin | null, after: Origin | null): SourceChange | null {
  const [from, to] = [commitOf(before), commitOf(after)];
  if (before === null || after === null || from === null || to === null) return null;
  const source = claimedUrl(after, "source") ?? after.labelled?.source ?? null;
  return { from, to, source, commits: distance(before.claims, after.claims, { from, to }) };
}

function commitOf(origin: Origin | null): string | null {
  return origin && ([...claimedCommits(origin), ...labelledCommits(origin)][0]?.value ?? null);
}

function distance(
  before: readonly Claim[],
  after: readonly Claim[],
  { from, to }: { readonly from: string; readonly to: string },
): SourceChange["commits"] {
  if (isSame(from, to)) return { count: 0, direction: "forward" };
  const forward = stepsBack(after, to, from);
  if (forward !== null) return { count: forward, direction: "forward" };
  const back = stepsBack(before, from, to);
  return back === null ? null : { count: back, direction: "back" };
}

/** How far back from a commit another one lies, by what is claimed to be its parents, newest first. */
function stepsBack(claims: readonly Claim[], from: string, to: string): number | null {
  const lines = claims.filter((it) => it.commit !== null && isSame(it.commit, from)).map((it) => it.parents);
  const found = lines.map((it) => it.findIndex((commit) => isSame(commit, to))).filter((it) => it >= 0);
  return found.length === 0 ? null : Math.min(...found) + 1;
}

/** A short commit is the long one that it begins. */
function isSame(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}
