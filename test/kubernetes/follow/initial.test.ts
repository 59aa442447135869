import { createGzip } from "node:zlib";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startFollowing } from "../following.ts";
import {
  type Answer,
  bookmark,
  complete,
  deployment,
  event,
  open,
  page,
  type ScriptedServer,
  startScripted,
  status,
} from "../scripted-server.ts";

/** A busy machine takes its time. */
const patient = { timeout: 10_000, interval: 20 };

/** A watch that begins with all there is (WatchList), and servers that cannot do it. */

let server: ScriptedServer;
let stop = async (): Promise<void> => {};

beforeEach(async () => {
  server = await startScripted();
});
afterEach(async () => {
  await stop();
  await server.close();
});

async function follow(more: Omit<Parameters<typeof startFollowing>[0], "server"> = {}) {
  const following = await startFollowing({ server, ...more });
  stop = following.stop;
  return following;
}

const added = (name: string, version: string): object => event("ADDED", deployment(name, version));
const others = ["statefulsets", "daemonsets", "replicasets", "controllerrevisions", "pods", "configmaps"];
/** Every kind is empty, but for the Deployments. */
function begin(answers: readonly Answer[]): void {
  for (const plural of others) server.script(`initial ${plural}`, [open([complete("5")])]);
  server.script("initial deployments", answers);
}

test("everything comes in one watch, which then goes on: no list is asked for", async () => {
  begin([open([added("web", "11"), added("api", "12"), complete("20"), added("late", "21")])]);
  const { told } = await follow();
  await vi.waitFor(() => expect(told()).toContain("put late"), patient);
  expect(told().slice(0, 4)).toEqual(["put web", "put api", "listed uid-web uid-api", "put late"]);
  expect(server.heard.filter((it) => it.verb !== "initial")).toEqual([]);
  const [asked] = server.asked("initial deployments");
  expect(Object.fromEntries(asked?.query ?? [])).toMatchObject({
    watch: "true",
    allowWatchBookmarks: "true",
    sendInitialEvents: "true",
    resourceVersionMatch: "NotOlderThan",
  });
  expect(asked?.query.has("resourceVersion")).toBe(false);
});

test("what is told before the end counts at once, and nothing is swept away before it", async () => {
  begin([open([added("web", "11")])]);
  const { told } = await follow();
  await vi.waitFor(() => expect(told()).toEqual(["put web"]), patient);
});

test("a stream that ends later is resumed where it was, and one that is forgotten begins anew", async () => {
  begin([
    open([added("web", "11"), complete("20"), bookmark("30")], "ends"),
    open([added("api", "41"), complete("50")]),
  ]);
  server.script("watch deployments", [status(410), open()]);
  const { told } = await follow();
  await vi.waitFor(() => expect(told()).toContain("listed uid-api"), patient);
  expect(server.asked("watch deployments").map((it) => it.query.get("resourceVersion"))).toEqual(["30"]);
  expect(told().filter((it) => it.startsWith("lost"))).toHaveLength(1);
  expect(server.asked("list deployments")).toEqual([]);
});

test.each<[string, Answer]>([
  ["is reset half way", open([added("old", "11")], "is reset")],
  ["tells of an error half way", open([added("old", "11"), event("ERROR", { code: 500 })])],
  ["is too busy", status(429)],
  ["is forbidden", status(403)],
])("a beginning that %s is told, and tried again", async (_, answer) => {
  begin([answer, open([added("web", "21"), complete("30")])]);
  const { told } = await follow();
  await vi.waitFor(() => expect(told()).toContain("listed uid-web"), patient);
  expect(told().filter((it) => it.startsWith("lost") || it.startsWith("denied"))).toHaveLength(1);
  expect(told().filter((it) => it.startsWith("listed"))).toEqual(["listed uid-web"]); // which ends the old one
  expect(server.asked("list deployments")).toEqual([]);
});

test.each<[string, Answer]>([
  ["refuses it", status(422)],
  ["takes it for a plain watch and sends bookmarks", open([added("web", "11"), bookmark("12")])],
  ["takes it for a plain watch and then says nothing", open([added("web", "11")])],
  ["takes it for a plain watch of nothing", open()],
  ["takes it for a plain watch and ends it", open([added("web", "11")], "ends")],
])("a server that %s is read page by page, and that is no loss", async (_, answer) => {
  for (const plural of [...others, "deployments"]) server.script(`initial ${plural}`, [answer]);
  server.script("list deployments", [page([deployment("web")], { version: "42" })]);
  const { told } = await follow();
  await vi.waitFor(() => expect(told()).toContain("listed uid-web"), patient);
  await vi.waitFor(() => expect(server.asked("watch deployments")).toHaveLength(1), patient);
  expect(server.asked("watch deployments")[0]?.query.get("resourceVersion")).toBe("42");
  expect(told().filter((it) => it.startsWith("lost"))).toEqual([]);
});

test("a server that cannot do it is not asked again", async () => {
  server.script("watch deployments", [status(410), open()]);
  await follow();
  await vi.waitFor(() => expect(server.asked("list deployments")).toHaveLength(2), patient);
  expect(server.asked("initial deployments").length).toBeLessThan(2);
  expect(server.heard.filter((it) => it.verb === "initial").length).toBeLessThan(8);
});

const packed: Answer = (response) => {
  response.writeHead(200, { "content-encoding": "gzip" });
  const gzip = createGzip();
  gzip.pipe(response);
  gzip.write(`${JSON.stringify(added("web", "11"))}\n${JSON.stringify(complete("20"))}\n`);
  gzip.flush(() => gzip.write(`${JSON.stringify(added("api", "21"))}\n`, () => gzip.flush()));
};

test("a stream that comes packed is told as it comes, not when it ends", async () => {
  begin([packed]);
  const { told } = await follow();
  await vi.waitFor(() => expect(told()).toEqual(["put web", "listed uid-web", "put api", "heard"]), patient);
  expect(server.asked("initial deployments")[0]?.headers["accept-encoding"]).toBe("gzip");
});

test("others get a turn while thousands of objects are read", async () => {
  const many = Array.from({ length: 5_000 }, (_, i) => added(`web-${i}`, String(i + 1)));
  begin([open([...many, complete("9000")])]);
  let turns = 0;
  const counting = setInterval(() => (turns += 1), 0);
  const { told } = await follow();
  await vi.waitFor(() => expect(told().length).toBeGreaterThan(5_000), 10_000);
  clearInterval(counting);
  expect(turns).toBeGreaterThan(10);
});
