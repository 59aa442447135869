import type { SimKubernetes } from "../../sim/kubernetes/server.ts";
import { send } from "./api.ts";
import type { Catalog } from "./catalog.ts";
import { configMap, configNameOf, deployment } from "./deployment.ts";
import { type Claims, hero, places, shop } from "./scenario.ts";

export type Shipping = ReturnType<typeof createShipping>;

type Shipment = {
  readonly tag: string;
  /** Its pods crash. */
  readonly broken: boolean;
  readonly claims: Claims;
};

const path = `/apis/apps/v1/namespaces/${hero.namespace}/deployments/${hero.name}`;
const configs = `/api/v1/namespaces/${hero.namespace}/configmaps`;

/** What a release says about the database. */
export const migration = "whatsrunning.dev/migration";

/** A pod takes that long from its start to ready, so that a rollout can be watched. */
const readyAfter = "1200ms";

/** The pipeline of the one service that the story is about. */
export function createShipping({ prod, catalog }: { readonly prod: SimKubernetes; readonly catalog: Catalog }) {
  let next = 3;
  const configOf = new Map<string, string>();
  for (const digest of catalog.digestsOf(hero.repository)) {
    const tag = catalog.tagOf(digest);
    if (hasSettings(tag)) configOf.set(digest, configNameOf(hero.name, tag));
    prod.images.set(digest, { readyAfter });
    prod.images.set(catalog.reference(`${hero.repository}:${tag}`), { digest, readyAfter });
  }

  async function ship({ tag, broken, claims }: Shipment): Promise<void> {
    const name = `${hero.repository}:${tag}`;
    const digest = catalog.publish(name);
    const rule = broken ? ({ fails: "crash", exitCode: 1, readyAfter: "400ms" } as const) : { readyAfter };
    prod.images.set(digest, rule);
    prod.images.set(catalog.reference(name), { digest, ...rule });
    const config = configNameOf(hero.name, tag);
    configOf.set(digest, config);
    await send(prod, { method: "POST", path: configs, body: configMap(config, { LOG_LEVEL: "info" }) });
    const image = catalog.reference(name);
    const body = deployment({ name: hero.name, image, replicas: 3, claims, config });
    await send(prod, { method: "PATCH", path: `${path}?fieldManager=kubectl-client-side-apply`, body });
    // What was said about the release before is not said about this one.
    await send(prod, { method: "PATCH", path, body: { metadata: { annotations: { [migration]: null } } } });
  }

  return {
    ship,
    /** The next version, with a commit and a run of its own. Gives its tag. */
    async shipNext({ broken, deployer }: { readonly broken: boolean; readonly deployer: string }): Promise<string> {
      const tag = `1.4.${next}`;
      const digits = String(next).padStart(2, "0");
      next += 1;
      const commit = `${digits}d9f2e0c4d5e6f708192a3b4c5d6e7f80910a1b`;
      await ship({ tag, broken, claims: { deployer, commit, source: shop, run: `${shop}/actions/runs/92${digits}` } });
      return tag;
    },
    /** Changes nothing but what is written about it: labels, annotations. Null takes one away. */
    async note(metadata: object): Promise<void> {
      await send(prod, { method: "PATCH", path, body: { metadata } });
    },
    /** The digest that the newest template names, or its tag stood for. */
    async current(): Promise<string> {
      const object: unknown = await send(prod, { method: "GET", path });
      const text = JSON.stringify(object);
      const digests = catalog.digestsOf(hero.repository);
      const named = digests.find((it) => text.includes(`@${it}"`));
      return named ?? digests.findLast((it) => text.includes(`/${hero.repository}:${catalog.tagOf(it)}"`)) ?? "";
    },
    /** Every image of it but the one in use. */
    async earlier(): Promise<readonly string[]> {
      const current = await this.current();
      return catalog.digestsOf(hero.repository).filter((it) => it !== current);
    },
    async removeConfig(digest: string): Promise<void> {
      const config = configOf.get(digest);
      if (config !== undefined) await send(prod, { method: "DELETE", path: `${configs}/${config}` });
    },
    async restoreConfig(digest: string): Promise<void> {
      const config = configOf.get(digest);
      if (config === undefined) return;
      await send(prod, { method: "POST", path: configs, body: configMap(config, { LOG_LEVEL: "info" }) });
    },
  };
}

/** In prod: elsewhere there are no ConfigMaps of it. */
function hasSettings(tag: string): boolean {
  const releases = places[0]?.services.find((it) => it.name === hero.name)?.releases ?? [];
  return releases.some((it) => it.configured === true && it.image === `${hero.repository}:${tag}`);
}
