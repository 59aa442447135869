import { nameOf, type Release, type Subject } from "../src/core/ledger/release.ts";
import { sha256 } from "./fleet.ts";

/** A ledger made up of numbers: which release was in force when, and which digest it ran, can be told without looking. */

export type Ledger = { readonly workloads: number; readonly releasesEach: number };

export const fullLedger: Ledger = { workloads: 2_000, releasesEach: 500 };
export const smallLedger: Ledger = { workloads: 20, releasesEach: 10 };

const began = Date.UTC(2026, 0, 1);
const everyMs = 3_600_000;

export function subjectAt(nth: number): Subject {
  const name = `service-${String(nth).padStart(5, "0")}`;
  return { cluster: "0b7a5c1e-8f7e-4d0c-9a56-1f2e3d4c5b6a", namespace: "shop", kind: "Deployment", name };
}

export function startAt(nth: number): number {
  return began + nth * everyMs;
}

export function digestAt(workload: number, nth: number): string {
  return `sha256:${sha256(`image ${workload} ${nth}`)}`;
}

/** As observed by a watch, with a claim on who and from which commit. */
export function releaseAt(workload: number, nth: number, { releasesEach }: Ledger): Release {
  const of = subjectAt(workload);
  const uid = sha256(nameOf(of)).slice(0, 32);
  const isLast = nth === releasesEach - 1;
  const end = { at: startAt(nth + 1), notBefore: null, because: "replaced", by: "deploy" } as const;
  const evidence = { source: { kind: "annotation", key: "whatsrunning.dev/commit" }, trust: "claimed" } as const;
  const commit = sha256(`commit ${workload} ${nth}`).slice(0, 40);
  return {
    of,
    uid,
    service: of.name,
    kind: "deploy",
    revision: {
      uid: sha256(`${uid} ${nth}`).slice(0, 32),
      name: `${of.name}-${sha256(`${uid} ${nth}`).slice(0, 10)}`,
      number: nth + 1,
      createdAt: startAt(nth),
      template: sha256(`template ${workload} ${nth}`).slice(0, 32),
      restartedAt: null,
    },
    containers: [
      { name: of.name, role: "main", image: `ghcr.io/acme/${of.name}:1.${nth}.0`, digests: [digestAt(workload, nth)] },
    ],
    configs: [{ kind: "Secret", name: `${of.name}-secret`, is: { state: "unread" } }],
    start: { at: startAt(nth), notBefore: null },
    end: isLast ? null : end,
    outcome: { state: "healthy", since: startAt(nth) + 40_000, earlierMs: 0 },
    provenance: {
      deployers: [{ ...evidence, value: { kind: "person", name: "alice@example.org" } }],
      commits: [{ ...evidence, value: commit }],
      source: "https://git.example/acme/shop",
      run: null,
      changeCause: null,
      leftOver: [],
      subject: null,
      inherited: [],
    },
  };
}
