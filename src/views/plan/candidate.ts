import { parseReference, shortDigest } from "../../core/image/reference.ts";
import type { Candidate, Candidates } from "../../core/plan/candidate.ts";
import { code, literal } from "../words/text.ts";
import { count, duration } from "../words/time.ts";

/** One line for a menu, in plain words: "revision 6 · 77c0a1b2c3d4 · v1.4.1 · healthy for 46 hours". */
export function candidateLabel({ revision, containers, standing }: Candidate): string {
  const main = containers.find((it) => it.role === "main");
  const [digest] = main?.digests ?? [];
  const reference = parseReference(main?.image ?? "");
  const tag = reference.kind === "reference" ? reference.tag : null;
  const parts = [
    `revision ${revision.number}`,
    digest === undefined ? "digest not known" : hexOf(digest),
    ...(tag === null ? [] : [tag.slice(0, 20)]),
    standingWords(standing),
  ];
  return parts.join(" · ").slice(0, 75);
}

function standingWords(standing: Candidate["standing"]): string {
  switch (standing.kind) {
    case "good":
      return `healthy for ${duration(standing.healthyMs)}`;
    case "same images":
      return "same images as now";
    case "rolled back":
      return "was rolled back";
    case "failed":
      return `failed: ${standing.because.reason}`;
    case "not long enough":
      return standing.healthyMs === 0 ? "never healthy" : `healthy for ${duration(standing.healthyMs)} only`;
    case "not seen":
      return "how it did was not seen";
  }
}

/** What a template runs, for a sentence: the digest, with the tag as a label. */
export function imageOf({ containers, revision }: Candidate): string {
  const main = containers.find((it) => it.role === "main");
  const others = containers.length - 1;
  const more = others > 0 ? ` and ${count(others, "more container")}` : "";
  const [digest] = main?.digests ?? [];
  const reference = parseReference(main?.image ?? "");
  const tag = reference.kind === "reference" && reference.tag !== null ? ` (tag ${code(reference.tag, 60)})` : "";
  const image =
    digest === undefined ? `${code(main?.image ?? "", 120)}, digest not known` : code(shortDigest(digest)) + tag;
  return `${image}${more}, revision ${revision.number}`;
}

const mostSkipped = 4;

/** Those that are newer than the one that was chosen, and why each was not. */
export function skippedWords({ others, best }: Candidates): string | null {
  const newer = best ? others.slice(0, others.indexOf(best)) : others;
  if (newer.length === 0) return null;
  const told = newer
    .slice(0, mostSkipped)
    .map((it) => `revision ${it.revision.number} ${literal(standingWords(it.standing), 100)}`);
  const left = newer.length - told.length;
  return `Skipped: ${told.join("; ")}${left > 0 ? `; and ${left} more` : ""}.`;
}

function hexOf(digest: string): string {
  return digest.slice(digest.indexOf(":") + 1).slice(0, 12);
}
