import { z } from "zod";
import type { Owners, Reference, Referenced } from "../../core/check/material.ts";
import type { Target } from "../../ports/rollback.ts";
import { Failure } from "../api/failure.ts";
import { type Asking, garbage, metadataAt } from "../api/reply.ts";
import { createGate } from "../follow/gate.ts";
import { pathOfWorkload, pluralOf } from "../restore/place.ts";
import { learnt } from "./learning.ts";

const at: Readonly<Record<Reference["kind"], { readonly api: string; readonly plural: string }>> = {
  ConfigMap: { api: "/api/v1", plural: "configmaps" },
  Secret: { api: "/api/v1", plural: "secrets" },
  PersistentVolumeClaim: { api: "/api/v1", plural: "persistentvolumeclaims" },
  ServiceAccount: { api: "/api/v1", plural: "serviceaccounts" },
  PriorityClass: { api: "/apis/scheduling.k8s.io/v1", plural: "priorityclasses" },
};
const atATime = 6;

/** Only whether they are there: never what is in them. */
export async function references(
  namespace: string,
  of: readonly Reference[],
  asking: Asking,
): Promise<readonly Referenced[]> {
  const gate = createGate(atATime);
  return Promise.all(
    of.map(async (it) => {
      const look = async () => learnt(async () => isThere(namespace, it, asking), asking.stop);
      return { ...it, is: await gate.through(look, asking.stop) };
    }),
  );
}

async function isThere(namespace: string, { kind, name }: Reference, asking: Asking): Promise<"there" | "missing"> {
  const { api, plural } = at[kind];
  const isClusterWide = kind === "PriorityClass";
  const place = isClusterWide ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  const asked = isClusterWide
    ? { verb: "get", resource: plural, namespace: null, name }
    : { verb: "get", resource: plural, namespace };
  const found = await metadataAt(`${api}${place}/${plural}/${encodeURIComponent(name)}`, asked, asking);
  return found === null ? "missing" : "there";
}

const Texts = z
  .record(z.string(), z.string())
  .nullish()
  .transform((it) => it ?? {});
const Owned = z.object({
  metadata: z.object({
    labels: Texts,
    annotations: Texts,
    ownerReferences: z
      .array(
        z.object({ apiVersion: z.string(), kind: z.string(), name: z.string(), controller: z.boolean().nullish() }),
      )
      .nullish(),
    managedFields: z
      .array(
        z.object({ manager: z.string().nullish(), operation: z.string().nullish(), subresource: z.string().nullish() }),
      )
      .nullish(),
  }),
});

export async function owners(of: Target, asking: Asking): Promise<Owners> {
  const asked = { verb: "get", resource: pluralOf[of.kind], namespace: of.namespace };
  const found = await metadataAt(pathOfWorkload(of), asked, asking);
  if (found === null) throw new Failure({ kind: "refused", sentence: `there is no ${of.kind} ${of.name} any more` });
  const read = Owned.safeParse(found);
  if (!read.success) throw garbage("a workload");
  const { labels, annotations, ownerReferences, managedFields } = read.data.metadata;
  const controller = ownerReferences?.find((it) => it.controller === true) ?? null;
  return {
    labels,
    annotations,
    controller: controller && { apiVersion: controller.apiVersion, kind: controller.kind, name: controller.name },
    managers: managersOf(managedFields ?? []),
  };
}

type Entry = { readonly manager?: string | null | undefined; readonly operation?: string | null | undefined };

/** Controllers write the status of everything: that makes none of them an owner. */
function managersOf(entries: readonly (Entry & { readonly subresource?: string | null | undefined })[]) {
  const own = entries.filter((it) => !it.subresource);
  const all = own.map(({ manager, operation }) => ({ name: manager ?? "", operation: operation ?? "" }));
  return [...new Map(all.map((it) => [`${it.operation} ${it.name}`, it])).values()];
}
