import type { Break } from "../cluster/fault.ts";
import type { Landscape } from "./landscape.ts";
import { services, type Topic } from "./workloads.ts";

export type Fault = {
  readonly name: string;
  readonly holdMs: number;
  /** Whose cluster cannot be seen meanwhile, which every answer about them has to say. */
  readonly blinds: readonly Topic[];
  /** So long it may go unnoticed. */
  readonly noticedMs: number;
  /** What an answer has to show as it is all the same. */
  readonly spares: readonly Topic[];
  /** Nobody can hear anything from the API server meanwhile. */
  readonly isOutage: boolean;
  /** New images can be asked for while it lasts; else they are as soon as it is over. */
  readonly canDeploy: boolean;
  readonly begin: () => Promise<void>;
  readonly end: () => Promise<void>;
};

type Parts = { readonly cluster: Landscape; readonly break: Break; readonly isLong: boolean };

const all = services.map((it) => it.name);
const backWithinMs = 60_000;
/** Closed connections, and a server that says no. */
const noticed = { noticedMs: 2_000, spares: [] };
/** A server that says nothing is asked for a sign of life after 45 s, and given up 15 s later at most. */
const quietMs = 64_000;

export function faultsOf({ cluster, break: act, isLong }: Parts): readonly Fault[] {
  const seconds = (short: number, long: number) => (isLong ? long : short) * 1_000;
  /** Open watches outlive a token and a right: only when the server is gone must the bot ask to be let in again. */
  const cutWatches = async (): Promise<void> => {
    await act("kill", "kube-apiserver");
    await act("start", "kube-apiserver");
    await cluster.answers(backWithinMs);
  };

  const killed: Fault = {
    name: "API server killed",
    holdMs: seconds(6, 40),
    blinds: [...all, null],
    ...noticed,
    isOutage: true,
    canDeploy: false,
    begin: () => act("kill", "kube-apiserver"),
    end: () => act("start", "kube-apiserver"),
  };
  const frozen: Fault = {
    name: "API server frozen",
    holdMs: seconds(12, 65),
    blinds: [],
    ...noticed,
    isOutage: true,
    canDeploy: false,
    begin: () => act("freeze", "kube-apiserver"),
    end: () => act("thaw", "kube-apiserver"),
  };
  const frozenForLong: Fault = {
    ...frozen,
    name: "API server frozen for long",
    holdMs: 150_000,
    blinds: all,
    noticedMs: quietMs,
  };
  const restarted: Fault = {
    name: "API server restarted",
    holdMs: 0,
    blinds: [],
    ...noticed,
    isOutage: false,
    canDeploy: false,
    begin: () => act("restart", "kube-apiserver"),
    end: async () => {},
  };
  const withoutEtcd: Fault = {
    name: "etcd killed",
    holdMs: seconds(8, 90),
    blinds: [],
    ...noticed,
    isOutage: false,
    canDeploy: false,
    begin: () => act("kill", "etcd"),
    end: () => act("start", "etcd"),
  };
  const revoked: Fault = {
    name: "token revoked",
    holdMs: seconds(6, 45),
    blinds: [...all, null],
    ...noticed,
    isOutage: false,
    canDeploy: true,
    begin: async () => {
      await cluster.revokeToken();
      await cutWatches();
    },
    end: () => cluster.renewToken(),
  };
  const forbidden: Fault = {
    name: "rights on one kind removed",
    holdMs: seconds(6, 45),
    blinds: ["agent", null],
    noticedMs: 4_000,
    spares: ["web", "db"],
    isOutage: false,
    canDeploy: true,
    begin: async () => {
      await cluster.allow("daemonsets");
      await cutWatches();
    },
    end: () => cluster.allow(null),
  };
  const always = [killed, frozen, withoutEtcd, revoked, forbidden];
  return isLong ? [...always, restarted, frozenForLong] : always;
}
