import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { createCluster } from "../../src/kubernetes/cluster.ts";
import { connect } from "../../src/kubernetes/api/connection.ts";
import type { Cluster } from "../../src/ports.ts";
import * as given from "../core/given.ts";
import { never, page, startScripted, type ScriptedServer } from "./scripted-server.ts";

let server: ScriptedServer;
let cluster: Cluster;

beforeEach(async () => {
  server = await startScripted();
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const connection = await connect({ kubeconfig: server.kubeconfig, context: null });
  const rest = { namespaces: null, version: "0", clock: systemClock, random: Math.random, log };
  cluster = createCluster({ name: "prod-eu", connection, ...rest });
});
afterEach(async () => {
  await cluster.close();
  await server.close();
});

const look = async (stop: AbortSignal, name = "checkout"): Promise<unknown> =>
  cluster.look(given.workload({ name }), stop).catch((err: unknown) => (err instanceof Error ? err.message : err));

test("a server in trouble gets few direct readings at a time, and who waits too long for a turn is sent away", async () => {
  server.script("list deployments", [never]);
  const over = new AbortController();
  const all = Array.from({ length: 50 }, async (_, nth) => look(over.signal, `service-${nth}`));
  const began = performance.now();
  const sentAway = await Promise.all(all.slice(4));
  expect(performance.now() - began).toBeGreaterThan(900);
  expect(new Set(sentAway)).toEqual(new Set(["too much is being read directly just now"]));
  expect(server.asked("list deployments")).toHaveLength(4);

  over.abort();
  await Promise.all(all.slice(0, 4));
  server.script("list deployments", [page([])]);
  expect(await look(new AbortController().signal)).toEqual([]);
});

test("those who wait get their turn when others are done", async () => {
  const { signal } = new AbortController();
  const names = Array.from({ length: 20 }, (_, nth) => `service-${nth}`);
  const all = await Promise.all(names.map(async (name) => look(signal, name)));
  expect(all).toEqual(names.map(() => []));
  const asked = server.asked("list deployments").map((it) => it.query.get("fieldSelector"));
  expect(new Set(asked)).toEqual(new Set(names.map((it) => `metadata.name=${it}`)));
});
