import type { Story } from "../../core/announcement/story.ts";
import { parseReference, shortDigest } from "../../core/image/reference.ts";
import { type Difference, differencesOf } from "../../core/past/difference.ts";
import { code, literal } from "../words/text.ts";
import { when } from "../words/time.ts";

type Moved = Difference & { readonly kind: "tag moved" };

/** What deserves a second look. */
export function flagLines({ parts, flags }: Story): readonly string[] {
  const moved = parts.flatMap(({ release, before }) =>
    before === null ? [] : differencesOf(release, before).filter((it): it is Moved => it.kind === "tag moved"),
  );
  return [
    ...moved.slice(0, 2).map(movedWords),
    ...(flags.takenBack === null
      ? []
      : [
          `:leftwards_arrow_with_hook: Rolled back by ${literal(flags.takenBack.operator, 80)} because: ${literal(flags.takenBack.reason, 300)}`,
        ]),
    ...(flags.rolledBackAt === null
      ? []
      : [`:warning: This image was rolled back before, ${when(flags.rolledBackAt)}`]),
    ...(flags.unclaimed
      ? [":warning: No pipeline claims to have built this image, although others of its kind are"]
      : []),
  ];
}

function movedWords({ image, from, to }: Moved): string {
  const reference = parseReference(image);
  const tag = reference.kind === "reference" ? (reference.tag ?? "latest") : image;
  const [was, is] = [from, to].map(([digest]) => (digest === undefined ? "unknown" : code(shortDigest(digest))));
  return `:warning: Tag moved: ${code(tag, 60)} was ${was}, and is ${is} now`;
}
