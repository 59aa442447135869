import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { amd64, arm64, createImage, createIndex, type MultiImage, top } from "../../../sim/registry/image.ts";
import { type RegistryStandIn, startRegistry } from "../../../sim/registry/server.ts";
import { createView } from "../../../src/core/view.ts";
import type { Pod } from "../../../src/core/workload.ts";
import { createResolving } from "../../../src/flows/resolve.ts";
import type { Registry } from "../../../src/ports.ts";
import { createRegistry } from "../../../src/registry/registry.ts";
import { createSqliteStore } from "../../../src/store/sqlite.ts";
import { pod, revision, template, workload } from "../../core/given.ts";
import { allResources } from "../../core/look.ts";

const commit = "a1b9f2e0c4d5e6f708192a3b4c5d6e7f80910a1b";
const revisionLabel = "org.opencontainers.image.revision";
const labels = { [revisionLabel]: commit };
const [onAmd64, onArm64] = [
  createImage({ platform: amd64, labels }),
  createImage({ platform: arm64, labels, layers: ["base", "app"] }),
];
const checkout: MultiImage = createIndex([onAmd64, onArm64], { attested: true });
const index = top(checkout).digest;

let standIn: RegistryStandIn;
let registry: Registry;
let store: ReturnType<typeof createSqliteStore>;
let time = 1_000_000;
const clock = { now: () => time, sleep: async () => {} };
let ids = 0;

beforeEach(async () => {
  standIn = await startRegistry();
  registry = createRegistry({
    registries: new Map([[standIn.host, { ask: true, plainHttp: true, private: true, tokens: null }]]),
    credentials: null,
    version: "0",
    clock,
    log: { info: () => {}, warn: () => {} },
  });
  store = createSqliteStore({ path: ":memory:", clock });
});
afterEach(async () => {
  await registry.close();
  await standIn.close();
  await store[Symbol.asyncDispose]();
});

type Start = {
  readonly image: string;
  readonly imageIds: readonly string[];
  readonly isListed: boolean;
  readonly mostWaiting?: number;
};

/** A bot that starts now, with a checkout whose pods report these. */
function start(image: string, ...imageIds: readonly string[]) {
  return startWith({ image, imageIds, isListed: true });
}

function startWith({ image, imageIds, isListed, ...limits }: Start) {
  const told: string[] = [];
  const view = createView({ touched: (it) => resolving.touched(it) });
  const resolving = createResolving({
    view,
    store,
    registry,
    clock,
    newId: () => `commit-${(ids += 1)}`,
    told: (it) => void told.push(it.name),
    ...limits,
  });
  const v1 = revision(1, { template: template(image) });
  const pods = imageIds.map((imageId, at): Pod => pod(v1, { name: `pod-${at}`, container: { imageId, image } }));
  for (const record of [workload({ template: template(image) }), v1, ...pods]) view.apply({ kind: "put", record });
  const listed = () => {
    for (const of of allResources)
      view.apply({ kind: "heard", stream: { cluster: "prod-eu", of, namespace: null }, at: time });
  };
  if (isListed) listed();
  const settle = async () => {
    while ((await resolving.turn(AbortSignal.timeout(10_000))) === "worked");
  };
  return { ...resolving, told, settle, listed };
}

const named = (tagOrDigest: string) =>
  `${standIn.host}/shop/checkout${tagOrDigest.includes(":") ? "@" : ":"}${tagOrDigest}`;
const asked = () => standIn.calls.filter((it) => it.path.startsWith("/v2/")).length;

describe("what is learnt of a digest that runs", () => {
  test("nothing is known at first, and then all its names", async () => {
    standIn.push("shop/checkout", "1", checkout);
    const bot = start(named("1"), named(index));
    expect(bot.aliases(index)).toBe(null);
    await bot.settle();
    const all = [checkout.index, onAmd64.manifest, onAmd64.config, onArm64.manifest, onArm64.config];
    expect(bot.aliases(index)).toEqual(new Set(all.map((it) => it.digest)));
    expect(bot.told).toEqual(["checkout"]);
    expect(bot.platform(onArm64.manifest.digest)).toBe("arm64/v8");
    expect(bot.relatives(onArm64.config.digest)).toEqual(
      new Set([onArm64.config.digest, onArm64.manifest.digest, index]),
    );
  });

  test("nothing is asked while the cluster is read for the first time", async () => {
    standIn.push("shop/checkout", "1", checkout);
    const bot = startWith({ image: named("1"), imageIds: [named(index)], isListed: false });
    await bot.settle();
    expect(asked()).toBe(0);
    bot.listed();
    await bot.settle();
    expect(bot.aliases(index)?.size).toBe(5);
  });

  test("an image for which there is no place is looked up once there is one", async () => {
    const other = createImage({ layers: ["other"] });
    standIn.push("shop/checkout", "1", checkout);
    standIn.push("shop/checkout", "2", other);
    const bot = startWith({ image: named("1"), imageIds: [named(index)], isListed: true, mostWaiting: 1 });
    const repositories = [{ registry: standIn.host, repository: "shop/checkout" }];
    bot.wants({ digest: other.manifest.digest, as: "manifest", repositories });
    await bot.settle();
    expect([other.manifest.digest, index].map((it) => bot.aliases(it)?.size)).toEqual([2, undefined]);
    time += 61_000;
    await bot.settle();
    expect(bot.aliases(index)?.size).toBe(5);
  });

  test("each digest is asked for once, however many run it", async () => {
    standIn.push("shop/checkout", "1", checkout);
    const bot = start(named("1"), named(index), named(index), named(onAmd64.manifest.digest));
    await bot.settle();
    expect(asked()).toBe(5);
    await bot.settle();
    expect(asked()).toBe(5);
  });

  test("the digest of a configuration is read as one", async () => {
    standIn.push("shop/checkout", "1", checkout);
    const bot = start(named("1"), onAmd64.config.digest);
    await bot.settle();
    expect(bot.aliases(onAmd64.config.digest)).toEqual(new Set([onAmd64.config.digest]));
    expect(bot.platform(onAmd64.config.digest)).toBe("amd64");
    expect(bot.labelled(onAmd64.config.digest)?.commits.map((it) => it.value)).toEqual([commit]);
  });

  test("a part that is gone leaves the whole unknown, and is asked for less and less often", async () => {
    standIn.push("shop/checkout", "1", checkout);
    standIn.remove("shop/checkout", onArm64.manifest.digest);
    const bot = start(named("1"), named(index));
    await bot.settle();
    expect(bot.aliases(index)).toBe(null);
    const before = asked();
    time += 29_000;
    await bot.settle();
    expect(asked()).toBe(before);
    time += 2_000;
    await bot.settle();
    expect(asked()).toBe(before + 1);
    time += 31_000;
    await bot.settle();
    expect(asked()).toBe(before + 1);
    standIn.push("shop/checkout", "1", checkout);
    time += 3_600_000;
    await bot.settle();
    expect(bot.aliases(index)).not.toBe(null);
  });

  test("a registry that wants to be left alone is", async () => {
    standIn.push("shop/checkout", "1", checkout);
    standIn.intercept(() => ({ status: 429, headers: { "retry-after": "120" } }));
    const bot = start(named("1"), named(index));
    await bot.settle();
    const before = asked();
    standIn.intercept(null);
    time += 119_000;
    await bot.settle();
    expect(asked()).toBe(before);
    time += 2_000;
    await bot.settle();
    expect(bot.aliases(index)).not.toBe(null);
  });

  test("a registry that is not listed is never asked", async () => {
    const bot = start("registry.example/shop/checkout:1", `registry.example/shop/checkout@${index}`);
    await bot.settle();
    expect(bot.aliases(index)).toBe(null);
    expect(asked()).toBe(0);
  });

  test("an image that was deleted is still known after a restart", async () => {
    standIn.push("shop/checkout", "1", checkout);
    await start(named("1"), named(index)).settle();
    for (const it of [checkout.index, onAmd64.manifest, onArm64.manifest]) standIn.remove("shop/checkout", it.digest);
    const before = asked();
    const bot = start(named("1"), named(index));
    await bot.settle();
    expect(bot.aliases(index)?.has(onArm64.config.digest)).toBe(true);
    expect(bot.labelled(index)?.commits.map((it) => it.value)).toEqual([commit]);
    expect(asked()).toBe(before);
  });

  test("without a store the registry is asked all the same", async () => {
    standIn.push("shop/checkout", "1", checkout);
    await store[Symbol.asyncDispose]();
    const bot = start(named("1"), named(index));
    await bot.settle();
    expect(bot.aliases(index)?.size).toBe(5);
    store = createSqliteStore({ path: ":memory:", clock });
  });

  test("the base image that an image names is looked up, and its labels are not taken for the image's own", async () => {
    const base = createImage({ labels, layers: ["debian"] });
    standIn.push("base/debian", "12", base);
    const named12 = `${standIn.host}/base/debian:12`;
    const built = createImage({
      labels: {
        ...labels,
        "org.opencontainers.image.base.digest": base.manifest.digest,
        "org.opencontainers.image.base.name": named12,
      },
      layers: ["other", "app"],
    });
    standIn.push("shop/checkout", "1", built);
    const bot = start(named("1"), named(built.manifest.digest));
    const seen: unknown[] = [];
    while ((await bot.turn(AbortSignal.timeout(10_000))) === "worked") seen.push(bot.labelled(built.manifest.digest));
    expect(bot.labelled(built.manifest.digest)).toMatchObject({ commits: [], inherited: [revisionLabel] });
    expect(seen.filter((it) => it !== null)).toEqual([bot.labelled(built.manifest.digest)]);
  });

  test("what somebody else names is looked up too", async () => {
    standIn.push("shop/checkout", "1", checkout);
    const bot = start(named("1"));
    bot.wants({
      digest: index,
      as: "manifest",
      repositories: [{ registry: standIn.host, repository: "shop/checkout" }],
    });
    await bot.settle();
    expect(bot.aliases(index)?.size).toBe(5);
  });
});

test("on Docker Hub only so many manifests are read that the nodes can still pull theirs", async () => {
  const pulled: string[] = [];
  registry = {
    ...registry,
    manifest: async (_, digest) => {
      pulled.push(digest);
      return { kind: "missing" };
    },
  };
  const digests = Array.from({ length: 30 }, (_, at) => `sha256:${String(at).padStart(64, "0")}`);
  const bot = start("checkout:1", ...digests.map((it) => `docker.io/library/checkout@${it}`));
  await bot.settle();
  expect(pulled.length).toBe(20);
});
