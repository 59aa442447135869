import type { Aliases } from "../image/identity.ts";
import type { Origin, Origins } from "../provenance/origin.ts";
import { parseReference } from "../image/reference.ts";
import { provenanceOf } from "../provenance/evidence.ts";
import { lastWriter } from "../provenance/tool.ts";
import { type Running, runningOf } from "../running.ts";
import type { Surroundings } from "../view.ts";
import type { Config, EpochMs, Revision, TemplateContainer, Workload } from "../workload.ts";
import type { ConfigState, Release, ReleasedConfig, ReleasedContainer, ReleasedRevision, Subject } from "./release.ts";

/** What the cluster shows of one workload now, in the words of the ledger. */
export type Observation = {
  readonly of: Subject;
  readonly uid: string;
  readonly service: string;
  readonly createdAt: EpochMs;
  /** Every time another revision was the current one, as far as the revisions still tell, in order. */
  readonly earlier: readonly Run[];
  readonly current: Current;
};

/** One time a revision was current. */
export type Run = Pick<Release, "containers" | "configs" | "provenance"> & {
  readonly revision: ReleasedRevision;
  /** Null: the workload came back to it, and its revision does not say when. */
  readonly startedAt: EpochMs | null;
  /** When somebody last wrote the images, as the API server noted: not before the run began. Null: it is over, or nobody did. */
  readonly writtenAt: EpochMs | null;
};

type Current = Run & { readonly running: Running };

type Facts = {
  readonly of: Subject;
  readonly workload: Workload;
  readonly around: Surroundings;
  /** Null: there is none, or (`configsKnown` false) nobody can tell. */
  readonly config: (name: string) => Config | null;
  readonly configsKnown: boolean;
  readonly aliases: Aliases;
  readonly origins?: Origins | undefined;
  readonly now: EpochMs;
};

/** Null while the cluster has not settled which revision is the current one: it will say so in a moment. */
export function observationOf(facts: Facts): Observation | null {
  const { of, workload, around, aliases, origins, now } = facts;
  const running = runningOf({ workload, around, podsUnread: false, aliases, origins, now });
  const current = running.revision;
  if (current === null || current.number === 0 || workload.generation > workload.observedGeneration) return null;

  const past = around.revisions
    .flatMap((revision) => numbersOf(revision).map((number, index) => ({ revision, number, isFirst: index === 0 })))
    .filter(({ number }) => number < current.number)
    .toSorted((a, b) => a.number - b.number);
  const earlier = past.map((it, index) => runOf(it, past[index - 1]?.revision ?? null));
  const { uid, service, createdAt } = workload;
  return { of, uid, service, createdAt, earlier, current: currentRun(current) };

  function runOf({ revision, number, isFirst }: (typeof past)[number], before: Revision | null): Run {
    const { template, createdAt: madeAt } = revision;
    const provenance = provenanceOf({
      workload: { ...workload, notes: {}, writers: [] }, // both speak of the current one
      notes: [template.notes, revision.notes],
      before: before && [before.template.notes, before.notes],
      returned: !isFirst,
      changed: template.containers.map((it) => it.name),
      image: imageOf(template.containers),
      origin: originOf(revision),
      since: null, // of its last time, and this need not be it
    });
    return {
      ...shapeOf(revision, number),
      startedAt: isFirst ? madeAt : null,
      writtenAt: null,
      configs: referred(revision),
      provenance,
    };
  }

  function originOf(revision: Revision): Origin | null {
    const [main] = shapeOf(revision, revision.number).containers;
    const [digest, ...others] = main?.digests ?? [];
    return digest === undefined || others.length > 0 ? null : (origins?.(digest, workload) ?? null);
  }

  function currentRun(revision: Revision): Current {
    const { provenance, since } = running;
    const startedAt = since?.how === "revision created" ? since.at : null;
    const names = revision.template.containers.map((it) => it.name);
    const writtenAt = lastWriter(workload.writers, names)?.at ?? null;
    const shape = shapeOf(revision, revision.number);
    return { ...shape, startedAt, writtenAt, configs: live(revision), provenance, running };
  }

  function shapeOf(revision: Revision, number: number) {
    const { template } = revision;
    const restartedAt = template.notes["kubectl.kubernetes.io/restartedAt"] ?? null;
    return {
      revision: {
        uid: revision.uid,
        name: revision.name,
        number,
        createdAt: revision.createdAt,
        template: template.hash,
        restartedAt,
      },
      containers: template.containers.map((it) => releasedOf(it, revision)),
    };
  }

  function releasedOf({ name, role, image }: TemplateContainer, revision: Revision): ReleasedContainer {
    const reference = parseReference(image);
    const named = reference.kind === "reference" && reference.digest !== null ? [reference.digest] : [];
    return { name, role, image, digests: [...new Set([...named, ...around.seen(revision, name)])].toSorted() };
  }

  function live({ template }: Revision): readonly ReleasedConfig[] {
    return template.configs.map((it) => {
      if (it.kind === "Secret" || !facts.configsKnown) return { ...it, is: { state: "unread" } };
      const found = facts.config(it.name);
      return { ...it, is: found ? thereOf(found) : { state: "absent" } };
    });
  }
}

/** As it was then, nobody knows. */
function referred({ template }: Revision): readonly ReleasedConfig[] {
  return template.configs.map((it) => ({ ...it, is: { state: "unread" } }));
}

function thereOf({ uid, version, changedAt }: Config): ConfigState {
  return { state: "there", uid, version, changedAt };
}

const historyKey = "deployment.kubernetes.io/revision-history";

/** All the numbers a revision ever had, in order. Only a ReplicaSet notes the former ones. */
function numbersOf({ notes, number }: Revision): readonly number[] {
  const former = (notes[historyKey] ?? "").split(",").map(Number);
  return [...new Set([...former, number])].filter((it) => Number.isInteger(it) && it > 0).toSorted((a, b) => a - b);
}

function imageOf([main]: readonly TemplateContainer[]) {
  return main === undefined ? null : parseReference(main.image);
}
