import { deadlineIn } from "../deadline.ts";
import type { Clock, Cluster, Meters, Syncing } from "../ports.ts";
import type { Restoring, Surveying } from "../ports/rollback.ts";
import type { Connection } from "./api/connection.ts";
import { Failure } from "./api/failure.ts";
import { createGate } from "./follow/gate.ts";
import { createIdentity } from "./api/identity.ts";
import type { WatchListSupport } from "./follow/initial.ts";
import type { Log } from "./log.ts";
import { look as lookPast } from "./look.ts";
import { createNews } from "./follow/news.ts";
import { createSharing, unshared } from "./project/sharing.ts";
import { createPulse } from "./follow/pulse.ts";
import { createReader } from "./follow/reader.ts";
import { createRetold } from "./follow/retold.ts";
import { createRequests, type Deadlines, deadlines } from "./api/request.ts";
import { resources } from "./api/resource.ts";
import { createRestoring } from "./restore/restoring.ts";
import { syncs } from "./survey/argo.ts";
import { learnt } from "./survey/learning.ts";
import { createSurveying } from "./survey/surveying.ts";
import { follow } from "./follow/stream.ts";

type Options = {
  readonly name: string;
  readonly connection: Connection;
  /** Null: all of them, in one stream for each kind. */
  readonly namespaces: readonly string[] | null;
  readonly version: string;
  readonly clock: Clock;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly log: Log;
  readonly meters?: Pick<Meters, "listed" | "watchEnded">;
  readonly deadlines?: Deadlines;
};

/** So many lists are read at a time: each holds a page of whole objects in memory. */
const listsAtATime = 3;
/** While a watch is broken, everybody's questions come past it: a server in trouble must not get them all at once. */
const looksAtATime = 4;
/** Whose turn has not come by then would be read too late for an answer. */
const turnWithinMs = 1_000;

/** What follows a cluster, what takes its workloads back, and what has to be known before that. */
export type WholeCluster = Cluster & {
  readonly restoring: Restoring;
  readonly surveying: Surveying;
  readonly syncing: Syncing;
};

export function createCluster(options: Options): WholeCluster {
  const { name, connection, namespaces, version, clock, random, log, meters } = options;
  const within = options.deadlines ?? deadlines;
  const requests = createRequests({ connection, version, deadlines: within });
  const looks = createGate(looksAtATime);

  const look: Cluster["look"] = async (workload, stop) => {
    using turn = deadlineIn(turnWithinMs, stop);
    const leave = await looks.enter(turn.signal).catch(tooMany);
    try {
      return await lookPast(workload, { requests, origin: { cluster: name, ...unshared }, stop });
    } finally {
      leave();
    }
  };

  const watch: Cluster["watch"] = async (into, stop) => {
    const places = namespaces === null ? [null] : [...new Set(namespaces)];
    const lists = createGate(listsAtATime);
    const watchList: WatchListSupport = { known: null };
    const ofMetadata: WatchListSupport = { known: null }; // a refusal of that form says nothing of the others
    const pulse = createPulse({ requests, namespace: places[0] ?? null, clock, within, stop });
    const shared = { requests, pulse, quietMs: within.quietMs, lists, clock, random, log };
    const origin = { cluster: name, ...createSharing() };
    const streams = resources.flatMap((resource) => {
      const reader = createReader({ resource, origin, log });
      return places.map(async (namespace) => {
        const stream = { cluster: name, of: resource.plural, namespace };
        const retold = createRetold();
        const news = createNews({ stream, resource, reader, retold, into, clock, log, meters });
        const support = resource.metadataOnly ? ofMetadata : watchList;
        await follow({ resource, namespace, news, retold, watchList: support, ...shared }, stop);
      });
    });
    await Promise.all(streams);
  };

  return {
    name,
    watch,
    look,
    identity: createIdentity(requests),
    restoring: createRestoring(requests),
    surveying: createSurveying(requests),
    syncing: { syncs: async (app, stop) => learnt(async () => syncs(app, { requests, stop }), stop) },
    close: () => requests.close(),
  };
}

function tooMany(): never {
  throw new Failure({ kind: "throttled", sentence: "too much is being read directly just now" });
}
