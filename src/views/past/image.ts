import { type Digest, parseReference, repositoryOf, shortDigest } from "../../core/image/reference.ts";
import type { Release, ReleasedContainer } from "../../core/ledger/release.ts";
import { pullable } from "../../core/image/link.ts";
import type { Voice } from "../words/headline.ts";
import { code, literal } from "../words/text.ts";
import { count } from "../words/time.ts";

const mostDigests = 3;

/** What a release ran: the digest, with the tag as a label. Of several containers the first, and how many more. */
export function imageWords({ containers }: Release, voice: Voice): string {
  const mains = containers.filter((it) => it.role === "main");
  const [first, ...more] = mains.length > 0 ? mains : containers;
  if (!first) return "nothing that I know of";
  const others = more.length === 0 ? "" : ` and ${count(more.length, "more container")}`;
  return `${containerWords(first, voice)}${others}`;
}

function containerWords({ image, digests }: ReleasedContainer, voice: Voice): string {
  const reference = parseReference(image);
  if (reference.kind === "invalid") return voice.code(image.slice(0, 100));
  if (digests.length === 0) return `${voice.code(referenceWords(image))} (its digest was not seen)`;
  const tag = reference.tag === null ? "" : ` (tag ${voice.code(reference.tag.slice(0, 60))})`;
  return `${digestsWords(digests, voice)}${tag}`;
}

/** Where there is no room for more. */
export function shortImage({ containers }: Release): string {
  const [first] = containers;
  const [digest] = first?.digests ?? [];
  return digest === undefined
    ? code(referenceWords(first?.image ?? ""), 40) || "an unknown image"
    : code(shortDigest(digest));
}

export function digestsWords(digests: readonly Digest[], voice: Voice): string {
  const shown = digests.slice(0, mostDigests).map((it) => voice.code(shortDigest(it)));
  const left = digests.length - shown.length;
  return `${shown.join(" and ")}${left > 0 ? ` and ${left} more` : ""}`;
}

/** `registry/repository:tag`, with a short digest: to be read, not to be pulled. */
export function referenceWords(image: string): string {
  const reference = parseReference(image);
  if (reference.kind === "invalid") return image.slice(0, 100);
  const tag = reference.tag === null ? "" : `:${reference.tag}`;
  return `${repositoryOf(reference)}${tag}${reference.digest === null ? "" : `@${shortDigest(reference.digest)}`}`;
}

/** Each image in full, to be copied. */
export function fullImage({ name, role, image, digests }: ReleasedContainer): string {
  const reference = parseReference(image);
  const kind = role === "main" ? "" : ` (${role})`;
  const full =
    reference.kind === "invalid" || digests.length === 0
      ? [`${code(image, 150)} · its digest was not seen`]
      : digests.slice(0, mostDigests).map((it) => code(pullable(reference, it), 400));
  return `*${literal(name, 63)}*${kind}\n${full.join("\n")}`;
}
