import { systemClock } from "../../../src/clock.ts";
import { createCluster, type WholeCluster } from "../../../src/kubernetes/cluster.ts";
import { connect } from "../../../src/kubernetes/api/connection.ts";
import { deadlines } from "../../../src/kubernetes/api/request.ts";

/** The real adapter on what a kubeconfig file names. */
export async function openCluster(kubeconfig: string, within: Partial<typeof deadlines> = {}): Promise<WholeCluster> {
  const connection = await connect({ kubeconfig, context: null });
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const rest = { namespaces: null, version: "0", clock: systemClock, random: Math.random, log };
  return createCluster({ name: "prod-eu", connection, ...rest, deadlines: { ...deadlines, ...within } });
}
