import { createHash } from "node:crypto";

/** Who runs what in the synthetic cluster: its objects are made from this, and answers are checked against it. */
export type Fleet = { readonly namespaces: number; readonly servicesEach: number };

/** 10,000 Deployments, 20,000 ReplicaSets, 50,000 Pods. */
export const fullFleet: Fleet = { namespaces: 100, servicesEach: 100 };
/** Just more pods than fit on one page of a list. */
export const smallFleet: Fleet = { namespaces: 2, servicesEach: 60 };

export const podsEach = 5;
export const clusterName = "bench";

export type Service = {
  readonly name: string;
  readonly namespace: string;
  readonly now: Release;
  readonly before: Release;
};
export type Release = {
  readonly tag: string;
  readonly digest: string;
  readonly commit: string;
  readonly deployer: string;
  readonly templateHash: string;
  readonly at: string;
};

export function servicesIn({ namespaces, servicesEach }: Fleet): number {
  return namespaces * servicesEach;
}

export function serviceAt(fleet: Fleet, index: number): Service {
  const name = `service-${String(index).padStart(5, "0")}`;
  const namespace = namespaceAt(Math.floor(index / fleet.servicesEach));
  return { name, namespace, now: release(name, 2), before: release(name, 1) };
}

export function namespaceAt(index: number): string {
  return `team-${String(index).padStart(3, "0")}`;
}

export function serviceNamed(fleet: Fleet, name: string): Service | null {
  const index = Number(/^service-(\d{5})$/.exec(name)?.[1] ?? Number.NaN);
  return index < servicesIn(fleet) ? serviceAt(fleet, index) : null;
}

function release(service: string, revision: number): Release {
  const seed = sha256(`${service} ${revision}`);
  return {
    tag: `1.${revision}.${Number.parseInt(seed.slice(0, 2), 16)}`,
    digest: `sha256:${sha256(`image ${seed}`)}`,
    commit: sha256(`commit ${seed}`).slice(0, 40),
    deployer: `deployer-${seed.slice(0, 3)}`,
    templateHash: seed.slice(0, 10),
    at: `2026-0${revision}-03T10:20:30Z`,
  };
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** What an answer about this service lacks; null when it names the running digest, its deployer and its commit. */
export function faultOf(answer: unknown, { name, now }: Service): string | null {
  const said = JSON.stringify(answer).replaceAll("\u2060", "");
  const wanted = { name, digest: now.digest, deployer: now.deployer, commit: now.commit.slice(0, 10) };
  const lacking = Object.entries(wanted).filter(([, it]) => !said.includes(it));
  return lacking.length === 0 ? null : `${lacking.map(([key]) => key).join(", ")} missing in ${said.slice(0, 600)}`;
}
