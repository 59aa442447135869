import type { KnownBlock } from "@slack/types";
import type { RunningContainer, RunningGroup } from "../core/container.ts";
import { imageLink, pullable } from "../core/image/link.ts";
import { type Digest, parseReference, type Reference, repositoryOf, shortDigest } from "../core/image/reference.ts";
import { context, section } from "./message.ts";
import type { Showing } from "./service.ts";
import { code, link, literal } from "./words/text.ts";
import { count } from "./words/time.ts";

type Where = Pick<Showing, "links" | "platform" | "sourceOf">;

const mostContainers = 5;
const mostImages = 4;

/** Each container's full reference, to be copied, with the registry's page where it is known to be right. */
export function containerBlocks(containers: readonly RunningContainer[], showing: Where): KnownBlock[] {
  const left = containers.length - mostContainers;
  return [
    ...containers.slice(0, mostContainers).map((it) => containerBlock(it, containers.length, showing)),
    ...(left > 0 ? [context(`… and ${count(left, "more container")}`)] : []),
  ];
}

function containerBlock(container: RunningContainer, of: number, showing: Where): KnownBlock {
  const { name, role, injected, now } = container;
  const kind = injected ? `injected ${role}` : role;
  const title = of === 1 ? "" : `*${literal(name)}*${kind === "main" ? "" : ` (${kind})`}\n`;
  const lines = now.flatMap((it) => (it.digest === null ? [] : [imageLine(container, it, it.digest, showing)]));
  const nothing = `${code(asked(container), 400)} · nothing has started from it yet`;
  return section(`${title}${lines.slice(0, mostImages).join("\n") || nothing}`);
}

function imageLine({ image, now }: RunningContainer, group: RunningGroup, digest: Digest, showing: Where): string {
  const pods = `${sameWords(group, digest, showing)}${now.length === 1 ? "" : ` · ${count(group.pods.length, "pod")}`}`;
  if (group.kind === "imageId") return `${code(digest)} · the image's own id, no registry knows it by this${pods}`;
  if (group.kind === "imported") return `${code(digest)} · loaded into the node by hand, no registry has it${pods}`;

  const reported = parseReference(group.name ?? "");
  if (reported.kind === "invalid") return `${code(digest)}${pods}`;
  // The spec's own name has the tag that some pages want; a runtime may name another repository of the same bytes.
  const isSame = image.kind === "reference" && repositoryOf(image) === repositoryOf(reported);
  return `${pullLine(isSame ? image : reported, digest, showing)}${pods}`;
}

/** What runs has another digest than what was asked for, and is the same. */
function sameWords({ match }: RunningGroup, digest: Digest, { platform }: Where): string {
  if (match.kind !== "pinned" || match.digest === digest) return "";
  const on = platform?.(digest) ?? null;
  return ` · the same image as ${code(shortDigest(match.digest))}${on === null ? "" : `, ${literal(on)}`}`;
}

function pullLine(image: Reference, digest: Digest, { links, sourceOf }: Where): string {
  const page = imageLink(image, digest, links, sourceOf?.(digest) ?? null);
  const shown = page === null ? "" : ` · ${link(page.url, page.to === "image" ? "open image" : "open repository")}`;
  return `${code(pullable(image, digest), 400)}${shown}`;
}

/** The image that the spec names, in full. */
function asked({ image }: RunningContainer): string {
  if (image.kind === "invalid") return image.text;
  const tag = image.tag === null ? "" : `:${image.tag}`;
  return `${repositoryOf(image)}${tag}${image.digest === null ? "" : `@${image.digest}`}`;
}
