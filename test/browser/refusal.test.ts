import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Demo, startDemo } from "../../demo/start.ts";
import { useBrowser, visit, type Visitor } from "./visitor.ts";

useBrowser();

let demo: Demo;
let visitor: Visitor;
beforeAll(async () => {
  demo = await startDemo({ kubeconfig: null, port: 0 });
  visitor = await visit(`${demo.url}#U02BOB/C0INCCHECKOUT`);
  await visitor.page.getByRole("tab", { name: "Levers" }).click();
}, 30_000);
afterAll(async () => {
  await demo[Symbol.asyncDispose]();
});
afterEach(async () => {
  for (const { id, on } of demo.stage.see().levers) if (on === true) await demo.stage.pull(id);
  await visitor.page.keyboard.press("Escape"); // a form that a test was ended in front of
});

test("with everything in its place, there is a plan that can be confirmed", async () => {
  await expect.poll(() => asked("history checkout prod"), { timeout: 15_000, interval: 500 }).toMatch(/live now(?!,)/);
  await pull("Ship the next release");
  await expect
    .poll(() => asked("checkout prod"), { timeout: 20_000, interval: 500 })
    .toMatch(/all 3 pods run .*1\.4\.3/s);
  const plan = await planned("Permission");
  expect(plan).toContain("back to sha256:");
  expect(plan).toContain("Roll back now");
});

test.each([
  [
    "Delete the earlier images",
    /Image: in the way\s*checkout: the registry does not have sha256:[0-9a-f]{12} any more/,
  ],
  ["Prune the earlier ConfigMaps", /Manifest: in the way.*checkout-config-1-4-2/s],
  ["Let Flux own checkout", /Owner: in the way\s*The Flux Kustomization flux-system\/shop puts back/],
])("%s: it cannot be confirmed, and the plan says why", async (lever, words) => {
  await pull(lever);
  const plan = await planned("as things are");
  expect(plan).toMatch(words);
  expect(plan).not.toContain("Roll back now");
});

test("a tag that was moved is a warning: the digest is what it goes back to", async () => {
  await pull("Move the earlier tags");
  const plan = await planned("Permission");
  expect(plan).toMatch(/the tag stands for sha256:[0-9a-f]{12} by now/);
  expect(plan).toContain("Roll back now");
});

test.each([
  ["Drop the store", /I could not keep what I do where it is safe/],
  ["Cut the cluster off", /I cannot read prod-eu as it is right now/],
])("%s: nothing is done, and that is said", async (lever, words) => {
  await pull(lever);
  const plan = await planned(words);
  expect(plan).not.toContain("Roll back now");
});

test("Mark the migration irreversible: an image cannot undo that", async () => {
  await pull("Mark the migration irreversible");
  expect(await planned("as things are")).toMatch(/Database: in the way.*An image cannot undo this/s);
});

async function pull(name: string): Promise<void> {
  await visitor.page.getByRole("list", { name: "Levers" }).getByRole("button", { name }).click();
  await expect.poll(() => demo.stage.see().levers.find((it) => it.label === name)?.said).not.toBe("Under way…");
}

async function asked(question: string): Promise<string> {
  const before = await visitor.messages.count();
  await visitor.type(`@whatsrunning ${question}`);
  await expect.poll(() => visitor.messages.count(), { timeout: 6_000 }).toBeGreaterThan(before + 1);
  return (await visitor.messages.last().textContent()) ?? "";
}

/** The form once it says so. */
async function planned(saying: string | RegExp): Promise<string> {
  const { page, modal } = visitor;
  await visitor.conversation
    .getByRole("button", { name: /^Roll back/ })
    .last()
    .click();
  await modal.getByText(saying).first().waitFor({ timeout: 15_000 });
  const text = (await modal.textContent()) ?? "";
  await page.keyboard.press("Escape");
  await modal.waitFor({ state: "hidden" });
  return text;
}
