import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { createImage, top } from "../../sim/registry/image.ts";
import { type RegistryStandIn, startRegistry } from "../../sim/registry/server.ts";
import { jsonPatch, manifest } from "../contract/kubernetes/place.ts";
import { optionsOf } from "../stories/ticks.ts";
import { createWorld, type World } from "../stories/world.ts";
import { createAccounts } from "./account.ts";
import { argoKind } from "./argo-kind.ts";
import { real } from "./real.ts";

/**
 * Bad releases of all kinds and the way back from them, by the real bot on a real API server, with no more rights than deploy/
 * gives it.
 */

const bob = "U02BOB";
const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const run = Math.random().toString(36).slice(2, 8);
const patient = { timeout: 20_000, interval: 200 };
const crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const applications = `/apis/argoproj.io/v1alpha1/namespaces/argocd-${run}/applications`;

describe("going back, with the account of deploy/", { timeout: 60_000 }, () => {
  let world: World;
  let accounts: Awaited<ReturnType<typeof createAccounts>>;
  let shop: string;
  let registry: RegistryStandIn;
  const kept = createImage({ layers: ["1"] });

  beforeAll(async () => {
    accounts = await createAccounts();
    const account = await accounts.grant(["deploy/rbac.yaml", "deploy/rollback.yaml"]);
    const rollback = { allow: { users: [bob] }, healthyFor: "1s", soak: "1s", override: ["owner"] };
    registry = await startRegistry();
    const registries = { [registry.host]: { plainHttp: true, private: true } };
    const bot = { mode: "socket", rollback, registries, account: account.kubeconfig } as const;
    world = await createWorld({ cluster: await real(), ...bot });
    shop = world.namespaces.shop;
    await accounts.bind(account, shop, "rollback");
    await accounts.bind(account, shop, "unstick");

    await world.create("/api/v1/namespaces", { metadata: { name: `argocd-${run}` } });
    await world.create(crds, argoKind);
    await vi.waitFor(async () => {
      const { status } = await world.client.request("GET", applications);
      if (status !== 200) throw new Error("the kind is not served yet");
    }, patient);
    const application = {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Application",
      metadata: { name: `healed-${run}` },
    };
    await world.create(applications, { ...application, spec: { syncPolicy: { automated: { selfHeal: true } } } });
    await world.create(`/api/v1/namespaces/${shop}/configmaps`, { metadata: { name: "cart-1" }, data: { a: "1" } });
    await world.create(`/api/v1/namespaces/${shop}/configmaps`, { metadata: { name: "cart-2" }, data: { a: "2" } });

    await create("checkout", { command: ["sh", "-c", "serve && echo <ready> > /tmp/x"] });
    await create("cart", { pod: { containers: [cartContainer("1")] } });
    await create("orders", {});
    registry.push("shop/search", "1", kept);
    await create("search", { image: `${registry.host}/shop/search@${top(kept).digest}` });
    const { kind: _none, ...stateful } = manifest({
      name: "store",
      image: `ghcr.io/shop/store@${digest("7")}`,
      replicas: 2,
    });
    await world.create(stores(), stateful);
    const tracking = { "argocd.argoproj.io/tracking-id": `healed-${run}:apps/Deployment:${shop}/healed` };
    await create("healed", { annotations: tracking });
  }, 60_000);
  afterAll(async () => {
    const { request } = accounts.admin;
    await request("DELETE", `${crds}/${argoKind.metadata.name}`);
    await request("DELETE", `/api/v1/namespaces/argocd-${run}`);
    await accounts.close();
    await vi.waitFor(async () => {
      if ((await request("GET", applications)).status !== 404) throw new Error("the kind is still served");
    }, patient);
    await world.close();
    await registry.close();
  }, 60_000);

  const stores = () => `/apis/apps/v1/namespaces/${shop}/statefulsets`;
  const path = (name: string) => `/apis/apps/v1/namespaces/${shop}/deployments/${name}`;

  async function create(name: string, shape: object): Promise<void> {
    const image = `ghcr.io/shop/${name}@${digest("7")}`;
    await world.create(
      `/apis/apps/v1/namespaces/${shop}/deployments`,
      manifest({ name, image, replicas: 2, ...shape }),
    );
  }

  async function change(name: string, body: unknown, type: string, query = ""): Promise<void> {
    const reply = await world.client.request("PATCH", `${path(name)}${query}`, { body, type });
    expect(reply.status, reply.text).toBe(200);
  }
  const ship = async (name: string, image: string, template: object = {}) =>
    change(name, { spec: { template: { ...template, spec: { containers: [{ name: "main", image }] } } } }, mergeLists);

  /** Asks for it, and reads the plan: two of three interactions. */
  async function planFor(name: string) {
    for (const view of world.slack.viewsFor(bob)) await world.slack.dismiss({ user: bob, view: view.id });
    const text = `/whatsrunning rollback ${name}`;
    expect((await world.slack.command({ user: bob, channel: world.deploys, text })).acked).toBe(true);
    const opened = () => world.slack.viewsFor(bob).at(-1);
    await expect.poll(() => JSON.stringify(opened()?.content ?? "Checking"), patient).not.toMatch(/Checking/);
    const view = opened();
    if (!view) throw new Error("there is no dialog");
    return { id: view.id, content: view.content, shown: JSON.stringify(view.content) };
  }

  const channel = () => world.slack.messagesFor(bob, world.deploys).filter((it) => it.reader === null);
  const offers = () => channel().filter((it) => JSON.stringify(it.blocks).includes("operation_delete_pod"));
  const toldOf = (name: string): string =>
    channel()
      .filter((it) => it.text.startsWith(`${name} in prod was`))
      .map((it) => it.text)
      .join("\n");

  test("all of them did well for as long as they had to", async () => {
    for (const name of ["checkout", "cart", "orders", "search", "store", "healed"]) {
      await expect.poll(async () => (await world.ask(`history ${name}`)).text, patient).toMatch(/live now\./);
    }
    await new Promise((resolve) => setTimeout(resolve, 1_500));
  });

  test("a release that crashes: three interactions, and the pods of before, proven by digest", async () => {
    const image = {
      op: "replace",
      path: "/spec/template/spec/containers/0/image",
      value: "ghcr.io/shop/checkout:2-crash",
    };
    await change("checkout", [image], jsonPatch);
    await world.askUntil("checkout", /CrashLoopBackOff|failed|not ready|stuck/i);
    const { id, content, shown } = await planFor("checkout");
    expect(shown).toMatch(/back to `sha256:777777777777`/);
    expect(shown).toContain("The API server accepts the old template");
    const accept = optionsOf(content["blocks"], "accept");
    await world.slack.submit({ user: bob, view: id, values: { reason: "errors at checkout", accept } });
    await expect
      .poll(() => toldOf("checkout"), patient)
      .toMatch(/rolled back to .*sha256:777777777777.*All pods were ready on it/);

    const { json } = await world.client.request("GET", `/api/v1/namespaces/${shop}/pods?labelSelector=app%3Dcheckout`);
    const running = Pods.parse(json).items.filter((it) => it.metadata.deletionTimestamp === undefined);
    expect(running.flatMap((it) => it.status.containerStatuses.map(({ imageID }) => imageID.split("@")[1]))).toEqual([
      digest("7"),
      digest("7"),
    ]);
    const events = await world.client.request("GET", `/api/v1/namespaces/${shop}/events?limit=500`);
    expect(events.text).toContain('"whatsrunning"');
    expect((await world.ask("rollbacks")).text).toMatch(/checkout/);
    const { text } = await world.client.request("GET", path("checkout"));
    expect(text).toMatch(/"kubernetes.io\/change-cause":"rollback to revision 1 .* by .* via Slack/);
  });

  test("a release whose ConfigMap before was pruned: it is missing, and that blocks", async () => {
    await change("cart", { spec: { template: { spec: { containers: [cartContainer("2")] } } } }, mergeLists);
    await world.client.request("DELETE", `/api/v1/namespaces/${shop}/configmaps/cart-1`);
    await world.askUntil("cart", /cart in prod/);
    const { shown } = await planFor("cart");
    expect(shown).toContain(
      "ConfigMap `cart-1`, which the old template needs, is not there any more. Pods could not start.",
    );
  });

  test("a release that changed the database for good: an image cannot undo this", async () => {
    const annotations = { "whatsrunning.dev/migration": "irreversible" };
    await ship("orders", "ghcr.io/shop/orders:2", { metadata: { annotations } });
    await expect.poll(async () => (await world.ask("history orders")).text, patient).toMatch(/2 releases/);
    const { shown } = await planFor("orders");
    expect(shown).toMatch(
      /changed the database in a way that is said to be irreversible .*An image cannot undo this\./,
    );
  });

  test("a workload that Argo CD heals: it would be undone, by whom, when, and what to do instead", async () => {
    await ship("healed", "ghcr.io/shop/healed:2");
    await expect.poll(async () => (await world.ask("history healed")).text, patient).toMatch(/2 releases/);
    const { id, content, shown } = await planFor("healed");
    expect(shown).toContain(
      `Argo CD application \`healed-${run}\` heals itself: it undoes this after about 5 seconds.`,
    );
    expect(shown).toContain(`argocd app set healed-${run} --sync-policy none`);

    // done all the same, and Argo CD does what was said of it
    const ticked = { accept: optionsOf(content["blocks"], "accept"), override: ["owner"] };
    await world.slack.submit({ user: bob, view: id, values: { reason: "it burns", ...ticked } });
    const isBack = async () =>
      (await world.client.request("GET", path("healed"))).text.includes(`healed@${digest("7")}`);
    await expect.poll(isBack, patient).toBe(true);
    const image = [{ op: "replace", path: "/spec/template/spec/containers/0/image", value: "ghcr.io/shop/healed:2" }];
    await change("healed", image, jsonPatch, "?fieldManager=argocd-controller");
    await expect
      .poll(() => toldOf("healed"), patient)
      .toMatch(/rolled back to .*and then argocd-controller .*changed it back to what was there before/);
  });

  test("a StatefulSet that its broken pod holds up: the pod is deleted when somebody says so, and it is restored", async () => {
    const image = {
      op: "replace",
      path: "/spec/template/spec/containers/0/image",
      value: "ghcr.io/shop/store:2-no-pull",
    };
    const { status } = await world.client.request("PATCH", `${stores()}/store`, { body: [image], type: jsonPatch });
    expect(status).toBe(200);
    await world.askUntil("store", /ImagePullBackOff|ErrImagePull/);
    const { id, content } = await planFor("store");
    const accept = optionsOf(content["blocks"], "accept");
    await world.slack.submit({ user: bob, view: id, values: { reason: "it cannot be pulled", accept } });
    await expect.poll(() => offers().length, patient).toBe(1);
    const message = { channel: world.deploys, ts: offers()[0]?.ts ?? "" };
    await world.slack.click({ user: bob, message, actionId: "operation_delete_pod" });
    await expect.poll(() => toldOf("store"), patient).toMatch(/rolled back to .*All pods were ready on it/);
  });

  test("a release whose image before was deleted from the registry: pods could not be started, and that blocks", async () => {
    registry.push("shop/search", "2", createImage({ layers: ["2"] }));
    await ship("search", `${registry.host}/shop/search:2`);
    await expect.poll(async () => (await world.ask("history search")).text, patient).toMatch(/2 releases/);
    registry.remove("shop/search", top(kept).digest);
    const { shown, content } = await planFor("search");
    expect(shown).toMatch(/the registry does not have `sha256:[0-9a-f]{12}` any more\. Pods could not be started\./);
    expect(content["submit"]).toBeUndefined();
  });
});

const mergeLists = "application/strategic-merge-patch+json";

function cartContainer(version: string): object {
  return {
    name: "main",
    image: `ghcr.io/shop/cart@${digest(version === "1" ? "7" : "8")}`,
    envFrom: [{ configMapRef: { name: `cart-${version}` } }],
  };
}

const Pods = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ deletionTimestamp: z.string().optional() }),
      status: z.object({ containerStatuses: z.array(z.object({ imageID: z.string() })).default([]) }),
    }),
  ),
});
