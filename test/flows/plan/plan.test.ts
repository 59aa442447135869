import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Offer, Proposal } from "../../../src/core/plan/offer.ts";
import { operating } from "../../../src/records/operating.ts";
import { StoreFault } from "../../../src/store/fault.ts";
import { digest } from "../../core/given.ts";
import { createWorld, rules, served, silent, type World } from "./world.ts";

const good = `ghcr.io/shop/checkout@${digest("a")}`;
const bad = "ghcr.io/shop/checkout:2-crash";
let world: World;

beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

async function proposal(wanted: Parameters<World["draw"]>[0] = {}): Promise<Proposal> {
  const offer = await world.draw(wanted);
  if (offer.kind !== "plan") throw new Error(`there is no plan: ${JSON.stringify(offer)}`);
  return offer;
}

const outcomes = ({ checks }: Proposal) => Object.fromEntries(checks.map((it) => [it.about, it.outcome]));

describe("after a bad release", () => {
  beforeEach(async () => {
    await world.deploy(good);
    await world.release(bad, "failed");
  });

  test("the plan is the release before, with every check made, and confirming it makes one operation", async () => {
    const offer = await proposal();
    expect(offer.target.standing.kind).toBe("good");
    expect(offer.draft.plan.to).toMatchObject({ pins: [], images: [{ container: "main", digests: [digest("a")] }] });
    expect(outcomes(offer)).toEqual({
      image: "ok",
      manifest: "ok",
      configuration: "ok",
      schema: "ok",
      owner: "ok",
      state: "warn",
      permission: "ok",
    });
    expect(offer.lost.releases).toMatchObject([{ image: expect.stringMatching(/^sha256:/), commit: null }]);

    const { id } = offer.draft;
    const all = await Promise.all([world.confirm(id), world.confirm(id), world.confirm(id)]);
    expect(all.map((it) => it.kind)).toEqual(["accepted", "accepted", "accepted"]);
    const operation = await world.store.read(operating.operation(id));
    expect(operation?.value).toMatchObject({
      progress: { state: "requested" },
      intent: { id, reason: "errors", operator: { id: "U01BOB" }, asked: { environment: "prod", service: "checkout" } },
    });
    expect(await world.draw()).toEqual({ kind: "refused", because: { kind: "under way", operation: id } });
  });

  test("a plan that somebody else overtook is not done, and says what moved", async () => {
    const { draft } = await proposal();
    await world.release("ghcr.io/shop/checkout:3");
    const now = [{ container: "main", image: "ghcr.io/shop/checkout:3" }];
    expect(await world.confirm(draft.id)).toEqual({
      kind: "refused",
      because: { kind: "moved", what: ["template"], now },
    });
    expect(await world.store.read(operating.operation(draft.id))).toBeNull();
  });

  test("more replicas move nothing", async () => {
    const { draft } = await proposal();
    await world.patch([{ op: "replace", path: "/spec/replicas", value: 3 }]);
    await expect
      .poll(() => world.view.find("checkout", [{ cluster: "prod-eu", namespaces: null }])[0]?.replicas)
      .toBe(3);
    expect((await world.confirm(draft.id)).kind).toBe("accepted");
  });

  test("a second plan is not confirmed while the first is under way", async () => {
    const [first, second] = [await proposal(), await proposal()];
    await world.confirm(first.draft.id);
    expect(await world.confirm(second.draft.id)).toEqual({
      kind: "refused",
      because: { kind: "under way", operation: first.draft.id },
    });
  });

  test("whoever may not any more is refused at the click", async () => {
    const { draft } = await proposal();
    world.changing.authority = { kind: "not a member", status: "deactivated" };
    expect(await world.confirm(draft.id)).toMatchObject({ kind: "refused", because: { kind: "authority" } });
  });

  test.each([
    ["asks the store again", 1_000, { kind: "accepted" }],
    ["says so when nobody would wait for that", 2_000, { kind: "refused", because: { kind: "not known" } }],
  ])("a confirmation of which the store does not say that it was written %s", async (_, afterMs, decision) => {
    const { draft } = await proposal();
    world.changing.written = () => {
      world.changing.written = () => {};
      world.wait(afterMs);
      throw new StoreFault("the store does not answer");
    };
    expect(await world.confirm(draft.id)).toMatchObject(decision);
    expect((await world.confirm(draft.id)).kind).toBe("accepted");
  });

  test("it is not kept where it could get lost, and not once it is too old", async () => {
    const { draft } = await proposal();
    world.changing.durable = false;
    expect(await world.confirm(draft.id)).toMatchObject({ kind: "refused", because: { kind: "store" } });
    world.changing.durable = true;
    world.wait(rules.planForMs);
    expect(await world.confirm(draft.id)).toEqual({ kind: "refused", because: { kind: "expired" } });
    expect(await world.store.read(operating.operation(draft.id))).toBeNull();
  });

  test("a registry without the image is in the way, unless that may be overridden", async () => {
    world.changing.image = { ...served, registry: { kind: "known", value: { served: false, architectures: null } } };
    const { draft, hurdles } = await proposal();
    expect(hurdles).toEqual({ stops: ["image"], override: [], accept: [] });
    expect(await world.confirm(draft.id)).toEqual({ kind: "refused", because: { kind: "stopped", stops: ["image"] } });
    world.changing.rules = { ...rules, override: ["image"] };
    expect(await world.confirm(draft.id)).toMatchObject({ kind: "incomplete", lacks: ["override"] });
    const decision = await world.confirm(draft.id, { overridden: ["image"] });
    expect(decision).toMatchObject({ kind: "accepted", intent: { asked: { despite: ["image"] } } });
  });

  test("a registry that does not answer is unknown, and that has to be accepted", async () => {
    world.changing.image = { ...served, registry: silent("the registry is slow") };
    const { draft, checks } = await proposal();
    expect(checks[0]).toMatchObject({ about: "image", outcome: "unknown" });
    expect(await world.confirm(draft.id)).toMatchObject({ kind: "incomplete", lacks: ["accept"] });
    expect((await world.confirm(draft.id, { accepted: ["image"] })).kind).toBe("accepted");
  });

  test("a workload that carries an operation which nobody remembers says so, and that has to be accepted", async () => {
    await world.patch([{ op: "add", path: "/metadata/annotations/whatsrunning.dev~1operation", value: "void:lost-1" }]);
    const { checks, hurdles } = await proposal();
    expect(checks.find((it) => it.about === "state")?.found).toContainEqual({
      outcome: "unknown",
      kind: "record lost",
      operation: "lost-1",
    });
    expect(hurdles.accept).toContain("state");
  });

  test("a migration that is said to be irreversible is in the way, and one that looks like it is told", async () => {
    world.changing.migrations = [{ digest: digest("c"), migration: "irreversible" }];
    expect((await proposal()).hurdles.stops).toEqual([]); // of an image that did not run since
    const [ran] = (await proposal()).candidates.current?.containers[0]?.digests ?? [];
    world.changing.migrations = [{ digest: ran ?? "", migration: "irreversible" }];
    const { hurdles, checks } = await proposal();
    expect(hurdles.stops).toEqual(["schema"]);
    expect(checks[0]?.found[0]).toMatchObject({ kind: "said irreversible", said: { source: "claim" } });
  });

  test("of two workloads of one name, somebody has to say which", async () => {
    await world.second(good);
    const offer = await world.draw();
    if (offer.kind !== "which workload") throw new Error(offer.kind);
    expect(offer.choices.map((it) => it.of.name).toSorted()).toEqual(["checkout", "checkout-worker"]);
    const of = offer.choices.find((it) => it.of.name === "checkout")?.of ?? null;
    expect((await proposal({ of })).draft.plan.of.name).toBe("checkout");
  });

  test("however many confirm several plans at once, the workload has one operation", async () => {
    const plans = await Promise.all([proposal(), proposal(), proposal()]);
    const clicks = plans.flatMap(({ draft }) => Array.from({ length: 10 }, async () => world.confirm(draft.id)));
    const accepted = (await Promise.all(clicks)).flatMap((it) => (it.kind === "accepted" ? it.intent.id : []));
    expect(new Set(accepted).size).toBe(1);
    const all = { ...operating.operation("x"), name: "operation/" };
    expect(await world.store.list(all, { after: null, limit: 10 })).toHaveLength(1);
  });

  test("paused, being changed by nobody: it says so, and cannot be confirmed", async () => {
    await world.patch([{ op: "add", path: "/spec/paused", value: true }]);
    const { hurdles, checks } = await proposal();
    expect(hurdles.stops).toEqual(["state"]);
    expect(checks.find((it) => it.about === "manifest")?.outcome).toBe("unknown");
  });

  test("nothing is offered where nobody may, or where it could not be kept", async () => {
    const refused = async (): Promise<Offer> => world.draw();
    world.changing.durable = false;
    expect(await refused()).toEqual({ kind: "refused", because: { kind: "store", because: ["set appendonly yes"] } });
    world.changing.rules = { ...rules, approvals: 1 };
    expect(await refused()).toEqual({ kind: "refused", because: { kind: "approvals" } });
    world.changing.authority = { kind: "nobody may" };
    expect(await refused()).toMatchObject({ because: { kind: "authority" } });
    world.changing.rules = null;
    expect(await refused()).toEqual({ kind: "refused", because: { kind: "off" } });
    expect(await world.draw({ service: "nobody" })).toMatchObject({ kind: "refused" });
  });
});

test("a ConfigMap that is not there any more is found before the pods miss it", async () => {
  await world.request("POST", "/api/v1/namespaces/shop/configmaps", { metadata: { name: "settings" } });
  const envFrom = [{ configMapRef: { name: "settings" } }];
  const containers = [{ name: "main", image: good, envFrom }];
  await world.deploy(good, { containers });
  await world.release(bad, "failed");
  await world.patch([{ op: "remove", path: "/spec/template/spec/containers/0/envFrom" }]);
  await world.request("DELETE", "/api/v1/namespaces/shop/configmaps/settings", undefined);
  await expect.poll(async () => (await world.draw()).kind).toBe("plan"); // its controller needs a moment
  const { checks, hurdles } = await proposal();
  const reference = { kind: "ConfigMap", name: "settings", optional: false };
  expect(checks.find((it) => it.about === "manifest")?.found[0]).toMatchObject({
    kind: "reference missing",
    reference,
  });
  expect(hurdles.stops).toContain("manifest");
});

test("with nothing known to be good, somebody has to choose; with nothing else, there is nothing to go back to", async () => {
  await world.deploy("ghcr.io/shop/checkout:1-crash", {}, "failed");
  expect(await world.draw()).toMatchObject({ kind: "refused", because: { kind: "nothing to go back to" } });
  await world.release(bad, "failed");
  const offer = await world.draw();
  expect(offer.kind).toBe("no default");
  const [only] = offer.kind === "no default" ? offer.candidates.others : [];
  const { target } = await proposal({ to: { kind: "revision", uid: only?.revision.uid ?? "" } });
  expect(target.standing.kind).toBe("failed");
});

test("what was named by a tag comes back by the digest that ran", async () => {
  await world.deploy("ghcr.io/shop/checkout:1");
  await world.release(bad, "failed");
  const { draft, target } = await proposal();
  const [ran] = target.containers[0]?.digests ?? [];
  expect(draft.plan.to.pins).toEqual([{ container: "main", image: `ghcr.io/shop/checkout:1@${ran}` }]);
  expect(draft.plan.to.template).not.toBe(target.revision.template.hash);
  expect(draft.plan.to.admitted).toBe(draft.plan.to.template);
});

test("a StatefulSet says which pod holds it up", async () => {
  await world.stateful();
  const { checks, draft, target } = await proposal({ service: "ledger" });
  expect(target.standing.kind).toBe("good");
  expect(draft.plan.of.kind).toBe("StatefulSet");
  const state = checks.find((it) => it.about === "state");
  expect(state?.found.map((it) => it.kind)).toContain("stuck pod");
});
