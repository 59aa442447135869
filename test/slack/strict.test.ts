import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { actionIds } from "../../src/views/message.ts";
import { install } from "./install.ts";

describe.each(["socket", "http"] as const)("in %s mode, Slack", (mode) => {
  let bot: Awaited<ReturnType<typeof install>>;
  beforeEach(async () => {
    bot = await install(mode);
  });
  afterEach(() => bot.end());

  const seen = (user: string) => bot.world.messagesFor(user, "C0OPS");

  /** Asks, and gives the answer as Slack shows it to the one who asked. */
  async function ask(text: string) {
    const before = seen("U0ALICE").length;
    const typed = { user: "U0ALICE", channel: "C0OPS", text: `/whatsrunning ${text}`.trim() };
    expect(await bot.world.command(typed)).toMatchObject({ acked: true, body: "" });
    await expect.poll(() => seen("U0ALICE")).toHaveLength(before + 1);
    const [answer] = seen("U0ALICE").slice(-1);
    if (!answer) throw new Error("the answer went away");
    return answer;
  }

  test("shows the answer to the one who asked, and to nobody else", async () => {
    const answer = await ask("checkout prod");
    expect(answer.text).toMatch(/^checkout in prod: all 3 pods run sha256:a{12}/);
    expect(seen("U0BOB")).toEqual([]);
  });

  test("takes everything that can be asked, and replaces one answer by the next", async () => {
    const overview = await ask("");
    expect(overview.text).toMatch(/^1 service in prod/);
    const place = { user: "U0ALICE", message: { channel: "C0OPS", ts: overview.ts } };
    expect(await bot.world.click({ ...place, actionId: actionIds.open, value: "checkout" })).toMatchObject({
      acked: true,
    });
    await expect.poll(() => seen("U0ALICE").map((it) => it.text)).toEqual([expect.stringMatching(/^checkout in prod/)]);
  });

  test("lets one share, in front of everybody, by name and without a ping", async () => {
    const answer = await ask("checkout");
    const message = { channel: "C0OPS", ts: answer.ts };
    expect(await bot.world.click({ user: "U0ALICE", message, actionId: actionIds.share })).toMatchObject({
      acked: true,
    });
    await expect.poll(() => seen("U0BOB")).toHaveLength(1);
    expect(seen("U0BOB")[0]?.text).toMatch(/^checkout in prod: .* Shared by alice\.$/);
    expect(seen("U0ALICE")).toHaveLength(2);
  });

  test("shows a stranger in a shared channel nothing but a refusal", async () => {
    const overview = await ask("prod");
    const message = { channel: "C0OPS", ts: overview.ts };
    await bot.world.click({ user: "U0ALICE", message, actionId: actionIds.share });
    await expect.poll(() => seen("U0EVE")).toHaveLength(1);
    const shared = { channel: "C0OPS", ts: seen("U0EVE")[0]?.ts ?? "" };
    await bot.world.click({ user: "U0EVE", message: shared, actionId: actionIds.open, value: "checkout" });
    await expect.poll(() => seen("U0EVE")).toHaveLength(2);
    expect(seen("U0EVE")[1]?.text).toMatch(/^I answer only people of the workspace/);
  });

  test("asks for no scope, no method and no block that the manifest and Slack do not know", async () => {
    for (const text of ["help", "prod", "checkout prod", "chekout", "a b c d", "<!channel>"]) await ask(text);
    expect(bot.world.calls.filter((it) => it.answer["ok"] !== true)).toEqual([]);
    expect(seen("U0ALICE")).toHaveLength(6);
  });
});

test("both connections refreshed in the same moment lose no click", async () => {
  const { world, slack, end } = await install("socket");
  await expect.poll(() => world.sockets.count()).toBe(2);
  world.sockets.refresh();
  await expect.poll(() => world.sockets.count(), { interval: 5 }).toBeGreaterThan(0);
  const asked = Array.from({ length: 20 }, () =>
    world.command({ user: "U0ALICE", channel: "C0OPS", text: "/whatsrunning checkout" }),
  );
  expect((await Promise.all(asked)).filter((it) => !it.acked)).toEqual([]);
  await expect.poll(() => world.messagesFor("U0ALICE", "C0OPS")).toHaveLength(20);
  await expect.poll(() => world.sockets.count()).toBe(2);
  expect(slack.connected()).toBe(true);
  await end();
});
