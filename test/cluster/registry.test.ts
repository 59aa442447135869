import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { amd64, arm64, createImage, createIndex, type Image, type MultiImage, top } from "../../sim/registry/image.ts";
import { manifest } from "../contract/kubernetes/place.ts";
import { dockerConfig, type DockerRegistry, startDockerRegistry } from "../registry/docker-registry.ts";
import { createWorld, type World } from "../stories/world.ts";
import { real } from "./real.ts";

const [first, second, bases, hidden, later] = ["a1", "b2", "c3", "d4", "e5"].map((it) => it.repeat(20));
const revision = "org.opencontainers.image.revision";
const source = "https://github.com/acme/shop";
const says = (commit: string | undefined) => ({
  [revision]: commit ?? "",
  "org.opencontainers.image.source": source,
});

/** For two platforms, with what BuildKit attests. */
function built(labels: Readonly<Record<string, string>>, layers: readonly string[]): MultiImage {
  return createIndex(
    [createImage({ platform: amd64, labels, layers }), createImage({ platform: arm64, labels, layers })],
    {
      attested: true,
    },
  );
}

const commitOf = (text: string) => /from commit (\w+)|commit (unknown)/.exec(text)?.slice(1).find(Boolean);

/** Pods pull from real registries, and the real bot asks them: what it answers is what skopeo and the API server say. */
describe("images of a real registry", { timeout: 60_000 }, () => {
  let open: DockerRegistry;
  let locked: DockerRegistry;
  let folder: string;
  let world: World;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "credentials-"));
    // Nodes ask a registry at 127.0.0.1 whether it has the image. Of this one they cannot know the password.
    [open, locked] = await Promise.all([
      startDockerRegistry(),
      startDockerRegistry({ password: "first-secret", address: "127.0.0.2" }),
    ]);
    await writeFile(join(folder, "config.json"), dockerConfig(locked.host, "first-secret"));
    const rules = { plainHttp: true, private: true };
    world = await createWorld({
      cluster: await real(),
      mode: "socket",
      registries: { [open.host]: rules, [locked.host]: rules },
      registryCredentials: join(folder, "config.json"),
    });
  }, 120_000);
  afterAll(async () => {
    await world.close();
    await open[Symbol.asyncDispose]();
    await locked[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  }, 30_000);

  const deployments = () => `/apis/apps/v1/namespaces/${world.namespaces.shop}/deployments`;

  /** Pushes it as `<name>:1`, and runs it by that tag. */
  async function run(name: string, image: Image | MultiImage): Promise<string> {
    await open.push(`shop/${name}`, "1", image);
    await world.create(deployments(), manifest({ name, image: `${open.host}/shop/${name}:1`, replicas: 1 }));
    return top(image).digest;
  }

  test("an image for several platforms: its digest, its commit and where that is from", async () => {
    const digest = await run("checkout", built(says(first), ["base", "checkout"]));
    const answer = await world.askUntil("checkout", /its one pod runs.*from commit/);
    expect(answer.text).toContain(`its one pod runs ${digest.slice(0, 19)} (tag 1)`);
    expect(commitOf(answer.text)).toBe(first?.slice(0, 10));
    const shown = JSON.stringify(answer.attachments);
    expect(shown).toContain(`says the image's label \`${revision}\``);
    expect(shown).toContain(`${source}/commit/${first}`);
    expect(open.digestOf("shop/checkout", "1")).toBe(digest);
    expect(await reported(world, "checkout")).toEqual([digest]);
  });

  test("a tag that was moved: what runs now, and what ran before, each with its own digest", async () => {
    const before = await run("search", built(says(first), ["base", "search"]));
    await world.askUntil("search", /its one pod runs/);
    const after = built(says(second), ["base", "search", "more"]);
    await open.push("shop/search", "1", after);
    const still = await world.ask("search");
    expect(still.text).toContain(before.slice(0, 19));
    const restart = { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": "2026-11-30T12:00:00Z" } } };
    const type = "application/strategic-merge-patch+json";
    const body = { spec: { template: restart } };
    const patched = await world.client.request("PATCH", `${deployments()}/search`, { body, type });
    expect(patched.status, patched.text).toBe(200);
    const answer = await world.askUntil(
      "search",
      new RegExp(`its one pod runs ${top(after).digest.slice(0, 19)}.*b2b2`),
    );
    expect(commitOf(answer.text)).toBe(second?.slice(0, 10));
    expect(JSON.stringify(answer.attachments)).toContain(`*Before*\\n\`${before.slice(0, 19)}\``);
    expect(JSON.stringify(answer.attachments)).toContain(`${source}/compare/${first}...${second}`);
    expect(open.digestOf("shop/search", "1")).toBe(top(after).digest);
    await expect.poll(() => reported(world, "search")).toEqual([top(after).digest]);
  });

  test("an image without labels: its commit is unknown", async () => {
    const digest = await run("plain", createImage({ layers: ["base", "plain"] }));
    const answer = await world.askUntil("plain", /its one pod runs/);
    expect(answer.text).toContain(digest.slice(0, 19));
    expect(commitOf(answer.text)).toBe("unknown");
    expect(open.digestOf("shop/plain", "1")).toBe(digest);
  });

  test("labels of the base image are left out, and named", async () => {
    const base = createImage({ labels: says(bases), layers: ["debian"] });
    await open.push("base/debian", "12", base);
    const named = {
      "org.opencontainers.image.base.name": `${open.host}/base/debian:12`,
      "org.opencontainers.image.base.digest": base.manifest.digest,
    };
    await run("ledger", createImage({ labels: { ...says(bases), ...named }, layers: ["debian", "ledger"] }));
    await world.askUntil("ledger", /its one pod runs/);
    const left = async () => JSON.stringify((await world.ask("ledger")).attachments);
    await expect.poll(left, { timeout: 10_000 }).toContain("Left out here: the image's labels");
    expect(commitOf((await world.ask("ledger")).text)).toBe("unknown");
  });

  test("an image that was deleted: what runs is known as before, and what cannot start is said", async () => {
    const digest = await run("cart", createImage({ labels: says(first), layers: ["base", "cart"] }));
    await world.askUntil("cart", /its one pod runs.*from commit a1a1/);
    await open.remove("shop/cart", digest);
    expect(() => open.digestOf("shop/cart", digest)).toThrow(/skopeo inspect/);
    expect(commitOf((await world.ask("cart")).text)).toBe(first?.slice(0, 10));
    const gone = { name: "gone", image: `${open.host}/shop/cart@${digest}`, replicas: 1 };
    await world.create(deployments(), manifest(gone));
    const stuck = await world.askUntil("gone", /is stuck/);
    expect(stuck.text).toMatch(/has (ErrImagePull|ImagePullBackOff)/);
  });

  test("credentials that change while we run", async () => {
    const lock = async (name: string, commit: string | undefined) => {
      const image = createImage({ labels: says(commit), layers: ["base", name] });
      await locked.push(`shop/${name}`, "1", image);
      const pinned = `${locked.host}/shop/${name}@${image.manifest.digest}`;
      await world.create(deployments(), manifest({ name, image: pinned, replicas: 1 }));
      await world.askUntil(name, /its one pod runs/);
    };
    await lock("vault", hidden);
    expect(commitOf((await world.askUntil("vault", /from commit/)).text)).toBe(hidden?.slice(0, 10));

    await locked.setPassword("second-secret");
    await lock("safe", later);
    const refused = () => world.bot.output.filter((it) => /second-secret|first-secret/.test(it));
    expect(commitOf((await world.ask("safe")).text)).toBe("unknown");
    await writeFile(join(folder, "config.json"), dockerConfig(locked.host, "second-secret"));
    const answer = await world.askUntil("safe", /from commit/);
    expect(commitOf(answer.text)).toBe(later?.slice(0, 10));
    expect(refused()).toEqual([]);
  });
});

const Pods = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), deletionTimestamp: z.string().optional() }),
      status: z.object({ containerStatuses: z.array(z.object({ imageID: z.string() })).optional() }),
    }),
  ),
});

/** The digests that the API server gives for a service's pods, read without any of our code. */
async function reported(world: World, service: string): Promise<readonly string[]> {
  const { json } = await world.client.request("GET", `/api/v1/namespaces/${world.namespaces.shop}/pods`);
  const pods = Pods.parse(json).items.filter((it) => it.metadata.name.startsWith(`${service}-`));
  const living = pods.filter((it) => it.metadata.deletionTimestamp === undefined);
  return [
    ...new Set(living.flatMap((it) => it.status.containerStatuses ?? []).map((it) => it.imageID.split("@")[1] ?? "")),
  ];
}
