import { afterAll, beforeAll, expect, test } from "vitest";
import { type Demo, startDemo } from "../../demo/start.ts";
import { useBrowser, visit, type Visitor } from "./visitor.ts";

useBrowser();

let demo: Demo;
let visitor: Visitor;
beforeAll(async () => {
  demo = await startDemo({ kubeconfig: null, port: 0 });
  visitor = await visit(demo.url);
  await visitor.page.getByRole("tab", { name: "Levers" }).click();
}, 30_000);
afterAll(async () => {
  await demo[Symbol.asyncDispose]();
});

test("a broken deploy is told with its cause", async () => {
  await expect.poll(() => asked("history checkout prod"), { timeout: 15_000, interval: 500 }).toMatch(/live now(?!,)/);
  await pull("Break the next deploy");
  await pull("Ship the next release");
  await expect.poll(() => asked(), { timeout: 10_000, interval: 500 }).toMatch(/1\.4\.3.*(crash|exit code)/is);
  await expect.poll(() => pressed("Break the next deploy")).toBe("false");
});

test("a cluster that is cut off is said in the first line, and heard of again later", async () => {
  await pull("Cut the cluster off");
  await expect
    .poll(() => asked(), { timeout: 15_000, interval: 500 })
    .toMatch(/prod-eu cannot be seen since|since its watch is broken/);
  await pull("Cut the cluster off");
  await expect.poll(() => asked(), { timeout: 20_000, interval: 500 }).toMatch(/live from prod-eu/);
});

test("a bot that is killed in the middle of a rollback goes on with it, and tells of it once", async () => {
  await visitor.become("bob");
  await visitor.goTo("inc-checkout");
  await visitor.type("/whatsrunning rollback checkout");
  await visitor.page.getByRole("textbox", { name: "Why?" }).fill("it crashes");
  await visitor.page.getByRole("button", { name: "Roll back now" }).click();
  await visitor.modal.getByText("It counts as restored once").waitFor();
  await visitor.page.keyboard.press("Escape");
  await pull("Kill the bot");
  await visitor.answer("All pods were ready on it after", 25_000);
  const telling = visitor.messages.filter({ hasText: "checkout in prod was rolled back to" });
  await expect.poll(() => telling.filter({ hasText: "Undo this rollback" }).count()).toBe(1);
});

test("messages that Slack turns away come late, and once", async () => {
  await visitor.become("alice");
  await visitor.goTo("deploys");
  await pull("Let Slack ask for patience");
  await pull("Ship the next release");
  const told = visitor.messages.filter({ hasText: /→\s*sha256:[0-9a-f]{12} \(tag 1\.4\.4\)/ });
  await told.first().waitFor({ timeout: 20_000 });
  expect(await told.count()).toBe(1);
});

test("without its store the bot goes on to answer", async () => {
  await pull("Drop the store");
  expect(await asked()).toMatch(/live from prod-eu/);
  await pull("Drop the store");
});

/** One that is on or off is waited for: what comes next counts on it. */
async function pull(name: string): Promise<void> {
  const before = await pressed(name);
  await leverOf(name).click();
  if (before !== null)
    await leverOf(name)
      .and(visitor.page.locator(`:not([aria-pressed="${before}"])`))
      .waitFor();
}

function leverOf(name: string) {
  return visitor.page.getByRole("list", { name: "Levers" }).getByRole("button", { name });
}

async function pressed(name: string): Promise<string | null> {
  return leverOf(name).getAttribute("aria-pressed");
}

/** What the bot says now of the service that the levers are about. */
async function asked(question = "checkout prod"): Promise<string> {
  const answers = visitor.messages.filter({ hasText: "Only visible to you" });
  const before = await answers.count();
  await visitor.type(`/whatsrunning ${question}`);
  await expect.poll(() => answers.count(), { timeout: 6_000 }).toBeGreaterThan(before);
  return (await answers.last().textContent()) ?? "";
}
