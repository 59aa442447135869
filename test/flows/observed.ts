import { createView } from "../../src/core/view.ts";
import type { ClusterRecord, Resource } from "../../src/core/workload.ts";
import { createObserving } from "../../src/flows/observe.ts";
import type { Clock, Store } from "../../src/ports.ts";
import { records } from "../../src/records.ts";
import { createSqliteStore } from "../../src/store/sqlite.ts";
import * as given from "../core/given.ts";
import { subject } from "../core/ledger/story.ts";
import { allResources } from "../core/look.ts";

const place = { cluster: "prod-eu", namespaces: null };
const identities = {
  of: (it: string) => `uid-${it}`,
  named: (it: string) => it.replace(/^uid-/, ""),
  missing: () => [],
};

type OpenStore = (clock: Pick<Clock, "now">) => Store;

/** A cluster, a ledger of it, and bots that keep that ledger. */
export function createWorld(open: OpenStore = (clock) => createSqliteStore({ path: ":memory:", clock })) {
  let time = given.now;
  const clock = { now: () => time, sleep: async () => {} };
  const store = open(clock);
  let ids = 0;

  const newId = () => `commit-${(ids += 1)}`;

  /** A bot that starts now: it knows nothing but what is in the store. */
  function start() {
    const view = createView({ touched: (it) => observing.touched(it) });
    const observing = createObserving({ place, view, identities, store, aliases: given.noAliases, clock, newId });
    const put = (...all: readonly ClusterRecord[]) => all.forEach((record) => view.apply({ kind: "put", record }));
    const speak = (kind: "heard" | "lost" | "denied", resources: readonly Resource[] = allResources) => {
      for (const of of resources) {
        const stream = { cluster: "prod-eu", of, namespace: null };
        view.apply(kind === "heard" ? { kind, stream, at: time } : { kind, stream, because: "reset" });
      }
    };
    const list = (...all: readonly ClusterRecord[]) => listOnly(allResources, ...all);
    const listOnly = (resources: readonly Resource[], ...all: readonly ClusterRecord[]) => {
      put(...all);
      const uids = new Set(all.map((it) => it.uid));
      for (const of of resources) {
        view.apply({ kind: "listed", stream: { cluster: "prod-eu", of, namespace: null }, uids, at: time });
      }
    };
    const settle = async () => {
      while ((await observing.turn(new AbortController().signal)) === "worked");
    };
    return { view, put, list, listOnly, speak, settle, turn: observing.turn };
  }

  return {
    start,
    store,
    later: (ms: number) => void (time += ms),
    async history(of = subject) {
      const current = await store.read(records.current(of));
      const ended = await store.range(records.ledger(of), { before: null, limit: 50 });
      return [...ended.map((it) => it.value).toReversed(), ...(current ? [current.value] : [])];
    },
  };
}
