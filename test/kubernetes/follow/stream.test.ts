import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startFollowing } from "../following.ts";
import {
  type Answer,
  bookmark,
  deployment,
  event,
  never,
  open,
  page,
  type ScriptedServer,
  startScripted,
  status,
} from "../scripted-server.ts";

/** A busy machine takes its time. */
const patient = { timeout: 10_000, interval: 20 };

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
const versionsWatched = (): readonly (string | null)[] =>
  server.asked("watch deployments").map((it) => it.query.get("resourceVersion"));

test("lists page by page, then watches from where the list was read", async () => {
  server.script("list deployments", [
    page([deployment("web")], { next: "p2" }),
    page([deployment("api")], { version: "42" }),
  ]);
  const { told } = await follow();

  await vi.waitFor(() => expect(versionsWatched()).toEqual(["42"]), patient);
  expect(told().slice(0, 3)).toEqual(["put web", "put api", "listed uid-web uid-api"]);
  const [first, second] = server.asked("list deployments").map((it) => Object.fromEntries(it.query));
  expect([first, second]).toEqual([{ limit: "500" }, { limit: "500", continue: "p2" }]);
  const [watched] = server.asked("watch deployments");
  expect(watched?.query.get("allowWatchBookmarks")).toBe("true");
  expect(Number(watched?.query.get("timeoutSeconds"))).toBe(440);
  expect(watched?.headers["user-agent"]).toBe("whatsrunning/1.2.3");
  expect(watched?.headers.authorization).toBe("Bearer first");
});

const packed: Answer = (response, { headers }) => {
  expect(headers["accept-encoding"]).toBe("gzip");
  const body = gzipSync(JSON.stringify({ metadata: { resourceVersion: "7" }, items: [deployment("web")] }));
  response.writeHead(200, { "content-encoding": "gzip" }).end(body);
};

test("a list that comes packed is unpacked", async () => {
  server.script("list deployments", [packed]);
  const { told } = await follow();
  await vi.waitFor(() => expect(told()).toContain("listed uid-web"), patient);
});

test("tells what is added, changed and deleted", async () => {
  const events = [
    added("web", "11"),
    event("MODIFIED", deployment("web", "12")),
    event("DELETED", deployment("web", "13")),
  ];
  server.script("watch deployments", [open(events)]);
  const { told } = await follow();
  await vi.waitFor(
    () => expect(told().filter((it) => it !== "heard")).toEqual(["listed", "put web", "put web", "gone uid-web"]),
    patient,
  );
  expect(told().at(-1)).toBe("heard");
});

test("a watch that is simply quiet counts as heard soon after it opened", async () => {
  const { told } = await follow();
  await vi.waitFor(() => expect(told()).toEqual(["listed", "heard"]), patient);
});

test("a watch that ends in good order goes on after the last bookmark, and nothing is lost", async () => {
  server.script("watch deployments", [open([added("web", "11"), bookmark("99")], "ends"), open([added("api", "100")])]);
  const { told, logged } = await follow();
  await vi.waitFor(() => expect(told()).toContain("put api"), patient);
  expect(versionsWatched()).toEqual(["10", "99"]);
  expect(told().filter((it) => it.startsWith("lost"))).toEqual([]);
  expect(server.asked("list deployments")).toHaveLength(1);
  expect(logged.filter((it) => it.level !== "info")).toEqual([]); // nobody tried to read a Deployment in the bookmark
});

test.each<[string, Answer]>([
  ["a connection that is reset in the middle of a line", open([added("web", "11"), '{"type":"ADD'], "is reset")],
  [
    "an error of the server within the stream",
    open([added("web", "11"), event("ERROR", { code: 500, message: "secret" })]),
  ],
  ["being too busy for us", open([added("web", "11"), event("ERROR", { code: 429 })])],
])("after %s, the watch goes on from the last event", async (_, answer) => {
  server.script("watch deployments", [answer, open([added("api", "12")])]);
  const { told } = await follow();
  await vi.waitFor(() => expect(told()).toContain("put api"), patient);
  expect(versionsWatched()).toEqual(["10", "11"]);
  expect(told().filter((it) => it.startsWith("lost"))).toHaveLength(1);
  expect(server.asked("list deployments")).toHaveLength(1);
});

const longLine = `{"type":"ADDED","object":"${"x".repeat(17 * 1024 * 1024)}`;
test.each<[string, Answer]>([
  [
    "a resource version that is forgotten",
    open([added("web", "11"), event("ERROR", { code: 410, reason: "Expired" })]),
  ],
  ["the same as a status", status(410)],
  ["a line that is no JSON", open([added("web", "11"), "}{\n"])],
  ["a line without an object", open([added("web", "11"), '{"type":"ADDED"}\n'])],
  ["a type of event that does not exist", open([event("RENAMED", deployment("web", "11"))])],
  ["a line without end", open([longLine])],
  ["an answer that is no stream at all", status(404)],
])("after %s, everything is listed again", async (_, answer) => {
  server.script("list deployments", [page([]), page([deployment("fresh")], { version: "50" })]);
  server.script("watch deployments", [answer, open()]);
  const { told } = await follow();
  await vi.waitFor(() => expect(versionsWatched()).toEqual(["10", "50"]), patient);
  expect(told().filter((it) => it.startsWith("lost"))).toHaveLength(1);
  expect(told()).toContain("listed uid-fresh");
  expect(told().join(" ")).not.toContain("secret");
});

test("a stream that is open and silent is given up, and everything is listed again", async () => {
  server.script("watch deployments", [open([added("web", "11")]), open()]);
  const { told } = await follow({ within: { silenceMs: 300 } });
  await vi.waitFor(() => expect(told()).toContain("lost: the API server has fallen silent"), 5_000);
  await vi.waitFor(() => expect(server.asked("list deployments").length).toBeGreaterThan(1), patient);
});

test("a server that takes the request and never answers is given up at the deadline", async () => {
  server.script("list deployments", [never, page([deployment("web")])]);
  const { told } = await follow({ within: { getMs: 200 } });
  await vi.waitFor(() => expect(told()).toContain("put web"), patient);
  expect(told()[0]).toBe("lost: the API server cannot be reached: no answer in time");
});

test("a list that is forgotten half way is read from the start", async () => {
  const half = page([deployment("old")], { next: "p2" });
  server.script("list deployments", [half, status(410), page([deployment("web")], { version: "60" })]);
  const { told } = await follow();
  await vi.waitFor(() => expect(versionsWatched()).toEqual(["60"]), patient);
  expect(server.asked("list deployments").map((it) => it.query.get("continue"))).toEqual([null, "p2", null]);
  expect(told().filter((it) => it.startsWith("listed"))).toEqual(["listed uid-web"]);
});

test("a watch that closes at once again and again is not believed", async () => {
  server.script("watch deployments", [open([], "ends"), open([], "ends"), open([], "ends"), open()]);
  const { told } = await follow();
  await vi.waitFor(() => expect(server.asked("list deployments")).toHaveLength(2), patient);
  expect(told().filter((it) => it.startsWith("lost"))).toEqual(["lost: the watch is closed again and again"]);
});

test("a listener that throws is logged, and hears what comes next", async () => {
  server.script("watch deployments", [open([added("web", "11"), added("api", "12")])]);
  const { told, logged } = await follow({
    into: (change) => {
      if (change.kind === "put" && change.record.name === "web") throw new Error("cannot take it");
    },
  });
  await vi.waitFor(() => expect(told()).toContain("put api"), patient);
  expect(logged.filter((it) => it.level === "error")).toHaveLength(1);
  expect(server.asked("watch deployments")).toHaveLength(1);
});

const broken = (name: string): object => ({ ...deployment(name), spec: { template: "none" } });

test("objects of a wrong shape are left out, counted, logged once, and not taken for gone", async () => {
  server.script("list deployments", [page([deployment("web"), broken("odd"), [], { metadata: null }])]);
  server.script("watch deployments", [
    open([event("MODIFIED", { ...broken("odder"), status: [] }), added("api", "12")]),
  ]);
  const { told, logged } = await follow();
  await vi.waitFor(() => expect(told()).toContain("put api"), patient);
  expect(told().filter((it) => it !== "heard")).toEqual(["put web", "listed uid-web uid-odd", "put api"]);
  const warnings = logged.filter((it) => it.level === "warn");
  expect(warnings).toMatchObject([{ facts: { resource: "deployments", uid: "uid-odd", where: "spec.template" } }]);
  expect(
    logged.find((it) => it.message === "listed" && "unreadable" in it.facts && it.facts.unreadable === 3),
  ).toBeDefined();
});

test("one stream for each namespace and kind", async () => {
  await follow({ namespaces: ["shop", "payments"] });
  await vi.waitFor(() => expect(server.heard.filter((it) => it.verb === "watch")).toHaveLength(14), patient);
});
