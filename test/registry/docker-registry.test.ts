import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { amd64, arm64, createImage, createIndex, top } from "../../sim/registry/image.ts";
import { systemClock } from "../../src/clock.ts";
import { createRegistry } from "../../src/registry/registry.ts";
import { dockerConfig, type DockerRegistry, startDockerRegistry } from "./docker-registry.ts";

const repository = "shop/checkout";
const labels = { "org.opencontainers.image.revision": "a1b9f2e0c4d5e6f708192a3b4c5d6e7f80910a1b" };
const checkout = createIndex([createImage({ platform: amd64, labels }), createImage({ platform: arm64, labels })], {
  attested: true,
});
const older = createImage({ layers: ["older"] });
const stop = () => AbortSignal.timeout(10_000);

const opening = (real: DockerRegistry, credentials: string | null = null) =>
  createRegistry({
    registries: new Map([[real.host, { ask: true, plainHttp: true, private: true, tokens: null }]]),
    credentials,
    version: "0",
    clock: systemClock,
    log: { info: () => {}, warn: () => {} },
  });

describe("a real docker-registry", { timeout: 60_000 }, () => {
  let real: DockerRegistry;
  let registry: ReturnType<typeof createRegistry>;
  beforeAll(async () => {
    real = await startDockerRegistry();
    registry = opening(real);
    await real.push(repository, "1.4.2", checkout);
    await real.push(repository, "1.4.1", older);
  }, 180_000);
  afterAll(async () => {
    await registry.close();
    await real[Symbol.asyncDispose]();
  });

  test("a tag leads where skopeo says it does", async () => {
    const of = { registry: real.host, repository };
    for (const tag of ["1.4.2", "1.4.1"]) {
      expect(await registry.head(of, tag, stop())).toEqual({ kind: "served", value: real.digestOf(repository, tag) });
    }
    expect(real.digestOf(repository, "1.4.2")).toBe(top(checkout).digest);
  });

  test("index, manifests and configurations are followed to the labels", async () => {
    const of = { registry: real.host, repository };
    const index = await registry.manifest(of, top(checkout).digest, stop());
    if (index.kind !== "served" || index.value.kind !== "index") throw new Error(JSON.stringify(index));
    expect(index.value.parts.map((it) => it.platform)).toEqual(["amd64", "arm64/v8"]);
    for (const { digest, platform } of index.value.parts) {
      const manifest = await registry.manifest(of, digest, stop());
      if (manifest.kind !== "served" || manifest.value.kind !== "manifest") throw new Error(JSON.stringify(manifest));
      const config = await registry.config(of, manifest.value.config, stop());
      expect(config).toMatchObject({ kind: "served", value: { platform, labels } });
    }
  });

  test("what was never there, and what was deleted, is missing", async () => {
    const of = { registry: real.host, repository };
    expect(await registry.head(of, "9.9.9", stop())).toEqual({ kind: "missing" });
    expect(await registry.head({ ...of, repository: "shop/nothing" }, "1", stop())).toEqual({ kind: "missing" });
    const gone = createImage({ layers: ["gone"] });
    await real.push(repository, "gone", gone);
    expect((await registry.head(of, gone.manifest.digest, stop())).kind).toBe("served");
    await real.remove(repository, gone.manifest.digest);
    expect(await registry.head(of, gone.manifest.digest, stop())).toEqual({ kind: "missing" });
    expect(await registry.manifest(of, gone.manifest.digest, stop())).toEqual({ kind: "missing" });
  });
});

test("a real docker-registry with a password, which changes while we run", { timeout: 60_000 }, async () => {
  await using real = await startDockerRegistry({ password: "first-secret" });
  await real.push(repository, "1.4.2", checkout);
  const folder = await mkdtemp(join(tmpdir(), "credentials-"));
  const credentials = join(folder, "config.json");
  await writeFile(credentials, dockerConfig(real.host, "first-secret"));
  const registry = opening(real, credentials);
  const head = async () => (await registry.head({ registry: real.host, repository }, "1.4.2", stop())).kind;
  try {
    expect(await head()).toBe("served");
    await real.setPassword("second-secret");
    await expect.poll(head).toBe("no answer");
    await writeFile(credentials, dockerConfig(real.host, "second-secret"));
    expect(await head()).toBe("served");
  } finally {
    await registry.close();
    await rm(folder, { recursive: true });
  }
});
