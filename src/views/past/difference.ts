import { type Difference, differencesOf } from "../../core/past/difference.ts";
import { parseReference, repositoryOf, shortDigest } from "../../core/image/reference.ts";
import type { Kind, Release } from "../../core/ledger/release.ts";
import { written } from "../words/headline.ts";
import { code } from "../words/text.ts";
import { digestsWords, referenceWords } from "./image.ts";

const mostDifferences = 4;

/** What was different from what was there before. Null: the ledger begins here. */
export function differenceWords(release: Release, before: Release | null): string | null {
  if (before === null) return null;
  const each = differencesOf(release, before);
  if (each.length === 0) return nothing[release.kind];
  const left = each.length - mostDifferences;
  const more = left > 0 ? [`${left} more`] : [];
  const several = release.containers.length + before.containers.length > 2;
  return [...each.slice(0, mostDifferences).map((it) => differenceLine(it, several)), ...more].join(" · ");
}

/** Where nothing that we keep is different, what kind of release it is says what is. */
const nothing = {
  deploy: "the same image as before",
  rollback: "the same image as before, and an earlier pod template",
  restart: "the same image and configuration: only the pods are new",
  configuration: "the same image, in another pod template",
} satisfies Record<Kind, string>;

function differenceLine(it: Difference, several: boolean): string {
  switch (it.kind) {
    case "image":
      return `${several ? `container ${code(it.container, 63)}: ` : ""}${imageChange(it)}`;
    case "tag moved":
      return `:warning: tag moved: ${code(labelOf(it.image), 60)} was ${digestsWords(it.from, written)}`;
    case "configuration":
      return `${it.of} ${code(it.name, 63)} ${changes[it.change]}`;
  }
}

const changes = {
  changed: "changed",
  made: "was made",
  deleted: "was deleted",
  used: "is used now",
  "not used": "is not used any more",
} satisfies Record<(Difference & { kind: "configuration" })["change"], string>;

function imageChange({ from, to }: Difference & { kind: "image" }): string {
  if (from === null) return `new, ${code(referenceWords(to ?? ""), 120)}`;
  if (to === null) return "gone";
  const isSame = nameOf(from) === nameOf(to);
  const [old, fresh] = [from, to].map((it) => code(isSame ? labelOf(it) : referenceWords(it), 120));
  return `${old} → ${fresh}`;
}

function nameOf(image: string): string {
  const reference = parseReference(image);
  return reference.kind === "invalid" ? image : repositoryOf(reference);
}

/** What tells images of one repository apart. */
function labelOf(image: string): string {
  const reference = parseReference(image);
  if (reference.kind === "invalid") return image;
  return reference.tag ?? (reference.digest === null ? "latest" : shortDigest(reference.digest));
}
