import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createRegistry } from "../../src/registry/registry.ts";
import { amd64, arm64, createImage, createIndex, jsonBlob, top } from "../../sim/registry/image.ts";
import { startRegistry, type RegistryStandIn } from "../../sim/registry/server.ts";
import type { Grants } from "../../sim/registry/tokens.ts";

const labels = { "org.opencontainers.image.revision": "a1b9f2e0c4d5e6f708192a3b4c5d6e7f80910a1b" };
const checkout = createIndex([createImage({ platform: amd64, labels }), createImage({ platform: arm64, labels })], {
  attested: true,
  annotations: { "org.opencontainers.image.source": "https://github.com/acme/shop" },
});
const [onAmd64, onArm64] = checkout.images;
if (!onAmd64 || !onArm64) throw new Error("an index without images");
const stop = () => AbortSignal.timeout(10_000);
const nobodyListens = "127.0.0.1:1";

let folder: string;
let standIn: RegistryStandIn;
const opened: { close(): Promise<void> }[] = [];
let now = Date.UTC(2026, 10, 24);
const slept: number[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "registry-"));
  slept.length = 0;
});
afterEach(async () => {
  for (const it of opened.splice(0)) await it.close();
  await rm(folder, { recursive: true });
});

async function serving(grants?: Grants) {
  standIn = await startRegistry({ ...(grants ? { grants } : {}), now: () => now });
  opened.push(standIn);
  standIn.push("shop/checkout", "1.4.2", checkout);
  return { registry: standIn.host, repository: "shop/checkout" };
}

type Given = {
  readonly credentials?: string;
  readonly also?: Readonly<Record<string, object>>;
  readonly callMs?: number;
};

function reader({ credentials, also = {}, callMs = 2_000 }: Given = {}) {
  const rules = { ask: true, plainHttp: true, private: true, tokens: null };
  const registry = createRegistry({
    registries: new Map([
      [standIn.host, rules],
      [nobodyListens, rules],
      ...Object.entries(also).map(([host, it]) => [host, { ...rules, ...it }] as const),
    ]),
    credentials: credentials ?? null,
    version: "0",
    clock: {
      now: () => now,
      sleep: async (ms) => {
        slept.push(ms);
        now += ms;
      },
    },
    log: { info: () => {}, warn: () => {} },
    limits: { callMs, connectMs: 1_000, mostBytes: 64 * 1024 },
  });
  opened.push(registry);
  return registry;
}

async function dockerConfig(contents: unknown): Promise<string> {
  const path = join(folder, "config.json");
  await writeFile(path, JSON.stringify(contents));
  now += 1;
  await utimes(path, new Date(), new Date(now));
  return path;
}

const auth = (name: string, password: string) => ({ auth: Buffer.from(`${name}:${password}`).toString("base64") });

describe("what a registry serves", () => {
  test("a tag leads to the digest of its index, and a digest to itself", async () => {
    const of = await serving();
    const registry = reader();
    const digest = top(checkout).digest;
    expect(await registry.head(of, "1.4.2", stop())).toEqual({ kind: "served", value: digest });
    expect(await registry.head(of, digest, stop())).toEqual({ kind: "served", value: digest });
    expect(standIn.calls.map((it) => it.method)).toEqual(["HEAD", "HEAD"]);
  });

  test("an index names its platforms, without the attestations", async () => {
    const of = await serving();
    expect(await reader().manifest(of, top(checkout).digest, stop())).toEqual({
      kind: "served",
      value: {
        kind: "index",
        parts: [
          { digest: onAmd64.manifest.digest, platform: "amd64" },
          { digest: onArm64.manifest.digest, platform: "arm64/v8" },
        ],
        labels: { "org.opencontainers.image.source": "https://github.com/acme/shop" },
      },
    });
  });

  test.each([false, true])(
    "a manifest leads to its configuration, with labels (Docker's own types: %s)",
    async (docker) => {
      const of = await serving();
      const image = createImage({ docker, labels, created: "2026-11-20T10:00:00Z", layers: ["base", "app"] });
      standIn.push("shop/checkout", null, image);
      const registry = reader();
      const manifest = await registry.manifest(of, image.manifest.digest, stop());
      expect(manifest).toEqual({
        kind: "served",
        value: { kind: "manifest", config: image.config.digest, labels: {} },
      });
      expect(await registry.config(of, image.config.digest, stop())).toEqual({
        kind: "served",
        value: {
          platform: "amd64",
          labels,
          createdAt: Date.UTC(2026, 10, 20, 10),
          layers: [expect.stringMatching(/^sha256:/), expect.stringMatching(/^sha256:/)],
        },
      });
    },
  );

  test("is asked for once: a digest never means anything else", async () => {
    const of = await serving();
    const registry = reader();
    for (let times = 0; times < 3; times++) await registry.manifest(of, top(checkout).digest, stop());
    expect(standIn.calls).toHaveLength(1);
  });

  test("what it has not is missing, in its own words only", async () => {
    const of = await serving();
    const registry = reader();
    expect(await registry.head(of, "1.4.3", stop())).toEqual({ kind: "missing" });
    expect(await registry.manifest({ ...of, repository: "shop/nothing" }, top(checkout).digest, stop())).toEqual({
      kind: "missing",
    });
    standIn.intercept(() => ({ status: 404, body: "<html>no such page</html>" }));
    expect(await registry.head(of, "1.4.2", stop())).toMatchObject({
      kind: "no answer",
      because: expect.stringContaining("not in the words of a registry"),
    });
  });

  test("an old one that names no digest is read, and its bytes counted", async () => {
    const of = await serving();
    standIn.intercept(({ method }) =>
      method === "HEAD" ? { status: 200 } : { status: 200, body: top(checkout).bytes, headers: {} },
    );
    expect(await reader().head(of, "1.4.2", stop())).toEqual({ kind: "served", value: top(checkout).digest });
  });
});

describe("what is not what its digest says", () => {
  const digest = top(checkout).digest;

  test.each([
    ["other bytes", { body: top(checkout).bytes.subarray(1) }, "is something else"],
    [
      "a type that its body denies",
      { headers: { "content-type": onAmd64.manifest.mediaType } },
      "no image we can read",
    ],
    ["more than anybody should read", { body: Buffer.alloc(128 * 1024) }, "is too long"],
    ["a page for people", { body: "<html>", headers: { "content-type": "text/html" } }, "is something else"],
  ])("%s", async (_, answer, because) => {
    const of = await serving();
    standIn.intercept(() => ({
      status: 200,
      body: top(checkout).bytes,
      headers: { "content-type": top(checkout).mediaType },
      ...answer,
    }));
    expect(await reader().manifest(of, digest, stop())).toMatchObject({
      kind: "no answer",
      because: expect.stringContaining(because),
    });
  });

  test.each([
    ["index and manifest at once", { manifests: [], config: { digest: `sha256:${"1".repeat(64)}` } }],
    ["neither", {}],
    ["a list in place of an object", []],
    ["a digest that is none", { config: { digest: "latest" }, layers: [] }],
    ["Docker's first format", { schemaVersion: 1, mediaType: "application/vnd.docker.distribution.manifest.v1+json" }],
  ])("%s is no image", async (_, body) => {
    const of = await serving();
    const odd = jsonBlob("application/vnd.oci.image.manifest.v1+json", body);
    standIn.intercept(() => ({ status: 200, body: odd.bytes, headers: { "content-type": odd.mediaType } }));
    expect(await reader().manifest(of, odd.digest, stop())).toMatchObject({ kind: "no answer" });
  });

  test("a HEAD with another digest than the one asked for", async () => {
    const of = await serving();
    standIn.intercept(() => ({ status: 200, headers: { "docker-content-digest": onArm64.manifest.digest } }));
    expect(await reader().head(of, digest, stop())).toMatchObject({ kind: "no answer" });
  });

  test("labels: only the known keys, and none without an end", async () => {
    const of = await serving();
    const image = createImage({
      labels: JSON.parse(
        `{"__proto__": "x", "constructor": "x", "org.opencontainers.image.revision": "${"a".repeat(60_000)}", "org.opencontainers.image.source": "https://x"}`,
      ),
    });
    standIn.push("shop/checkout", null, image);
    const registry = createRegistry({
      registries: new Map([[standIn.host, { ask: true, plainHttp: true, private: true, tokens: null }]]),
      credentials: null,
      version: "0",
      clock: { now: () => now, sleep: async () => {} },
      log: { info: () => {}, warn: () => {} },
    });
    opened.push(registry);
    const answer = await registry.config(of, image.config.digest, stop());
    expect(answer).toMatchObject({
      kind: "served",
      value: { labels: { "org.opencontainers.image.source": "https://x" } },
    });
    expect(answer.kind === "served" && Object.keys(answer.value.labels)).toEqual(["org.opencontainers.image.source"]);
  });
});

describe("tokens", () => {
  const users = { alice: { password: "s3cret", pull: ["shop/checkout"] } };

  test("are fetched for anybody, to pull one repository, and used until they expire", async () => {
    const of = await serving({ anybody: ["shop/checkout"], tokenSeconds: 300 });
    const registry = reader();
    for (let times = 0; times < 3; times++) expect((await registry.head(of, "1.4.2", stop())).kind).toBe("served");
    expect(standIn.calls.filter((it) => it.path.startsWith("/token"))).toHaveLength(1);
    now += 280_000;
    expect((await registry.head(of, "1.4.2", stop())).kind).toBe("served");
    expect(standIn.calls.filter((it) => it.path.startsWith("/token"))).toHaveLength(2);
  });

  test("that are no longer good are replaced", async () => {
    const of = await serving({ anybody: ["shop/checkout"] });
    const registry = reader();
    await registry.head(of, "1.4.2", stop());
    standIn.forgetTokens();
    expect((await registry.head(of, "1.4.2", stop())).kind).toBe("served");
  });

  test("are fetched once for many calls at the same time", async () => {
    const of = await serving({ anybody: ["shop/checkout"] });
    const registry = reader();
    await registry.head(of, "1.4.2", stop());
    standIn.forgetTokens();
    const before = standIn.calls.length;
    await Promise.all(Array.from({ length: 6 }, async () => registry.head(of, "1.4.2", stop())));
    const since = standIn.calls.slice(before);
    expect(since.filter((it) => it.path.startsWith("/token"))).toHaveLength(1);
  });

  test("are fetched with a name and a password", async () => {
    const of = await serving({ users });
    expect(await reader().head(of, "1.4.2", stop())).toMatchObject({ kind: "no answer" });
    const credentials = await dockerConfig({ auths: { [standIn.host]: auth("alice", "s3cret") } });
    expect(await reader({ credentials }).head(of, "1.4.2", stop())).toMatchObject({ kind: "served" });
  });

  test("are fetched with an identity token", async () => {
    const of = await serving({ refreshTokens: { "long-lived": ["shop/checkout"] } });
    const credentials = await dockerConfig({ auths: { [standIn.host]: { identitytoken: "long-lived" } } });
    expect(await reader({ credentials }).head(of, "1.4.2", stop())).toMatchObject({ kind: "served" });
  });

  test("a stale password does not hide what anybody may read", async () => {
    const of = await serving({ users, anybody: ["shop/checkout"] });
    const credentials = await dockerConfig({ auths: { [standIn.host]: auth("alice", "old") } });
    expect(await reader({ credentials }).head(of, "1.4.2", stop())).toMatchObject({ kind: "served" });
  });

  test("a name and a password go with each call where the registry wants that", async () => {
    const of = await serving({ users, basic: true });
    const credentials = await dockerConfig({ auths: { [standIn.host]: auth("alice", "s3cret") } });
    expect(await reader({ credentials }).manifest(of, top(checkout).digest, stop())).toMatchObject({ kind: "served" });
  });

  test("what may not be read is never said to be missing", async () => {
    const of = await serving({ users });
    const credentials = await dockerConfig({ auths: { [standIn.host]: auth("alice", "s3cret") } });
    const other = { ...of, repository: "shop/payroll" };
    expect(await reader({ credentials }).head(other, "1", stop())).toMatchObject({
      kind: "no answer",
      because: `${standIn.host} does not let us read it (401)`,
    });
  });
});

describe("the credentials' file", () => {
  const users = { alice: { password: "new", pull: ["shop/checkout"] } };

  test("is read again when it has changed", async () => {
    const of = await serving({ users });
    const credentials = await dockerConfig({ auths: { [`http://${standIn.host}/v2/`]: auth("alice", "old") } });
    const registry = reader({ credentials });
    expect((await registry.head(of, "1.4.2", stop())).kind).toBe("no answer");
    await dockerConfig({ auths: { [`http://${standIn.host}/v2/`]: auth("alice", "new") } });
    expect((await registry.head(of, "1.4.2", stop())).kind).toBe("served");
  });

  test("half written, or gone: what it said before stays in force", async () => {
    const of = await serving({ users });
    const credentials = await dockerConfig({ auths: { [standIn.host]: auth("alice", "new") } });
    const registry = reader({ credentials });
    expect((await registry.head(of, "1.4.2", stop())).kind).toBe("served");
    await writeFile(credentials, '{"auths": {');
    standIn.forgetTokens();
    expect((await registry.head(of, "1.4.2", stop())).kind).toBe("served");
    await rm(credentials);
    standIn.forgetTokens();
    expect((await registry.head(of, "1.4.2", stop())).kind).toBe("served");
  });

  test("the longest path wins", async () => {
    const of = await serving({ users });
    const credentials = await dockerConfig({
      auths: { [standIn.host]: auth("bob", "x"), [`${standIn.host}/shop`]: auth("alice", "new") },
    });
    expect((await reader({ credentials }).head(of, "1.4.2", stop())).kind).toBe("served");
  });

  test.each([
    ["for this registry", (host: string) => ({ credHelpers: { [host]: "ecr-login" } })],
    ["for all", () => ({ credsStore: "ecr-login" })],
  ])("a helper in it, %s, is named and not run", async (_, contents) => {
    const of = await serving({ users });
    const credentials = await dockerConfig(contents(standIn.host));
    expect(await reader({ credentials }).head(of, "1.4.2", stop())).toMatchObject({
      kind: "no answer",
      because: expect.stringContaining("the helper “ecr-login” for it, which we do not run"),
    });
  });
});

describe("where credentials go", () => {
  const users = { alice: { password: "s3cret", pull: ["shop/checkout"] } };

  test("not to a realm on another host", async () => {
    const of = await serving({ users });
    const thief = await startRegistry();
    opened.push(thief);
    standIn.intercept(() => ({
      status: 401,
      headers: { "www-authenticate": `Bearer realm="http://${thief.host}/token",service="x"` },
    }));
    const credentials = await dockerConfig({ auths: { [standIn.host]: auth("alice", "s3cret") } });
    expect(await reader({ credentials }).head(of, "1.4.2", stop())).toMatchObject({
      kind: "no answer",
      because: expect.stringContaining("a token from another host"),
    });
    expect(thief.calls).toEqual([]);
  });

  test("to another host that the configuration names for it", async () => {
    const of = await serving();
    const issuer = await startRegistry({ grants: { users }, now: () => now });
    opened.push(issuer);
    const realm = `http://${issuer.host}/token`;
    standIn.intercept(({ authorization }) =>
      authorization?.startsWith("Bearer ")
        ? null
        : { status: 401, headers: { "www-authenticate": `Bearer realm="${realm}",service="stand-in"` } },
    );
    const credentials = await dockerConfig({ auths: { [standIn.host]: auth("alice", "s3cret") } });
    const also = { [standIn.host]: { tokens: `http://${issuer.host}` } };
    expect(await reader({ credentials, also }).head(of, "1.4.2", stop())).toMatchObject({ kind: "served" });
    expect(issuer.calls).toHaveLength(1);
  });

  test("not along with a redirect to another origin", async () => {
    const of = await serving({ anybody: ["shop/checkout"] });
    const storage = await startRegistry();
    opened.push(storage);
    storage.push("shop/checkout", null, checkout);
    const path = `/v2/shop/checkout/blobs/${onAmd64.config.digest}`;
    standIn.intercept(({ path: asked, authorization }) =>
      asked === path && authorization ? { status: 307, headers: { location: `http://${storage.host}${path}` } } : null,
    );
    const registry = reader({ also: { [storage.host]: {} } });
    expect(await registry.config(of, onAmd64.config.digest, stop())).toMatchObject({ kind: "served" });
    expect(storage.calls).toMatchObject([{ authorization: null }]);
  });
});

describe("what is never connected to", () => {
  test.each([
    "169.254.169.254",
    "localhost:6379",
    "[::1]:80",
    "evil.example",
    "2130706433:80",
    "127.0.0.1:6379",
    "ghcr.io.evil.example",
  ])("%s, which no configuration lists", async (registry) => {
    await serving();
    expect(await reader().head({ registry, repository: "a" }, "1", stop())).toMatchObject({
      kind: "not allowed",
      because: expect.stringContaining("is not one of the registries"),
    });
    expect(standIn.calls).toEqual([]);
  });

  test.each([
    ["127.0.0.1:5000", { private: false }],
    ["10.1.2.3", { private: false }],
    ["169.254.169.254", { private: true }],
    ["localhost:5000", { private: false }],
  ])("%s, inside the network and listed as %j", async (host, rules) => {
    await serving();
    expect(await reader({ also: { [host]: rules } }).head({ registry: host, repository: "a" }, "1", stop())).toEqual({
      kind: "not allowed",
      because: `${host} leads to an address inside the network, and is not listed as private`,
    });
  });

  test.each([
    ["the metadata of a cloud's machine", "http://169.254.169.254/latest/meta-data/"],
    ["the same over https", "https://169.254.169.254/"],
    ["another port of this machine", "http://127.0.0.1:6379/"],
    ["a file", "file:///etc/passwd"],
    ["a password in the address", "https://a:b@ghcr.io/"],
  ])("a redirect to %s", async (_, location) => {
    const of = await serving();
    standIn.intercept(() => ({ status: 302, headers: { location } }));
    expect(await reader().manifest(of, top(checkout).digest, stop())).toMatchObject({ kind: "not allowed" });
    expect(standIn.calls).toHaveLength(1);
  });

  test("a registry that the configuration says not to ask", async () => {
    await serving();
    expect(
      await reader({ also: { "quay.io": { ask: false } } }).head(
        { registry: "quay.io", repository: "a/b" },
        "1",
        stop(),
      ),
    ).toEqual({
      kind: "not allowed",
      because: "quay.io is not to be asked, says the configuration",
    });
  });

  test("redirects without an end", async () => {
    const of = await serving();
    standIn.intercept(({ path }) => ({ status: 302, headers: { location: `${path}x` } }));
    expect(await reader().manifest(of, top(checkout).digest, stop())).toMatchObject({ kind: "no answer" });
    expect(standIn.calls).toHaveLength(4);
  });

  test.each(["../../../etc", "UPPER", "a b", "a/%2e%2e/b", ""])("a repository called “%s”", async (repository) => {
    const { registry } = await serving();
    expect((await reader().head({ registry, repository }, "1", stop())).kind).toBe("not allowed");
    expect(standIn.calls).toEqual([]);
  });

  test.each(["../x", "a?b", "sha256:short", "a".repeat(129), ""])("a tag called “%s”", async (tag) => {
    const of = await serving();
    expect((await reader().head(of, tag, stop())).kind).toBe("not allowed");
    expect(standIn.calls).toEqual([]);
  });
});

describe("a registry in trouble", () => {
  test("is waited for when it says for how little", async () => {
    const of = await serving();
    let times = 0;
    standIn.intercept(() => (times++ === 0 ? { status: 429, headers: { "retry-after": "1" } } : null));
    expect((await reader().head(of, "1.4.2", stop())).kind).toBe("served");
    expect(slept).toEqual([1_000]);
  });

  test.each([
    [429, "900", "asks us to wait (429)"],
    [503, "60", "answers with an error (503)"],
    [500, null, "answers with an error (500)"],
  ])("is left alone for a while after %i", async (status, seconds, because) => {
    const of = await serving();
    const registry = reader();
    standIn.intercept(() => ({ status, headers: seconds === null ? {} : { "retry-after": seconds } }));
    const retryAfterMs = seconds === null ? 10_000 : Number(seconds) * 1_000;
    const refused = { kind: "no answer", because: `${standIn.host} ${because}`, retryAfterMs };
    expect(await registry.head(of, "1.4.2", stop())).toEqual(refused);
    standIn.intercept(null);
    expect(await registry.manifest(of, top(checkout).digest, stop())).toMatchObject({ kind: "no answer" });
    expect(standIn.calls).toHaveLength(1);
    now += retryAfterMs + 1;
    expect((await registry.head(of, "1.4.2", stop())).kind).toBe("served");
  });

  test.each([
    ["says nothing", "hang", "no answer in time"],
    ["breaks the connection", "reset", "the connection was closed"],
  ] as const)("that %s is no answer, within the time given", async (_, fault, because) => {
    const of = await serving();
    standIn.intercept(() => fault);
    const began = performance.now();
    expect(await reader({ callMs: 300 }).head(of, "1.4.2", stop())).toMatchObject({
      kind: "no answer",
      because: `${standIn.host} cannot be reached: ${because}`,
    });
    expect(performance.now() - began).toBeLessThan(2_500);
  });

  test("that is not there is no answer", async () => {
    await serving();
    const answer = await reader().head({ registry: nobodyListens, repository: "a" }, "1", stop());
    expect(answer).toMatchObject({ kind: "no answer", because: expect.stringContaining("refused") });
  });

  test("whoever asks may stop waiting", async () => {
    const of = await serving();
    standIn.intercept(() => "hang");
    await expect(reader().head(of, "1.4.2", AbortSignal.timeout(100))).rejects.toThrow(/timeout|aborted/i);
  });
});
