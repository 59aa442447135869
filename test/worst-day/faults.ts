import type { Break } from "../cluster/fault.ts";
import type { Landscape } from "./landscape.ts";
import { type ServiceName, services } from "./workloads.ts";

export type Fault = {
  readonly name: string;
  readonly holdMs: number;
  /** Whose cluster cannot be seen meanwhile, which every answer about them has to say. */
  readonly blinds: readonly ServiceName[];
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
    blinds: all,
    isOutage: true,
    canDeploy: false,
    begin: () => act("kill", "kube-apiserver"),
    end: () => act("start", "kube-apiserver"),
  };
  const frozen: Fault = {
    name: "API server frozen",
    holdMs: seconds(12, 65),
    blinds: [],
    isOutage: true,
    canDeploy: false,
    begin: () => act("freeze", "kube-apiserver"),
    end: () => act("thaw", "kube-apiserver"),
  };
  const frozenForLong: Fault = { ...frozen, name: "API server frozen for long", holdMs: 150_000 };
  const restarted: Fault = {
    name: "API server restarted",
    holdMs: 0,
    blinds: [],
    isOutage: false,
    canDeploy: false,
    begin: () => act("restart", "kube-apiserver"),
    end: async () => {},
  };
  const withoutEtcd: Fault = {
    name: "etcd killed",
    holdMs: seconds(8, 90),
    blinds: [],
    isOutage: false,
    canDeploy: false,
    begin: () => act("kill", "etcd"),
    end: () => act("start", "etcd"),
  };
  const revoked: Fault = {
    name: "token revoked",
    holdMs: seconds(6, 45),
    blinds: all,
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
    blinds: ["agent"],
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
