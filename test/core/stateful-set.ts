/** StatefulSet db: version 1 runs digest a, version 2 runs digest b. Its pods belong to itself, and name their revision. */

import type { Pod, Revision, Workload } from "../../src/core/workload.ts";
import { counts, digest, image, pod, revision, template, workload } from "./given.ts";

type Given = Parameters<typeof pod>[1];

const owned = { owner: "set-db", replicas: 0 } as const;
export const db1 = revision(1, { ...owned, uid: "c-1", name: "db-1a", podLabel: "db-1a" });
export const db2 = revision(2, {
  ...owned,
  uid: "c-2",
  name: "db-2b",
  podLabel: "db-2b",
  template: template(image("1.5.0")),
});

/** Wants version 2, and has three pods of it. */
export function set(given: Partial<Workload> = {}): Workload {
  return workload({
    kind: "StatefulSet",
    name: "db",
    uid: "set-db",
    conditions: [],
    ordered: true,
    updateRevision: "db-2b",
    template: db2.template,
    counts: counts(3),
    ...given,
  });
}

/** The pod with that ordinal. */
export function member(ordinal: number, of: Revision, given: Given = {}): Pod {
  return pod(of, { name: `db-${ordinal}`, digest: digest(of === db1 ? "a" : "b"), ...given });
}
