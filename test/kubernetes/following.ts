import { setTimeout as wait } from "node:timers/promises";
import type { Change } from "../../src/core/workload.ts";
import { createCluster } from "../../src/kubernetes/cluster.ts";
import { connect } from "../../src/kubernetes/api/connection.ts";
import { deadlines, type Deadlines } from "../../src/kubernetes/api/request.ts";
import { systemClock } from "../../src/clock.ts";

type Options = {
  readonly server: { readonly kubeconfig: string };
  readonly into?: (change: Change) => void;
  readonly within?: Partial<Deadlines>;
  readonly namespaces?: readonly string[] | null;
  readonly now?: () => number;
};

/** A real cluster adapter that follows the server, and what it told. Its waits are a hundredth of what it asks for. */
export async function startFollowing(options: Options) {
  const { server, into = () => {}, within = {}, namespaces = ["shop"], now = () => systemClock.now() } = options;
  const connection = await connect({ kubeconfig: server.kubeconfig, context: null });
  const changes: Change[] = [];
  const waits: number[] = [];
  const logged: { readonly level: string; readonly facts: object; readonly message: string }[] = [];
  const at = (level: string) => (facts: object, message: string) => void logged.push({ level, facts, message });
  const cluster = createCluster({
    name: "prod-eu",
    connection,
    namespaces,
    version: "1.2.3",
    clock: {
      now,
      sleep: async (ms, stop) => {
        waits.push(ms);
        await wait(ms / 100, null, { signal: stop }).catch(() => null);
      },
    },
    random: () => 0.5,
    log: { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") },
    deadlines: { ...deadlines, ...within },
  });
  const stopping = new AbortController();
  const done = cluster.watch((change) => {
    changes.push(change);
    into(change);
  }, stopping.signal);

  const stop = async (): Promise<void> => {
    stopping.abort();
    await done;
    await cluster.close();
  };
  /** What was told of Deployments, in short. */
  const told = (): readonly string[] =>
    changes.flatMap((it) => {
      switch (it.kind) {
        case "put":
          return it.record.what === "workload" ? [`put ${it.record.name}`] : [];
        case "gone":
          return it.what === "workload" ? [`gone ${it.uid}`] : [];
        case "listed":
          return it.stream.of === "deployments" ? [`listed ${[...it.uids].join(" ")}`.trim()] : [];
        case "heard":
          return it.stream.of === "deployments" ? ["heard"] : [];
        case "lost":
        case "denied":
          return it.stream.of === "deployments" ? [`${it.kind}: ${it.because}`] : [];
      }
    });
  return { changes, told, logged, waits, stop };
}
