import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { manifest } from "../contract/kubernetes/place.ts";
import { createWorld, type Mode, type OpenedCluster, type World } from "./world.ts";

const pinned = `sha256:${"1".repeat(64)}`;
const commit = "a1b9f2e0c4d5e6f708192a3b4c5d6e7f80910a1b";

/** One service by tag with claims, one by digest in another namespace, one half-way to an image that cannot be pulled. */
export function threeServicesStory(open: () => Promise<OpenedCluster>, mode: Mode): void {
  describe(`three services, asked about in ${mode} mode`, { timeout: 60_000 }, () => {
    let world: World;
    beforeAll(async () => {
      world = await createWorld({ cluster: await open(), mode });
      await deploy(world);
    }, 60_000);
    afterAll(async () => {
      await world.close();
    }, 30_000);

    test("by tag: the digest that its pods report, who deployed it and from which commit", async () => {
      const answer = await world.askUntil("checkout prod", /all 3 pods run/);
      const [digest, ...others] = await reported(world, "shop", "checkout");
      expect(others).toEqual([]);
      expect(answer.text).toContain(`${digest?.slice(0, 19)} (tag 1.4.2)`);
      expect(answer.text.replaceAll("\u2060", "")).toContain("by alice@example.org"); // disarmed, so that it is no link
      expect(answer.text).toContain(`from commit ${commit.slice(0, 10)}`);
      expect(JSON.stringify(answer.attachments)).toContain(`ghcr.io/shop/checkout@${digest}`);
      expect(JSON.stringify(answer.attachments)).toContain(`https://github.com/acme/shop/commit/${commit}`);
    });

    test("by digest, in another namespace: the same digest", async () => {
      const answer = await world.askUntil("prod ledger", /both pods run/);
      expect(await reported(world, "payments", "ledger")).toEqual([pinned]);
      expect(answer.text).toMatch(/^ledger in prod: both pods run sha256:111111111111\./);
    });

    test("half-way: stuck, with the pod and the reason, and the digest that still serves", async () => {
      const answer = await world.askUntil("search", /is stuck/);
      const [serving] = await reported(world, "shop", "search");
      expect(answer.text).toMatch(/pod search-\S+ has (ErrImagePull|ImagePullBackOff)/);
      expect(answer.text).toContain(`still on ${serving?.slice(0, 19)}`);
    });

    test("all of it: what needs eyes first", async () => {
      const answer = await world.askUntil("production", /3 services in prod: 1 stuck, 2 healthy/);
      const shown = JSON.stringify(answer.blocks);
      expect(shown.indexOf("*search*")).toBeLessThan(shown.indexOf("*checkout*"));
    });

    test("a slip of the key becomes a button, and the button answers", async () => {
      const answer = await world.ask("chekout");
      expect(answer.text).toBe("I do not see chekout in prod. Did you mean checkout in prod?");
      const message = { channel: world.deploys, ts: answer.ts };
      await world.slack.click({ user: "U01ALICE", message, actionId: "ask_0" });
      await expect
        .poll(() => world.slack.message(world.deploys, answer.ts)?.text)
        .toMatch(/^checkout in prod: all 3 pods/);
    });

    test("an answer is seen by nobody else, until it is shared", async () => {
      const answer = await world.ask("ledger");
      expect(world.slack.messagesFor("U02BOB", world.deploys).map((it) => it.ts)).not.toContain(answer.ts);
      const message = { channel: world.deploys, ts: answer.ts };
      await world.slack.click({ user: "U01ALICE", message, actionId: "share" });
      const everybody = () => world.slack.messagesFor("U02BOB", world.deploys).map((it) => it.text);
      await expect.poll(everybody).toContainEqual(expect.stringMatching(/^ledger in prod: both pods run/));
    });

    test("somebody of another workspace, in a shared channel, is told nothing", async () => {
      const answer = await world.ask("prod");
      await world.slack.click({
        user: "U01ALICE",
        message: { channel: world.deploys, ts: answer.ts },
        actionId: "share",
      });
      const shared = () =>
        world.slack.messagesFor("U03EVE", world.deploys).findLast((it) => /3 services/.test(it.text));
      await expect.poll(shared).toBeDefined();

      const message = { channel: world.deploys, ts: shared()?.ts ?? "" };
      await world.slack.click({ user: "U03EVE", message, actionId: "open_service", value: "checkout" });
      await expect.poll(() => world.slack.ephemerals("U03EVE").length).toBe(1);
      expect(JSON.stringify(world.slack.ephemerals("U03EVE"))).not.toMatch(/sha256|alice/);
    });

    test("nothing that was shown or logged holds a secret", () => {
      const { botToken, appToken, signingSecret } = world.slack;
      const all = [...world.bot.output, ...world.slack.ephemerals().map((it) => JSON.stringify(it))].join("\n");
      for (const secret of [botToken, appToken, signingSecret]) expect(all).not.toContain(secret);
      expect(all).not.toMatch(/hooks|response_url":"http/);
    });
  });
}

async function deploy({ create, client, namespaces: { shop, payments } }: World): Promise<void> {
  const claims = {
    "whatsrunning.dev/deployer": "alice@example.org",
    "whatsrunning.dev/commit": commit,
    "whatsrunning.dev/source": "https://github.com/acme/shop",
  };
  await create(
    of(shop),
    manifest({ name: "checkout", image: "ghcr.io/shop/checkout:1.4.2", replicas: 3, annotations: claims }),
  );
  await create(of(payments), manifest({ name: "ledger", image: `ghcr.io/pay/ledger@${pinned}`, replicas: 2 }));
  await create(of(shop), manifest({ name: "search", image: "ghcr.io/shop/search:5.0", replicas: 4 }));

  const Ready = z.object({ status: z.object({ readyReplicas: z.number().optional() }) });
  const search = `${of(shop)}/search`;
  const ready = async () => Ready.parse((await client.request("GET", search)).json).status.readyReplicas;
  await vi.waitFor(async () => expect(await ready()).toBe(4), { timeout: 30_000 });
  const image = {
    op: "replace",
    path: "/spec/template/spec/containers/0/image",
    value: "ghcr.io/shop/search:5.1-no-pull",
  };
  const patched = await client.request("PATCH", search, { body: [image], type: "application/json-patch+json" });
  expect(patched.status, patched.text).toBe(200);
}

function of(namespace: string): string {
  return `/apis/apps/v1/namespaces/${namespace}/deployments`;
}

const Pods = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      status: z.object({ containerStatuses: z.array(z.object({ imageID: z.string() })).optional() }),
    }),
  ),
});

/** The digests that the API server gives for a service's pods, read without any of our code. */
async function reported(world: World, namespace: "shop" | "payments", service: string): Promise<readonly string[]> {
  const { json } = await world.client.request("GET", `/api/v1/namespaces/${world.namespaces[namespace]}/pods`);
  const pods = Pods.parse(json).items.filter((it) => it.metadata.name.startsWith(`${service}-`));
  const ids = pods.flatMap((it) => it.status.containerStatuses ?? []).map((it) => it.imageID.split("@")[1] ?? "");
  return [...new Set(ids.filter((it) => it !== ""))];
}
