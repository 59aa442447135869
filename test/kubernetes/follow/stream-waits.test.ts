import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startFollowing } from "../following.ts";
import {
  type Answer,
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

/** Being refused, waiting and stopping. */

let server: ScriptedServer;
let stop = async (): Promise<void> => {};

beforeEach(async () => {
  server = await startScripted();
});
afterEach(async () => {
  await stop();
  await server.close();
});

async function follow() {
  const following = await startFollowing({ server });
  stop = following.stop;
  return following;
}

test("a missing permission is told with its verb, and only that kind is lost", async () => {
  server.script("list deployments", [status(403)]);
  const { told, changes, logged } = await follow();
  await vi.waitFor(() => expect(server.asked("list deployments").length).toBeGreaterThan(4), patient);
  expect(told()).toEqual(["denied: we are not allowed to list deployments in namespace shop (403)"]);
  expect(logged.filter((it) => it.level === "warn")).toHaveLength(1);
  const listed = changes.flatMap((it) => (it.kind === "listed" ? it.stream.of : []));
  expect(listed.toSorted()).toEqual([
    "configmaps",
    "controllerrevisions",
    "daemonsets",
    "pods",
    "replicasets",
    "statefulsets",
  ]);

  server.script("list deployments", [page([deployment("web")])]);
  await vi.waitFor(() => expect(told()).toContain("listed uid-web"), patient);
});

test("a break is told once for each reason that keeps it from healing, however many tries it takes", async () => {
  server.script("list deployments", [status(503), status(503), status(403), status(503), status(403), page([])]);
  const { told } = await follow();
  await vi.waitFor(() => expect(told()).toContain("listed"), patient);
  expect(told().slice(0, 2)).toEqual([
    "lost: the API server answers with an error (503)",
    "denied: we are not allowed to list deployments in namespace shop (403)",
  ]);
  expect(told()[2]).toBe("listed");
});

test("a server that came back and has forgotten our place is no second trouble", async () => {
  server.script("watch deployments", [
    open([event("ADDED", deployment("web", "11"))], "is reset"),
    status(410),
    open(),
  ]);
  const { told } = await follow();
  await vi.waitFor(() => expect(server.asked("list deployments")).toHaveLength(2), patient);
  expect(told().filter((it) => it.startsWith("lost"))).toHaveLength(1);
});

test("waits longer each time, and as long as the server asks", async () => {
  server.script("list deployments", [status(503), status(503), status(429, { "retry-after": "9" }), page([])]);
  const { told, waits } = await follow();
  await vi.waitFor(() => expect(told()).toContain("listed"), patient);
  const [toSettle, forSilence] = [1_000, 40_000];
  expect(waits.filter((it) => it !== toSettle && it < forSilence)).toEqual([375, 750, 9_000]);
});

const onlyFor =
  (token: string): Answer =>
  (response, heard) => {
    const accepted = heard.headers.authorization === `Bearer ${token}`;
    (accepted ? page([deployment("web")]) : status(401))(response, heard);
  };

test("a token that was replaced is read again at the first 401", async () => {
  server.script("list deployments", [onlyFor("second")]);
  const following = startFollowing({ server });
  await server.writeToken("second");
  const { told, stop: end } = await following;
  stop = end;
  await vi.waitFor(() => expect(told()).toContain("put web"), patient);
  expect(told().filter((it) => it.startsWith("lost"))).toEqual([]);
});

test("a token that is not accepted is told, and tried again", async () => {
  server.script("list deployments", [onlyFor("second")]);
  const { told } = await follow();
  await vi.waitFor(
    () => expect(told()).toEqual(["lost: the API server does not accept our credentials (401)"]),
    patient,
  );
  await server.writeToken("second");
  await vi.waitFor(() => expect(told()).toContain("put web"), patient);
});

type Following = Awaited<ReturnType<typeof follow>>;
const asked = (): void => expect(server.asked("list deployments").length).toBeGreaterThan(0);
test.each<[string, readonly Answer[], (following: Following) => void]>([
  ["a list that does not come", [never], asked],
  ["a watch that is open", [page([])], ({ told }) => expect(told()).toContain("heard")],
  [
    "the wait before the next try",
    [status(429, { "retry-after": "60" })],
    ({ waits }) => expect(waits).toContain(60_000),
  ],
])("stop ends %s at once, without a word", async (_, lists, reached) => {
  server.script("list deployments", lists);
  const following = await follow();
  const others = ["replicasets", "pods"];
  await vi.waitFor(() => {
    reached(following);
    const heard = following.changes.flatMap((it) => (it.kind === "heard" ? it.stream.of : []));
    expect(others.every((it) => heard.some((of) => of === it))).toBe(true);
  }, patient);
  const before = { changes: following.changes.length, logged: following.logged.length };
  const started = performance.now();
  await following.stop();
  expect(performance.now() - started).toBeLessThan(500);
  expect({ changes: following.changes.length, logged: following.logged.length }).toEqual(before);
});
