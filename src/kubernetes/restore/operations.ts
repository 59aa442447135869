import type { Patch } from "../../core/operation/step.ts";
import { fenceKey } from "../../core/operation/trace.ts";

const causeKey = "kubernetes.io/change-cause";

export type Operation = {
  readonly op: "test" | "replace" | "add" | "remove";
  readonly path: string;
  readonly value?: unknown;
};

/**
 * A patch as the API server is to do it, all or nothing. A `test` for null holds where there is nothing. A change tests what it
 * replaces, and what makes it useless; the fence alone only what would let the one before it land.
 */
export function operationsOf({ seen, fence, change }: Patch): readonly Operation[] {
  const notes = { ...change?.notes, ...(change ? { [causeKey]: change.cause } : {}), [fenceKey]: fence };
  return [
    test("/metadata/uid", seen.uid),
    test("/metadata/generation", seen.generation),
    seen.annotations === null ? test("/metadata/annotations", null) : test(pathOf(fenceKey), seen.fence),
    ...(change
      ? [
          test("/metadata/deletionTimestamp", null),
          test("/spec/paused", null),
          test("/spec/template", seen.template.json),
          { op: "replace", path: "/spec/template", value: change.template.json } as const,
        ]
      : []),
    ...annotating(seen.annotations, notes),
  ];
}

function test(path: string, value: unknown): Operation {
  return { op: "test", path, value };
}

/** Merged, key by key. A fresh StatefulSet has no map at all, and nothing can be added to what is not there. */
function annotating(
  now: Patch["seen"]["annotations"],
  notes: Readonly<Record<string, string | null>>,
): readonly Operation[] {
  const set = Object.entries(notes).filter((it): it is [string, string] => it[1] !== null);
  if (now === null) return [{ op: "add", path: "/metadata/annotations", value: Object.fromEntries(set) }];
  const away = Object.keys(notes).filter((key) => notes[key] === null && Object.hasOwn(now, key));
  return [
    ...away.map((key) => ({ op: "remove", path: pathOf(key) }) as const),
    ...set.map(([key, value]) => ({ op: "add", path: pathOf(key), value }) as const),
  ];
}

/** https://www.rfc-editor.org/rfc/rfc6901#section-3 */
function pathOf(annotation: string): string {
  return `/metadata/annotations/${annotation.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
