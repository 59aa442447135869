import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Change } from "../../../src/core/workload.ts";
import { startFollowing } from "../following.ts";
import {
  type Answer,
  complete,
  deployment,
  event,
  open,
  page,
  type ScriptedServer,
  startScripted,
} from "../scripted-server.ts";

/** What a list tells again is looked into only where it is not what was told before. */

const patient = { timeout: 10_000, interval: 20 };
const others = ["statefulsets", "daemonsets", "replicasets", "controllerrevisions", "pods", "configmaps"];
const expired = event("ERROR", { code: 410, reason: "Expired" });
const added = (it: object): object => event("ADDED", it);
const web = deployment("web", "11");
const api = deployment("api", "12");
const restored: object = JSON.parse(JSON.stringify(api).replace("ghcr.io/shop/api:1", "ghcr.io/shop/api:0"));

let server: ScriptedServer;
let stop = async (): Promise<void> => {};

beforeEach(async () => {
  server = await startScripted();
});
afterEach(async () => {
  await stop();
  await server.close();
});

/** Two lists, with what the watch tells between them. */
type Between = (first: readonly object[], told: readonly object[], second: readonly object[]) => void;

const inOneWatch: Between = (first, told, second) => {
  const answers: readonly Answer[] = [
    open([...first.map(added), complete("20"), ...told, expired]),
    open([...second.map(added), complete("50")]),
  ];
  for (const plural of others) server.script(`initial ${plural}`, [open([complete("5")])]);
  server.script("initial deployments", answers);
};

const pageByPage: Between = (first, told, second) => {
  server.script("list deployments", [page(first), page(second, { version: "50" })]);
  server.script("watch deployments", [open([...told, expired]), open()]);
};

async function follow(into: (change: Change) => void = () => {}) {
  const following = await startFollowing({ server, into });
  stop = following.stop;
  const lists = () => following.told().filter((it) => it.startsWith("listed"));
  await vi.waitFor(() => expect(lists()).toHaveLength(2), patient);
  return following.told().filter((it) => !/^(heard|lost)/.test(it));
}

describe.each([
  ["a watch that begins with all there is", inOneWatch],
  ["pages", pageByPage],
])("a second list, in %s,", (_, script) => {
  test("tells only what is new, and what is as it was is still there", async () => {
    script([web, api], [], [web, api, deployment("late", "30")]);
    expect(await follow()).toEqual([
      "put web",
      "put api",
      "listed uid-web uid-api",
      "put late",
      "listed uid-web uid-api uid-late",
    ]);
  });

  test("sweeps away what is not in it", async () => {
    script([web, api], [], [api]);
    expect((await follow()).slice(2)).toEqual(["listed uid-web uid-api", "listed uid-api"]);
  });

  test("tells what changed", async () => {
    script([web, api], [], [web, deployment("api", "31")]);
    expect((await follow()).slice(2)).toEqual(["listed uid-web uid-api", "put api", "listed uid-web uid-api"]);
  });

  test("tells another object under the same version, as after etcd was restored", async () => {
    script([web, api], [], [web, restored]);
    expect((await follow()).slice(2)).toEqual(["listed uid-web uid-api", "put api", "listed uid-web uid-api"]);
  });

  test("tells what it said before, where something else was told since", async () => {
    script([web], [event("MODIFIED", deployment("web", "21"))], [web]);
    expect(await follow()).toEqual(["put web", "listed uid-web", "put web", "put web", "listed uid-web"]);
  });

  test("tells what was deleted meanwhile", async () => {
    script([web], [event("DELETED", web)], [web]);
    expect(await follow()).toEqual(["put web", "listed uid-web", "gone uid-web", "put web", "listed uid-web"]);
  });

  test("tells again what a listener did not take", async () => {
    script([web, api], [], [web, api]);
    let tries = 0;
    const told = await follow((change) => {
      if (change.kind === "put" && change.record.name === "api" && (tries += 1) === 1) throw new Error("not now");
    });
    expect(told.slice(2)).toEqual(["listed uid-web uid-api", "put api", "listed uid-web uid-api"]);
  });
});

test("what a watch told is known to the list after it", async () => {
  inOneWatch([web], [event("MODIFIED", deployment("web", "21"))], [deployment("web", "21")]);
  expect(await follow()).toEqual(["put web", "listed uid-web", "put web", "listed uid-web"]);
});
