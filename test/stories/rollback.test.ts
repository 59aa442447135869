import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startKubernetes } from "../../sim/kubernetes/server.ts";
import { jsonPatch, manifest } from "../contract/kubernetes/place.ts";
import { optionsOf } from "./ticks.ts";
import { createWorld, type World } from "./world.ts";

const good = `ghcr.io/shop/checkout@sha256:${"7".repeat(64)}`;
const bob = "U02BOB";

/** From a bad release to a confirmed rollback, by the real bot. */
describe("a bad release is taken back", () => {
  let world: World;
  let deployments: string;

  beforeAll(async () => {
    const rollback = { allow: { users: [bob] }, healthyFor: "1s", soak: "1s", confirm: "typed" };
    world = await createWorld({ cluster: await startKubernetes({ context: "prod-eu" }), mode: "socket", rollback });
    deployments = `/apis/apps/v1/namespaces/${world.namespaces.shop}/deployments`;
    await world.create(deployments, manifest({ name: "checkout", image: good, replicas: 2 }));
  }, 60_000);
  afterAll(() => world.close(), 30_000);

  /** The dialog that somebody looks at, once it is past what it opens with. */
  async function dialog(user: string) {
    const top = () => world.slack.viewsFor(user).at(-1);
    await expect.poll(() => JSON.stringify(top()?.content ?? "Checking"), { timeout: 10_000 }).not.toMatch(/Checking/);
    const view = top();
    if (!view) throw new Error("there is no dialog");
    return view;
  }

  const command = async (user: string) =>
    world.slack.command({ user, channel: world.deploys, text: "/whatsrunning rollback checkout" });

  test("it did well for as long as it had to, and then something else came", async () => {
    await world.askUntil("checkout", /^checkout in prod: both pods run sha256:777777777777/);
    await expect.poll(async () => (await world.ask("history checkout")).text, { timeout: 8_000 }).toMatch(/live now\./);
    await new Promise((resolve) => setTimeout(resolve, 1_100)); // as long as it has to be healthy
    const image = {
      op: "replace",
      path: "/spec/template/spec/containers/0/image",
      value: "ghcr.io/shop/checkout:2-crash",
    };
    const reply = await world.client.request("PATCH", `${deployments}/checkout`, { body: [image], type: jsonPatch });
    expect(reply.status, reply.text).toBe(200);
    await world.askUntil("checkout", /CrashLoopBackOff|failed|not ready|stuck/i);
  });

  test("not by somebody who may not, who is told who can", async () => {
    expect((await command("U01ALICE")).acked).toBe(true);
    const { content } = await dialog("U01ALICE");
    expect(JSON.stringify(content)).toMatch(/you may not roll back there\. Who can: <@U02BOB>/);
    expect(content["submit"]).toBeUndefined();
  });

  test("by a mention in a thread, as by its button", async () => {
    const thread = world.slack.say({ user: bob, channel: world.deploys, text: "errors!" });
    await world.slack.mention({ user: bob, channel: world.deploys, text: "rollback checkout", thread });
    const offer = () => world.slack.ephemerals(bob).find((it) => it.thread === thread);
    await expect.poll(() => offer()?.text).toMatch(/^Roll back checkout in prod\?/);
    const message = { channel: world.deploys, ts: offer()?.ts ?? "" };
    await world.slack.click({ user: bob, message, actionId: "rollback_0" });
    const { content, id } = await dialog(bob);
    expect(JSON.stringify(content)).toMatch(/back to `sha256:777777777777`/);
    await world.slack.dismiss({ user: bob, view: id });
  });

  test("by the command: seen, confirmed, and kept as one operation", async () => {
    expect((await command(bob)).acked).toBe(true);
    const { content, id } = await dialog(bob);
    const shown = JSON.stringify(content);
    expect(shown).toMatch(/back to `sha256:777777777777`.*the last one that is known to be good/);
    expect(shown).toMatch(/kubectl rollout undo deployment\/checkout/);
    const accept = optionsOf(content["blocks"], "accept");
    const values = { reason: "errors at checkout", typed: "chekout", accept };
    const mistyped = await world.slack.submit({ user: bob, view: id, values });
    expect(mistyped).toMatchObject({ effect: "errors", errors: { typed: "That is not checkout." } });
    const submitted = await world.slack.submit({ user: bob, view: id, values: { ...values, typed: "checkout" } });
    expect(submitted).toMatchObject({ effect: "updated", refused: [] });
    expect(JSON.stringify(world.slack.viewsFor(bob).at(-1)?.content)).toMatch(/Rolling back \*checkout\* in \*prod\*/);
  });
});
