import fc from "fast-check";
import type { Change, ClusterRecord, Config, Pod, Revision, Workload } from "../../src/core/workload.ts";
import { config, digest, image, pod, revision, template, workload } from "./given.ts";
import { allResources } from "./look.ts";

/** Whatever streams may tell of two small clusters, in whatever order: owners that are not known yet, uids that move. */

export const configNames = ["flags", "limits"] as const;

const cluster = fc.constantFrom("prod-eu", "prod-us");
const namespace = fc.constantFrom("shop", "billing");
const owner = fc.constantFrom("w1", "w2", "r1", "r2", null);
const named = fc.constantFrom(...configNames);
const kind = fc.constantFrom("ConfigMap" as const, "Secret" as const);

const someWorkload = fc
  .record({
    cluster,
    namespace,
    uid: fc.constantFrom("w1", "w2"),
    service: fc.constantFrom("checkout", "Basket", "w1"),
    configs: fc.uniqueArray(fc.record({ kind, name: named }), { selector: (it) => `${it.kind}/${it.name}` }),
  })
  .map(({ configs, ...it }): Workload =>
    workload({
      ...it,
      kind: it.uid === "w1" ? "Deployment" : "StatefulSet",
      name: it.uid,
      template: template(image("1.4.2"), { configs }),
    }),
  );
const someRevision = fc
  .record({ cluster, namespace, uid: fc.constantFrom("r1", "r2"), owner: fc.constantFrom("w1", "w2") })
  .map((it): Revision => revision(1, { ...it, podLabel: it.uid === "r1" ? null : "r2-label" }));
const somePod = fc
  .record({
    cluster,
    namespace,
    uid: fc.constantFrom("p1", "p2", "p3"),
    owner,
    revisionLabel: fc.constantFrom(null, "r2-label", "r3-label"),
    digest: fc.constantFrom(digest("a"), digest("b")),
  })
  .map(({ digest: runs, ...it }): Pod => pod(revision(1), { ...it, digest: runs }));
const someConfig = fc
  .record({
    cluster,
    namespace,
    uid: fc.constantFrom("c1", "c2", "c3"),
    name: named,
    version: fc.constantFrom("1", "2"),
  })
  .map((it): Config => config(it));

export const of = fc.constantFrom(...allResources);
const what = fc.constantFrom<ClusterRecord["what"][]>("workload", "revision", "pod", "config");
const uid = fc.constantFrom("w1", "w2", "r1", "r2", "p1", "p2", "p3", "c1", "c2", "c3");
const stream = fc.record({
  cluster,
  of: fc.oneof(of, fc.constant("configmaps" as const)),
  namespace: fc.option(namespace),
});

export const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .oneof(someWorkload, someRevision, somePod, someConfig)
      .map((record: ClusterRecord): Change => ({ kind: "put", record })),
  },
  fc.record({ kind: fc.constant("gone" as const), what, cluster, uid }),
  fc.record({
    kind: fc.constant("listed" as const),
    stream,
    uids: fc.uniqueArray(uid).map((it) => new Set(it)),
    at: fc.nat(9),
  }),
  fc.record({ kind: fc.constant("heard" as const), stream, at: fc.nat(9) }),
  fc.record({ kind: fc.constant("lost" as const), stream, because: fc.constantFrom("reset", "refused") }),
);
