import type { Digest } from "./image/reference.ts";
import type { Running } from "./running.ts";

/** Workloads of one name that run the very same images, or one that does not. Told together, or each by itself. */
export type Agreement = readonly [Running, ...Running[]];

/**
 * Those that are healthy and uniform on the same digests are one, in the order of the first. Anything else, and whatever is
 * not seen as it is now, stands alone: a difference must not hide in a crowd.
 */
export function agreements(all: readonly Running[], isCurrent: (it: Running) => boolean): readonly Agreement[] {
  const groups = Map.groupBy(all, (it) => (isCurrent(it) ? sameness(it) : null) ?? it);
  return [...groups.values()].flatMap(([first, ...others]) => (first ? [[first, ...others] as const] : []));
}

function sameness({ workload, verdicts, pods, containers }: Running): string | null {
  const [verdict, ...others] = verdicts;
  if (verdict.kind !== "uniform" || others.length > 0 || pods.ready < pods.wanted) return null;
  const own = containers.filter((it) => !it.injected);
  const images = own.map(({ name, now, image }) => [name, now[0]?.digest ?? null, tagOf(image)] as const);
  const sure = images.every((it): it is readonly [string, Digest, string | null] => it[1] !== null);
  return sure && images.length > 0
    ? JSON.stringify([workload.kind, images.toSorted(([a], [b]) => (a < b ? -1 : 1))])
    : null;
}

function tagOf(image: Running["containers"][number]["image"]): string | null {
  return image.kind === "reference" ? image.tag : image.text;
}
