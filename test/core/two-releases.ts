/** Version 1 of checkout runs digest a, and version 2, which runs digest b, is what is asked for. */

import type { Pod } from "../../src/core/workload.ts";
import {
  counts,
  digest,
  image,
  now,
  pod,
  podContainer,
  pods,
  revision,
  second,
  template,
  underWay,
  workload,
  writer,
} from "./given.ts";

export const v1 = revision(1, { template: template(image("1.4.2")) });
export const v2 = revision(2, { template: template(image("1.5.0")) });
export const toV2 = workload({
  template: v2.template,
  conditions: [underWay],
  counts: counts(4, { updated: 1, available: 3, ready: 3 }),
  writers: [writer({ at: now - 20 * second })],
});
export const onV1 = (count: number, given: Parameters<typeof pods>[2] = {}) =>
  pods(count, v1, { digest: digest("a"), ...given });
export const onV2 = (count: number, given: Parameters<typeof pods>[2] = {}) =>
  pods(count, v2, { digest: digest("b"), ...given });

/** Pods of version 1 with a sidecar of a service mesh, pinned or by tag, as its webhook injects it. */
export function withProxy(count: number, runs: string, tag = ""): readonly Pod[] {
  const [proxyImage, imageId] = [`docker.io/istio/proxyv2${tag || `@${runs}`}`, `docker.io/istio/proxyv2@${runs}`];
  const proxy = podContainer({ name: "istio-proxy", role: "sidecar", image: proxyImage }, { imageId });
  return onV1(count, { name: `mesh-${runs.at(-1)}`, containers: [...pod(v1).containers, proxy] });
}

/** A pod of version 2 that no node has taken so far. */
export function unscheduled(forMs: number): Pod {
  const unschedulable = "0/3 nodes are available: 3 Insufficient cpu.";
  return pod(v2, { digest: null, createdAt: now - forMs, unschedulable });
}
