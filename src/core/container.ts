import { type Aliases, compare, type Group, groupByImage, type Match } from "./image/identity.ts";
import { type Digest, type Invalid, parseReference, type Reference } from "./image/reference.ts";
import type { Pod, Role, TemplateContainer } from "./workload.ts";

/** One container of a workload: the image it should run, and what runs in which pods. */
export type RunningContainer = {
  readonly name: string;
  readonly role: Role;
  /** What the template asks for; for an injected container, what its pod asks for. */
  readonly image: Reference | Invalid;
  /** Added on admission (a service mesh, say): not part of any release. */
  readonly injected: boolean;
  /** In pods of the wanted revision, largest group first. */
  readonly now: readonly RunningGroup[];
  /** In pods of other revisions that still run. */
  readonly before: readonly Group[];
  /** The largest group of `now` that has started, held against `image`. */
  readonly match: Match;
};

/** A group held against the image that was asked for. */
export type RunningGroup = Group & { readonly match: Match };

const order = { main: 0, sidecar: 1, init: 2, ephemeral: 3 } satisfies Record<Role, number>;

type Pods = { readonly fresh: readonly Pod[]; readonly old: readonly Pod[] };

/** The template's containers, main ones first, then those that were injected into its pods. */
export function containersOf(
  template: readonly TemplateContainer[],
  pods: Pods,
  aliases: Aliases,
): readonly RunningContainer[] {
  const injected = injectedInto([...pods.fresh, ...pods.old], template);
  return [...template.map((it) => running(it, false)), ...injected.map((it) => running(it, true))].toSorted(
    (a, b) => Number(a.injected) - Number(b.injected) || order[a.role] - order[b.role],
  );

  function running({ name, role, image }: TemplateContainer, isInjected: boolean): RunningContainer {
    const reference = parseReference(image);
    const now = groupByImage(pods.fresh, name, aliases).map((it) => ({ ...it, match: matchOf(it, name, reference) }));
    const before = groupByImage(pods.old, name, aliases);
    const started = now.find((it) => it.digest !== null) ?? now[0];
    const match = started?.match ?? ({ kind: "pending" } as const);
    return { name, role, image: reference, injected: isInjected, now, before, match };
  }

  /** One pod that reports a known name of the image speaks for its whole group. */
  function matchOf(group: Group, name: string, image: Reference | Invalid): Match {
    const found = group.pods.flatMap((pod) => pod.containers.find((it) => it.name === name)?.imageId ?? []);
    const matches = [...new Set(found)].map((imageId) => compare(image, { imageId }, aliases));
    return matches.find((it) => it.kind === "pinned") ?? matches[0] ?? { kind: "pending" };
  }
}

/** What runs in most of the pods of the wanted revision, under the name that was asked for where that is known. */
export function digestOf({ match, now }: RunningContainer): Digest | null {
  return "digest" in match ? match.digest : (now.find((it) => it.digest !== null)?.digest ?? null);
}

function injectedInto(pods: readonly Pod[], template: readonly TemplateContainer[]): readonly TemplateContainer[] {
  const known = new Set(template.map((it) => it.name));
  const injected = new Map<string, TemplateContainer>();
  for (const { name, role, image } of pods.flatMap((it) => it.containers)) {
    const isNew = !known.has(name) && !injected.has(name);
    if (isNew && role !== "ephemeral") injected.set(name, { name, role, image });
  }
  return [...injected.values()];
}
