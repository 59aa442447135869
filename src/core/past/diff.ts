import type { Aliases } from "../image/identity.ts";
import type { Digest } from "../image/reference.ts";
import type { Running } from "../running.ts";
import type { DiffRow, Side } from "./answer.ts";

/** What the workloads of one service run, all of them together. Null: there is none. */
export function sideOf(running: readonly Running[]): Side | null {
  if (running.length === 0) return null;
  const mains = running.flatMap((it) => it.containers).filter((it) => it.role === "main" && !it.injected);
  const digests = mains.flatMap((it) => it.now.flatMap(({ digest }) => digest ?? []));
  const tags = mains.flatMap(({ image }) => (image.kind === "reference" && image.tag !== null ? [image.tag] : []));
  const isKnown = mains.length > 0 && mains.every((it) => it.now.some(({ digest }) => digest !== null));
  return { digests: isKnown ? [...new Set(digests)].toSorted() : [], tag: tags[0] ?? null };
}

/** Which of two sides ran what the other runs now, before what it runs itself. */
export type Ran = { readonly from: boolean; readonly to: boolean };

export function relationOf(from: Side | null, to: Side | null, ran: Ran, aliases: Aliases): DiffRow["relation"] {
  if (from === null) return "only there";
  if (to === null) return "only here";
  if (from.digests.length === 0 || to.digests.length === 0) return "not known";
  if (isSame(from.digests, to.digests, aliases)) return "same";
  if (ran.from === ran.to) return "different"; // neither, or each ran what the other runs: that is no order
  return ran.from ? "behind" : "ahead";
}

/** As sets: every digest of one is a digest of the other, or another name of the same image. */
function isSame(some: readonly Digest[], others: readonly Digest[], aliases: Aliases): boolean {
  const isIn = (digest: Digest, all: readonly Digest[]) =>
    all.some((it) => it === digest || aliases(it)?.has(digest) || aliases(digest)?.has(it));
  return some.every((it) => isIn(it, others)) && others.every((it) => isIn(it, some));
}
