import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { amd64, arm64, createImage, createIndex, top } from "../../../sim/registry/image.ts";
import { type RegistryStandIn, startRegistry } from "../../../sim/registry/server.ts";
import { systemClock } from "../../../src/clock.ts";
import { createServing } from "../../../src/flows/resolve/served.ts";
import type { Registry } from "../../../src/ports.ts";
import { createRegistry } from "../../../src/registry/registry.ts";

const windows = { os: "windows", architecture: "amd64" };
const [onAmd64, onArm64] = [createImage({ platform: amd64 }), createImage({ platform: arm64 })];
const both = createIndex([onAmd64, onArm64], { attested: true });
const stop = () => AbortSignal.timeout(10_000);

let standIn: RegistryStandIn;
let registry: Registry;
beforeEach(async () => {
  standIn = await startRegistry();
  registry = createRegistry({
    registries: new Map([[standIn.host, { ask: true, plainHttp: true, private: true, tokens: null }]]),
    credentials: null,
    version: "0",
    clock: systemClock,
    log: { info: () => {}, warn: () => {} },
  });
});
afterEach(async () => {
  await registry.close();
  await standIn.close();
});

const of = () => ({ registry: standIn.host, repository: "shop/checkout" });
const known = <T>(value: T) => ({ kind: "known", value });

describe("whether an image can be pulled", () => {
  test("an index, for the architectures whose images are there", async () => {
    standIn.push("shop/checkout", "1", both);
    const { served } = createServing({ registry });
    expect(await served(of(), top(both).digest, stop())).toEqual(
      known({ served: true, architectures: ["amd64", "arm64"] }),
    );
    standIn.remove("shop/checkout", onArm64.manifest.digest);
    expect(await served(of(), top(both).digest, stop())).toEqual(known({ served: true, architectures: ["amd64"] }));
    standIn.remove("shop/checkout", onAmd64.manifest.digest);
    expect(await served(of(), top(both).digest, stop())).toMatchObject({ kind: "known", value: { served: false } });
  });

  test("one platform's image, for what its configuration says", async () => {
    standIn.push("shop/checkout", "1", onArm64);
    const { served } = createServing({ registry });
    expect(await served(of(), onArm64.manifest.digest, stop())).toEqual(
      known({ served: true, architectures: ["arm64"] }),
    );
  });

  test("no longer, when it was deleted, also when it is remembered", async () => {
    standIn.push("shop/checkout", "1", both);
    const { served } = createServing({ registry });
    await served(of(), top(both).digest, stop());
    standIn.remove("shop/checkout", top(both).digest);
    expect(await served(of(), top(both).digest, stop())).toEqual(known({ served: false, architectures: null }));
  });

  test("an image of another system covers no architecture that anybody asked for", async () => {
    const image = createImage({ platform: windows });
    standIn.push("shop/checkout", "1", image);
    const { served } = createServing({ registry });
    expect(await served(of(), image.manifest.digest, stop())).toEqual(known({ served: true, architectures: null }));
  });

  test("not known, when the registry answers with an error, not at all, or may not be asked", async () => {
    standIn.push("shop/checkout", "1", both);
    const { served } = createServing({ registry, withinMs: 300 });
    const elsewhere = await served({ registry: "registry.example", repository: "a/b" }, top(both).digest, stop());
    expect(elsewhere).toMatchObject({ kind: "refused" });
    standIn.intercept(() => "hang");
    expect(await served(of(), top(both).digest, stop())).toMatchObject({
      kind: "no answer",
      because: expect.stringContaining("did not answer within"),
    });
    standIn.intercept(() => ({ status: 500 }));
    expect(await served(of(), top(both).digest, stop())).toMatchObject({ kind: "no answer" });
  });

  test("not said for whom, when one of its images cannot be asked about", async () => {
    standIn.push("shop/checkout", "1", both);
    standIn.intercept(({ path }) => (path.endsWith(onArm64.manifest.digest) ? { status: 403 } : null));
    const { served } = createServing({ registry });
    expect(await served(of(), top(both).digest, stop())).toMatchObject({ kind: "no answer" });
  });

  test("whoever stops asking gets their own reason", async () => {
    standIn.push("shop/checkout", "1", both);
    standIn.intercept(() => "hang");
    const { served } = createServing({ registry });
    const reason = new Error("enough");
    const stopping = new AbortController();
    const asked = served(of(), top(both).digest, stopping.signal);
    setTimeout(() => stopping.abort(reason), 50);
    await expect(asked).rejects.toBe(reason);
  });
});

test("what a tag stands for now, and that there is none", async () => {
  standIn.push("shop/checkout", "1", both);
  const { tagNow } = createServing({ registry });
  expect(await tagNow(of(), "1", stop())).toEqual(known(top(both).digest));
  expect(await tagNow(of(), "2", stop())).toEqual(known(null));
  expect(await tagNow(of(), "1", stop(), onArm64.manifest.digest)).toEqual(known(onArm64.manifest.digest));
  const other = createImage({ layers: ["other"] });
  expect(await tagNow(of(), "1", stop(), other.manifest.digest)).toEqual(known(top(both).digest));
  standIn.intercept(() => ({ status: 403 }));
  expect(await tagNow(of(), "1", stop())).toMatchObject({ kind: "no answer" });
});
