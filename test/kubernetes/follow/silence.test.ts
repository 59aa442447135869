import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startKubernetes } from "../../../sim/kubernetes/server.ts";
import { startFollowing } from "../following.ts";
import { never, open, page, startScripted, status, type ScriptedServer } from "../scripted-server.ts";

/** Watches that stay open and say nothing: their server may be well, frozen, or away. */

let server: ScriptedServer;
let following: Awaited<ReturnType<typeof startFollowing>>;
const patient = { timeout: 15_000, interval: 20 };

beforeEach(async () => {
  server = await startScripted();
});
afterEach(async () => {
  await following.stop();
  await server.close();
});

const probes = () => server.asked("list deployments").filter((it) => it.query.get("limit") === "1");
const watched = () => server.heard.filter((it) => it.verb === "watch").length;

/** Until seven watches are open. Whatever the server answers to questions from then on is scripted. */
async function follow(answers: Parameters<ScriptedServer["script"]>[1], within = {}): Promise<void> {
  server.script("list deployments", [page([]), ...answers]);
  following = await startFollowing({ server, within: { quietMs: 400, pulseMs: 400, beatMs: 100, ...within } });
  await vi.waitFor(() => expect(watched()).toBeGreaterThanOrEqual(7), patient);
}

const lost = () => following.changes.filter((it) => it.kind === "lost");

test("a server that froze is given up, for all its watches at once", async () => {
  const frozen = await startKubernetes({ namespaces: ["shop"] });
  const folder = await mkdtemp(join(tmpdir(), "silence-"));
  const kubeconfig = join(folder, "config");
  await writeFile(kubeconfig, frozen.kubeconfig);
  const within = { quietMs: 2_000, pulseMs: 300, beatMs: 100 };
  following = await startFollowing({ server: { kubeconfig }, within });
  const listed = () => following.changes.filter((it) => it.kind === "listed");
  await vi.waitFor(() => expect(listed()).toHaveLength(7), patient);
  frozen.faults.freeze();
  await vi.waitFor(() => expect(lost()).toHaveLength(7), patient);
  expect(new Set(lost().map((it) => it.because))).toEqual(new Set(["the API server has fallen silent"]));
  frozen.faults.thaw();
  await vi.waitFor(() => expect(listed()).toHaveLength(14), patient);
  await frozen.close();
  await rm(folder, { recursive: true });
});

test.each([
  ["answers", page([])],
  ["does not let us read that", status(403)],
  ["has an error", status(500)],
])("a server that %s is believed, and asked rarely", async (_, answer) => {
  const began = performance.now();
  await follow([answer], { beatMs: 400 });
  await vi.waitFor(() => expect(probes().length).toBeGreaterThan(0), patient);
  await new Promise((resolve) => void setTimeout(resolve, 1_500));
  expect(lost()).toEqual([]);
  expect(watched()).toBe(7);
  const most = (performance.now() - began) / 400;
  expect(probes().length, "one is good for all").toBeLessThan(most);
});

test("what one watch hears is a sign of life for the others", async () => {
  const timers: NodeJS.Timeout[] = [];
  const talking = open();
  server.script("watch pods", [
    (response, heard) => {
      talking(response, heard);
      const word = `${JSON.stringify({ type: "BOOKMARK", object: { metadata: { resourceVersion: "11" } } })}\n`;
      timers.push(setInterval(() => response.write(word), 50));
    },
  ]);
  await follow([never], { beatMs: 5_000 });
  await new Promise((resolve) => void setTimeout(resolve, 2_000));
  timers.forEach(clearInterval);
  expect(probes()).toEqual([]);
  expect(lost()).toEqual([]);
});

test("a stop does not wait for a server that does not answer", async () => {
  await follow([never], { pulseMs: 60_000 });
  await vi.waitFor(() => expect(probes()).toHaveLength(1), patient);
  const began = performance.now();
  await following.stop();
  expect(performance.now() - began).toBeLessThan(5_000);
});
