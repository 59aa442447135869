import type { Release, Subject } from "../../../src/core/ledger/release.ts";
import type { EpochMs } from "../../../src/core/workload.ts";
import * as given from "../given.ts";
import { subject } from "./story.ts";

export type Told = Partial<Omit<Release, "containers" | "start" | "end">> & {
  readonly at: EpochMs;
  readonly tag?: string;
  readonly digest?: string;
  readonly commit?: string;
  readonly notBefore?: EpochMs | null;
  /** It went away then. */
  readonly goneAt?: EpochMs;
};

/** The releases of one workload in order, each replaced by the next one. */
export function life(of: Partial<Subject>, ...all: readonly Told[]): readonly Release[] {
  return all.map((it, index) => {
    const next = all[index + 1];
    const release = released({ ...subject, ...of }, it, index + 1);
    if (next) {
      const end = {
        at: next.at,
        notBefore: next.notBefore ?? null,
        because: "replaced",
        by: next.kind ?? "deploy",
      } as const;
      return { ...release, end };
    }
    return it.goneAt === undefined
      ? release
      : { ...release, end: { at: it.goneAt, notBefore: null, because: "gone", by: null } };
  });
}

function released(of: Subject, told: Told, number: number): Release {
  const { at, tag = `1.${number}.0`, digest = given.digest("a"), commit, notBefore = null, goneAt: _, ...rest } = told;
  const commits = commit
    ? [{ value: commit, source: { kind: "annotation", key: "whatsrunning.dev/commit" }, trust: "claimed" } as const]
    : [];
  return {
    of,
    uid: `deployment-${of.name}`,
    service: of.name,
    kind: "deploy",
    revision: {
      uid: `replicaset-${number}`,
      name: `${of.name}-${number}`,
      number,
      createdAt: at,
      template: `t${number}`,
      restartedAt: null,
    },
    containers: [{ name: of.name, role: "main", image: `ghcr.io/acme/${of.name}:${tag}`, digests: [digest] }],
    configs: [],
    start: { at, notBefore },
    end: null,
    outcome: { state: "pending" },
    provenance: {
      deployers: [],
      commits,
      source: null,
      run: null,
      changeCause: null,
      leftOver: [],
      subject: null,
      inherited: [],
    },
    ...rest,
  };
}
