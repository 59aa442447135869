import { type SimKubernetes, startKubernetes } from "../../sim/kubernetes/server.ts";
import { hasBegun, isSettled, reached, send } from "./api.ts";
import type { Catalog } from "./catalog.ts";
import { configMap, configNameOf, deployment } from "./deployment.ts";
import { behaviour, type Place, type Release, type Service } from "./scenario.ts";

const minute = 60_000;

/** A cluster with a past: each release is made at its own time, by a clock that then catches up. */
export async function startCluster(place: Place, catalog: Catalog): Promise<SimKubernetes> {
  const { cluster, namespaces, services } = place;
  let behind = 0;
  const now = () => Date.now() - behind;
  const quick = { readyAfter: "3ms", stopAfter: "3ms" }; // nobody waits for what is long past
  const kubernetes = await startKubernetes({ context: cluster, namespaces, now, ...quick });
  const releases = services.flatMap((service) =>
    service.releases.map((release, index) => ({ service, release, index })),
  );
  const byTime = Map.groupBy(releases, (it) => it.release.minutesAgo);
  try {
    for (const minutesAgo of [...byTime.keys()].toSorted((a, b) => b - a)) {
      behind = minutesAgo * minute;
      const together = byTime.get(minutesAgo) ?? [];
      await Promise.all(together.map(async (it) => make({ ...it, kubernetes, catalog })));
    }
  } catch (err) {
    await kubernetes.close();
    throw err;
  }
  behind = 0;
  return kubernetes;
}

type Making = {
  readonly kubernetes: SimKubernetes;
  readonly catalog: Catalog;
  readonly service: Service;
  readonly release: Release;
  readonly index: number;
};

async function make({ kubernetes, catalog, service, release, index }: Making): Promise<void> {
  const { name, namespace } = service;
  const all = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  const one = `${all}/${name}`;
  const { image, replicas = 1, claims, sidecar, init, writtenBy = "kubectl-client-side-apply" } = release;
  const digest = release.rebuilt === true ? catalog.rebuild(image) : catalog.publish(image);
  kubernetes.images.set(catalog.reference(image), { digest, ...behaviour[image] });
  const config = release.configured === true ? configNameOf(name, image.split(":")[1] ?? "") : null;
  if (config !== null) {
    const body = configMap(config, { LOG_LEVEL: "info" });
    await send(kubernetes, { method: "POST", path: `/api/v1/namespaces/${namespace}/configmaps`, body });
  }
  const byDigest = `${catalog.repository(image)}@${digest}`;
  const object = deployment({
    name,
    image: release.byDigest === true ? byDigest : catalog.reference(image),
    replicas,
    claims,
    config,
    sidecar,
    init: init === undefined ? undefined : catalog.reference(init),
  });
  const manager = `?fieldManager=${writtenBy}`;
  if (index === 0) await send(kubernetes, { method: "POST", path: all + manager, body: object });
  else await send(kubernetes, { method: "PATCH", path: one + manager, body: object });
  await reached(kubernetes, one, release.unfinished === true ? hasBegun : isSettled);
}
