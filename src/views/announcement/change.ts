import { imageLink, type LinkTemplates } from "../../core/image/link.ts";
import { type Digest, parseReference, type Reference, shortDigest } from "../../core/image/reference.ts";
import type { ReleasedContainer } from "../../core/ledger/release.ts";
import type { Part } from "../../core/announcement/state.ts";
import { differencesOf } from "../../core/past/difference.ts";
import { referenceWords } from "../past/image.ts";
import { code, link, literal } from "../words/text.ts";
import { count } from "../words/time.ts";

const mostContainers = 3;

type Pair = { readonly name: string; readonly from: ReleasedContainer | null; readonly to: ReleasedContainer | null };

/** `old → new` for each container whose image is another one, each digest with its page. */
export function changeLines({ release, before, last }: Part, links: LinkTemplates): readonly string[] {
  const names = [...new Set([...release.containers, ...(before?.containers ?? [])].map((it) => it.name))];
  const pairs = names.map((name): Pair => ({
    name,
    from: before?.containers.find((it) => it.name === name) ?? null,
    to: (last.containers.length > 0 ? last : release).containers.find((it) => it.name === name) ?? null,
  }));
  const changed = pairs.filter(({ from, to }) => before === null || isOther(from, to));
  const shown = changed.length > 0 ? changed : pairs.slice(0, 1);
  const left = shown.length - mostContainers;
  return [
    ...shown.slice(0, mostContainers).map((it) => lineOf(it, pairs.length, before !== null, links)),
    ...(left > 0 ? [`… and ${count(left, "more container")}`] : []),
    ...configLines({ release, before }),
  ];
}

function isOther(from: ReleasedContainer | null, to: ReleasedContainer | null): boolean {
  if (from?.image !== to?.image) return true;
  const [old, fresh] = [from?.digests ?? [], to?.digests ?? []];
  return old.length > 0 && fresh.length > 0 && !fresh.some((it) => old.includes(it));
}

function lineOf({ name, from, to }: Pair, containers: number, hasBefore: boolean, links: LinkTemplates): string {
  const title = containers === 1 ? "" : `${code(name, 63)}: `;
  if (to === null) return `${title}gone`;
  const fresh = imageOf(to, links, true);
  if (from === null) return `${title}${hasBefore ? "new, " : ""}${fresh}`;
  return isOther(from, to) ? `${title}${imageOf(from, links, false)} → ${fresh}` : `${title}${fresh}, as before`;
}

/** The digest is what it is; the tag is what somebody called it. */
function imageOf({ image, digests }: ReleasedContainer, links: LinkTemplates, withTag: boolean): string {
  const reference = parseReference(image);
  if (reference.kind === "invalid") return code(image, 100);
  const [digest] = digests;
  if (digest === undefined) return code(labelOf(reference, image), 120);
  const more = digests.length > 1 ? ` and ${digests.length - 1} more` : "";
  const tag = withTag && reference.tag !== null ? ` (tag ${code(reference.tag, 60)})` : "";
  return `${digestWords(reference, digest, links)}${more}${tag}`;
}

function digestWords(reference: Reference, digest: Digest, links: LinkTemplates): string {
  const page = imageLink(reference, digest, links);
  const short = shortDigest(digest);
  return page === null ? code(short) : link(page.url, literal(short));
}

/** Its digest was not seen yet. */
function labelOf({ tag, digest }: Reference, image: string): string {
  return tag === null || digest !== null ? referenceWords(image) : `:${tag}`;
}

const changes = { used: "is used now", "not used": "is not used any more" } as const;

function configLines({ release, before }: Pick<Part, "release" | "before">): readonly string[] {
  if (before === null) return [];
  return differencesOf(release, before)
    .flatMap((it) => {
      if (it.kind !== "configuration" || (it.change !== "used" && it.change !== "not used")) return [];
      return [`${it.of} ${code(it.name, 63)} ${changes[it.change]}`];
    })
    .slice(0, mostContainers);
}
