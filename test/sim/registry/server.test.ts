import { afterEach, describe, expect, test } from "vitest";
import { arm64, createImage, createIndex, top } from "../../../sim/registry/image.ts";
import { type RegistryStandIn, startRegistry } from "../../../sim/registry/server.ts";
import type { Grants } from "../../../sim/registry/tokens.ts";

const accept = "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json";
const image = createIndex([createImage(), createImage({ platform: arm64 })]);
const [single] = image.images;

let standIn: RegistryStandIn;
let now = 0;
afterEach(async () => standIn.close());

async function serving(grants?: Grants) {
  standIn = await startRegistry({ ...(grants ? { grants } : {}), now: () => now });
  standIn.push("shop/checkout", "1", image);
  const ask = async (path: string, init: RequestInit = {}) => fetch(`http://${standIn.host}${path}`, init);
  const manifest = async (reference: string, headers: Record<string, string> = { accept }, method = "GET") =>
    ask(`/v2/shop/checkout/manifests/${reference}`, { headers, method });
  const token = async (query: string, headers: Record<string, string> = {}) => ask(`/token?${query}`, { headers });
  return { ask, manifest, token };
}

const pull = "service=stand-in&scope=repository:shop/checkout:pull";
const basic = (pair: string) => ({ authorization: `Basic ${Buffer.from(pair).toString("base64")}` });

describe("a registry's stand-in", () => {
  test("serves a tag and a digest, with the digest of the bytes", async () => {
    const { manifest } = await serving();
    for (const reference of ["1", top(image).digest, single?.manifest.digest ?? ""]) {
      const reply = await manifest(reference, { accept }, "HEAD");
      expect(reply.status).toBe(200);
      expect(reply.headers.get("docker-content-digest")).toMatch(/^sha256:[a-f0-9]{64}$/);
      expect(Number(reply.headers.get("content-length"))).toBeGreaterThan(100);
      expect(await reply.text()).toBe("");
    }
  });

  test("has nothing for whoever does not say what they can read", async () => {
    const { manifest } = await serving();
    for (const it of ["*/*", "application/json", "application/vnd.oci.image.manifest.v1+json"]) {
      expect((await manifest("1", { accept: it })).status).toBe(404);
    }
  });

  test("serves no layer as a manifest, and no manifest of another repository", async () => {
    const { ask, manifest } = await serving();
    expect((await manifest(single?.config.digest ?? "")).status).toBe(404);
    expect((await ask(`/v2/shop/other/manifests/1`, { headers: { accept } })).status).toBe(404);
    expect((await ask(`/v2/shop/checkout/blobs/${single?.config.digest}`)).status).toBe(200);
  });

  test("takes nothing in", async () => {
    const { ask } = await serving();
    expect((await ask("/v2/shop/checkout/manifests/2", { method: "PUT", body: "{}" })).status).toBe(405);
    expect((await ask("/v2/shop/checkout/blobs/uploads/", { method: "POST" })).status).toBe(404);
  });

  test("gives a token for one repository, and only to pull", async () => {
    const { manifest, token } = await serving({ anybody: ["shop/checkout"], tokenSeconds: 60 });
    const challenge = (await manifest("1")).headers.get("www-authenticate");
    expect(challenge).toBe(
      `Bearer realm="http://${standIn.host}/token",service="stand-in",scope="repository:shop/checkout:pull"`,
    );
    const given = await token(pull);
    const authorization = `Bearer ${Object(await given.json()).token}`;
    expect((await manifest("1", { accept, authorization })).status).toBe(200);
    now += 61_000;
    expect((await manifest("1", { accept, authorization })).status).toBe(401);
    for (const greedy of ["repository:shop/checkout:pull,push", "registry:catalog:*", ""]) {
      expect((await token(`service=stand-in&scope=${greedy}`)).status).toBe(400);
    }
    expect((await token("scope=repository:shop/checkout:pull")).status).toBe(400);
  });

  test("gives nothing to a wrong password, and nothing good to whoever has no right", async () => {
    const { manifest, token } = await serving({
      users: { alice: { password: "s3cret", pull: ["other"] } },
      anybody: [],
    });
    expect((await token(pull, basic("alice:wrong"))).status).toBe(401);
    expect((await token(pull, basic("bob:s3cret"))).status).toBe(401);
    const given = await token(pull, basic("alice:s3cret"));
    const authorization = `Bearer ${Object(await given.json()).token}`;
    expect((await manifest("1", { accept, authorization })).status).toBe(401);
  });
});
