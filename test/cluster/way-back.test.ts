import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { createImage } from "../../sim/registry/image.ts";
import { startRegistry } from "../../sim/registry/server.ts";
import { jsonPatch, manifest, type Shape } from "../contract/kubernetes/place.ts";
import { createWorld, type World } from "../stories/world.ts";
import { real } from "./real.ts";

/** From a bad release back to one that worked, on a real control plane, by what people do in Slack. */

const bob = "U02BOB";
const awkward = ["sh", "-c", "a && b > /tmp/c <d \u2028 é"];
const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const argo = `argocd-${Math.random().toString(36).slice(2, 8)}`;
const services = ["checkout", "cart", "search", "ledger", "web"] as const;
type Service = (typeof services)[number];

describe("the way back", () => {
  let world: World;
  let registry: Awaited<ReturnType<typeof startRegistry>>;
  let apps: string;

  beforeAll(async () => {
    registry = await startRegistry();
    for (const service of services) {
      for (const tag of ["1", "2-crash"]) registry.push(`shop/${service}`, tag, imageOf(service, tag));
    }
    world = await createWorld({
      cluster: await real(),
      mode: "socket",
      rollback: { allow: { users: [bob] }, healthyFor: "1s", soak: "2s", override: ["owner"] },
      registries: { [registry.host]: { plainHttp: true, private: true } },
    });
    const { shop } = world.namespaces;
    apps = `/apis/apps/v1/namespaces/${shop}/deployments`;
    await world.create(`/api/v1/namespaces/${shop}/configmaps`, { metadata: { name: "cart-1" }, data: { a: "1" } });
    await world.create(`/api/v1/namespaces/${shop}/configmaps`, { metadata: { name: "cart-2" }, data: { a: "2" } });
    await Promise.all(services.map(async (it) => world.create(apps, manifest(first(it)))));
    await installArgo();
  }, 60_000);

  afterAll(async () => {
    await world.client.request("DELETE", `${definitions}/applications.argoproj.io`);
    await world.client.request("DELETE", `/api/v1/namespaces/${argo}`);
    await world.close();
    await registry.close();
  }, 30_000);

  test("they did well for as long as they had to, and then something bad came", async () => {
    const { shop } = world.namespaces;
    for (const it of services) await world.askUntil(it, /both pods run sha256:/);
    for (const it of services) {
      await expect.poll(async () => (await world.ask(`history ${it}`)).text, { timeout: 10_000 }).toMatch(/live now\./);
    }
    await new Promise((resolve) => setTimeout(resolve, 1_200)); // as long as it has to be healthy
    await Promise.all(services.map(async (it) => change(it, bad(it))));
    await world.client.request("DELETE", `/api/v1/namespaces/${shop}/configmaps/cart-1`);
    registry.remove("shop/web", imageOf("web", "1").manifest.digest);
    registry.push("shop/checkout", "1", imageOf("checkout", "moved"));
    for (const it of services) await world.askUntil(it, /CrashLoopBackOff|Error/);
  });

  /** As much of it as says how it syncs. */
  async function installArgo(): Promise<void> {
    const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
    await world.create(definitions, {
      metadata: { name: "applications.argoproj.io" },
      spec: {
        group: "argoproj.io",
        scope: "Namespaced",
        names: { plural: "applications", singular: "application", kind: "Application", listKind: "ApplicationList" },
        versions: [{ name: "v1alpha1", served: true, storage: true, schema }],
      },
    });
    await world.create("/api/v1/namespaces", { metadata: { name: argo } });
    const applications = `/apis/argoproj.io/v1alpha1/namespaces/${argo}/applications`;
    const served = async () => (await world.client.request("GET", applications)).status;
    await vi.waitFor(async () => expect(await served()).toBe(200), { timeout: 10_000, interval: 100 });
    await world.create(applications, {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Application",
      metadata: { name: "search" },
      spec: { syncPolicy: { automated: { selfHeal: true } } },
    });
  }

  function first(service: Service): Shape {
    const envFrom = [{ configMapRef: { name: "cart-1" } }];
    const main = { name: "main", image: `${registry.host}/shop/cart:1`, envFrom };
    return {
      name: service,
      image: `${registry.host}/shop/${service}:1`,
      replicas: 2,
      ...(service === "checkout" && { command: awkward }),
      ...(service === "cart" && { pod: { containers: [main] } }),
      ...(service === "search" && {
        annotations: { "argocd.argoproj.io/tracking-id": `search:apps/Deployment:${world.namespaces.shop}/search` },
      }),
    };
  }

  function bad(service: Service): readonly object[] {
    const container = "/spec/template/spec/containers/0";
    const image = { op: "replace", path: `${container}/image`, value: `${registry.host}/shop/${service}:2-crash` };
    const annotations = { "whatsrunning.dev/migration": "irreversible" };
    if (service === "cart")
      return [image, { op: "replace", path: `${container}/envFrom/0/configMapRef/name`, value: "cart-2" }];
    if (service !== "ledger") return [image];
    return [image, { op: "add", path: "/spec/template/metadata/annotations", value: annotations }];
  }

  async function change(service: Service, body: readonly object[]): Promise<void> {
    const reply = await world.client.request("PATCH", `${apps}/${service}`, { body, type: jsonPatch });
    expect(reply.status, reply.text).toBe(200);
  }

  /** The dialog that the button under an answer opens, once it is past what it opens with. */
  async function plan(service: Service) {
    const { ts, thread } = await world.ask(service, bob);
    expect(thread).toBe(null);
    await world.slack.click({ user: bob, message: { channel: world.deploys, ts }, actionId: "rollback_0" });
    const top = () => world.slack.viewsFor(bob).at(-1);
    await expect.poll(() => JSON.stringify(top()?.content ?? "Checking"), { timeout: 10_000 }).not.toMatch(/Checking/);
    const view = top();
    if (!view) throw new Error("there is no dialog");
    return { ...view, shown: JSON.stringify(view.content).replaceAll("\u2060", "") };
  }

  async function confirm(view: Awaited<ReturnType<typeof plan>>): Promise<void> {
    const [accept, override] = ["accept", "override"].map((it) => optionsOf(view.content["blocks"], it));
    const values = {
      reason: "errors at checkout",
      ...(accept?.length && { accept }),
      ...(override?.length && { override }),
    };
    const submitted = await world.slack.submit({ user: bob, view: view.id, values });
    expect(submitted).toMatchObject({ effect: "updated", refused: [] });
    await world.slack.dismiss({ user: bob, view: view.id });
  }

  /** The one message that tells of a service's operation. */
  function told(service: Service): string {
    const ours = messages(service);
    expect(ours.length).toBeLessThanOrEqual(1);
    return ours[0]?.text.replaceAll("\u2060", "") ?? "";
  }

  function messages(service: Service) {
    const all = world.slack.messagesFor(bob, world.deploys).filter((it) => it.reader === null && it.thread === null);
    return all.filter((it) => it.text.replaceAll("\u2060", "").startsWith(`${service} in prod`));
  }

  test("in three interactions: seen, chosen, confirmed; and proved by digest on ready pods", async () => {
    const view = await plan("checkout");
    const good = imageOf("checkout", "1").manifest.digest;
    expect(view.shown).toContain(`back to \`${good.slice(0, 19)}\``);
    await confirm(view);
    await expect.poll(() => told("checkout"), { timeout: 20_000 }).toMatch(/was rolled back to .*All pods were ready/);
    const { shop } = world.namespaces;
    const pods = Pods.parse(
      (await world.client.request("GET", `/api/v1/namespaces/${shop}/pods?labelSelector=app%3Dcheckout`)).json,
    );
    const running = pods.items.filter((it) => it.metadata.deletionTimestamp === undefined);
    expect(running.flatMap((it) => it.status.containerStatuses.map(({ imageID }) => imageID.split("@")[1]))).toEqual([
      good,
      good,
    ]);
    const workload = Workload.parse((await world.client.request("GET", `${apps}/checkout`)).json);
    expect(workload.spec.template.spec.containers[0]).toMatchObject({
      command: awkward,
      image: `${registry.host}/shop/checkout:1@${good}`,
    });
    const { text } = await world.ask("rollbacks prod");
    expect(text).toMatch(/^\d+ rollbacks? in prod/);
  });

  test.each<readonly [Service, string, RegExp]>([
    ["web", "an image that is gone from its registry", /the registry does not have `sha256:[0-9a-f]{12}` any more/],
    ["cart", "a ConfigMap that was pruned", /ConfigMap `cart-1`, which the old template needs, is not there any more/],
    ["ledger", "a migration that cannot be taken back", /irreversible.*An image cannot undo this/],
  ])("%s: %s is in the way, and that is said before", async (service, _, words) => {
    const view = await plan(service);
    expect(view.shown).toMatch(words);
    expect(view.content["submit"]).toBeUndefined();
    await world.slack.dismiss({ user: bob, view: view.id });
  });

  test("an owner that heals itself is said before, and who goes on all the same is told who undid it", async () => {
    const view = await plan("search");
    expect(view.shown).toMatch(/application `search` heals itself: it undoes this after about \d+ seconds/);
    await confirm(view);
    await expect.poll(() => told("search"), { timeout: 10_000 }).toMatch(/is being rolled back to .*pods/);
    await heal();
    await expect
      .poll(() => told("search"), { timeout: 10_000 })
      .toMatch(/then argocd-controller \(its name as a field manager\) changed it back to what was there before/);
  });

  test("a rollback is undone with its button, by whoever may", async () => {
    const undo = async (user: string) => {
      const message = { channel: world.deploys, ts: messages("checkout")[0]?.ts ?? "" };
      await world.slack.click({ user, message, actionId: "operation_undo" });
    };
    await undo("U01ALICE");
    await expect.poll(() => world.slack.ephemerals("U01ALICE").at(-1)?.text ?? "").toMatch(/You may not do that/);
    await undo(bob);
    await expect
      .poll(() => JSON.stringify(messages("checkout")[0]?.blocks), { timeout: 10_000 })
      .toMatch(/Undone by bob/);
    const { spec } = Workload.parse((await world.client.request("GET", `${apps}/checkout`)).json);
    expect(spec.template.spec.containers[0]?.image).toContain("2-crash");
  });

  /** As Argo CD does it: by server-side apply, under its own name. */
  async function heal(): Promise<void> {
    const container = { name: "main", image: `${registry.host}/shop/search:2-crash` };
    const body = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "search" },
      spec: { template: { spec: { containers: [container] } } },
    };
    const path = `${apps}/search?fieldManager=argocd-controller&force=true`;
    const reply = await world.client.request("PATCH", path, { body, type: "application/apply-patch+yaml" });
    expect(reply.status, reply.text).toBe(200);
  }
});

function imageOf(service: string, tag: string) {
  return createImage({ layers: [`${service} ${tag}`] });
}

const Pods = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ deletionTimestamp: z.string().optional() }),
      status: z.object({ containerStatuses: z.array(z.object({ imageID: z.string() })).default([]) }),
    }),
  ),
});
const Workload = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({
        containers: z.array(z.looseObject({ image: z.string(), command: z.array(z.string()).optional() })),
      }),
    }),
  }),
});
const Checkboxes = z.object({
  element: z.object({ action_id: z.string(), options: z.array(z.object({ value: z.string() })) }),
});

/** All that can be ticked there. */
function optionsOf(blocks: unknown, actionId: string): readonly string[] {
  const all = z
    .array(z.unknown())
    .parse(blocks)
    .flatMap((it) => Checkboxes.safeParse(it).data ?? []);
  return all
    .filter((it) => it.element.action_id === actionId)
    .flatMap((it) => it.element.options.map(({ value }) => value));
}
