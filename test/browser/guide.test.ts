import { afterAll, beforeAll, expect, test } from "vitest";
import { type Demo, startDemo } from "../../demo/start.ts";
import { useBrowser, visit, type Visitor } from "./visitor.ts";

useBrowser();

let demo: Demo;
let visitor: Visitor;
beforeAll(async () => {
  demo = await startDemo({ kubeconfig: null, port: 0 });
  visitor = await visit(demo.url);
}, 30_000);
afterAll(async () => {
  await demo[Symbol.asyncDispose]();
});

const slowMs = 20_000;

test("the story is told from a good release to the proof that the bad one is gone", { timeout: 90_000 }, async () => {
  const { page } = visitor;
  await take("Ship 1.4.3");
  await visitor.answer(/checkout in prod: deploy done.*1\.4\.3/s, slowMs);
  await take("Ship 1.4.4");
  const failed = await visitor.answer(/checkout in prod: deploy failed.*1\.4\.4/s, slowMs);
  expect(await failed.textContent()).toContain("CrashLoopBackOff");

  await take("Hear from support");
  await visitor.messages.filter({ hasText: "they cannot pay" }).waitFor();
  await take("Ask as Bob");
  const stuck = await visitor.answer("CrashLoopBackOff");
  expect(await stuck.textContent()).not.toContain("Only visible to you");

  await take("Press “Roll back…” as Bob");
  await page.getByText("Image: ok").waitFor();
  await page.getByRole("textbox", { name: "Why?" }).fill("<b>payments</b> fail since 1.4.4");
  await page.getByRole("button", { name: "Roll back now" }).click();
  await page.getByText("It counts as restored once its pods are ready").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  const restored = await visitor.answer("All pods were ready on it after", slowMs);
  expect(await restored.textContent()).toMatch(/checkout in prod was rolled back to sha256:[0-9a-f]{12}/);
  await visitor.answer("<b>payments</b> fail since 1.4.4");

  await take("Ask again as Bob");
  await visitor.answer(/checkout in prod: all 3 pods run sha256:[0-9a-f]{12}/);
  const steps = page.getByRole("list", { name: "Guided story" }).getByRole("listitem");
  await expect.poll(() => steps.filter({ hasText: ", done" }).count()).toBe(6);
  expect(await page.content()).not.toContain("not drawn on this page");
});

test("who is not allowed to is told so, and so is a guest", async () => {
  expect(await refused("alice")).toMatch(/you may not roll back there. Who can: @bob/);
  expect(await refused("gail")).toMatch(/guests may never roll back/);
});

async function take(action: string): Promise<void> {
  await visitor.page.getByRole("button", { name: action }).click({ timeout: slowMs });
}

/** What the form says to somebody who presses the button. */
async function refused(name: string): Promise<string> {
  await visitor.become(name);
  await visitor.goTo("inc-checkout");
  await visitor.conversation
    .getByRole("button", { name: /^Roll back/ })
    .last()
    .click();
  await visitor.modal.getByText("may").waitFor();
  const text = (await visitor.modal.textContent()) ?? "";
  await visitor.modal.getByRole("button", { name: "Close" }).click();
  await visitor.modal.waitFor({ state: "hidden" });
  return text;
}
