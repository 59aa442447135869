import { type Check, worstFirst } from "../../core/check/check.ts";
import { configurationCheck } from "../../core/check/configuration.ts";
import { imageCheck, type ImageMaterial } from "../../core/check/image.ts";
import { manifestCheck, type ManifestMaterial } from "../../core/check/manifest.ts";
import type { Learnt } from "../../core/check/material.ts";
import { argoAppOf, ownerCheck } from "../../core/check/owner.ts";
import { permissionCheck } from "../../core/check/permission.ts";
import { schemaCheck } from "../../core/check/schema.ts";
import { stateCheck } from "../../core/check/state.ts";
import type { Aliases } from "../../core/image/identity.ts";
import { type Digest, parseReference, type Reference } from "../../core/image/reference.ts";
import type { Release, ReleasedConfig } from "../../core/ledger/release.ts";
import type { Live, RawTemplate } from "../../core/operation/live.ts";
import type { Side } from "../../core/operation/operation.ts";
import { type Candidate, type Candidates, hasSameImages } from "../../core/plan/candidate.ts";
import { lastChangeOf } from "../../core/plan/last.ts";
import { type ImageLearnt, onlyDigest, pinsOf } from "../../core/plan/pin.ts";
import { type MigrationClaim, saidOf } from "../../core/plan/said.ts";
import { configsIn, referencesIn } from "../../core/plan/template.ts";
import type { View } from "../../core/view.ts";
import type { Pod, Workload } from "../../core/workload.ts";
import type { Clock } from "../../ports.ts";
import type { Surveying } from "../../ports/rollback.ts";
import { learn, read } from "./learn.ts";

/** What a registry says of one image, by the digest that ran. */
export type AskImage = (image: Reference, digest: Digest, stop: AbortSignal) => Promise<ImageLearnt>;

type Deps = {
  readonly view: View;
  readonly surveying: Surveying;
  readonly askImage: AskImage;
  /** What pipelines said about an image. */
  readonly migrationsOf: (digest: Digest) => Promise<readonly MigrationClaim[]>;
  /** The operation that a workload carries, where the store does not know it. */
  readonly lostIn: (fence: string | null) => Promise<string | null>;
  readonly aliases: Aliases;
  readonly clock: Pick<Clock, "now">;
  /** How long each reading may take. */
  readonly readMs?: number;
};

/** What it is about: the workload as it was just read, and where it shall go. */
export type About = {
  readonly workload: Workload;
  readonly pods: readonly Pod[];
  readonly live: Live;
  readonly candidates: Candidates;
  readonly target: Candidate;
  /** Of the workload, newest first. */
  readonly releases: readonly Release[];
};

/** Reads whatever the checks need, all of it at the same time. What cannot be read in time is an outcome like any other. */
export function createSurvey(deps: Deps) {
  const { view, surveying, askImage, migrationsOf, lostIn, aliases, clock, readMs = 3_000 } = deps;

  function survey({ workload, pods, live, candidates, target, releases }: About) {
    const { namespace } = workload;
    const of = { namespace, kind: workload.kind, name: workload.name };
    const architectures = learn(readMs, async (stop) => surveying.architectures(stop));
    const images = imagesOf(target);

    /** What the template has to name by digest. */
    async function pins(): Promise<Side["pins"]> {
      const learnt = new Map((await images).map((it) => [it.container, it]));
      return pinsOf(target, learnt, await architectures, aliases);
    }

    /** `template`: as it is sent. */
    async function checks(template: RawTemplate, rehearsal: ManifestMaterial["rehearsal"]): Promise<readonly Check[]> {
      return worstFirst(
        await Promise.all([
          image(),
          referenced.then((references) => manifestCheck({ rehearsal, template: template.hash, references })),
          configuration(),
          schema(),
          owner,
          state,
          permission,
        ]),
      );
    }

    async function image() {
      return imageCheck({ nodes: await architectures, containers: await images });
    }

    const wanted = referencesIn(target.revision.template);
    const referenced = read(readMs, async (stop) => surveying.references(namespace, wanted, stop)).then((it) =>
      it.kind === "known" ? it.value : wanted.map((one) => ({ ...one, is: it })),
    );

    async function configuration() {
      const now = configsIn(target.revision.template).map((it): ReleasedConfig => ({ ...it, is: configNow(it) }));
      const { current } = candidates;
      const isSameImage = current !== null && hasSameImages(target, current, aliases);
      const before = target.release?.configs ?? null;
      return configurationCheck({ now, before, isSameImage, last: lastChangeOf(releases) });
    }

    function configNow({ kind, name }: Pick<ReleasedConfig, "kind" | "name">): ReleasedConfig["is"] {
      if (kind === "Secret" || !view.configsKnown(workload.cluster, namespace)) return { state: "unread" };
      const found = view.config(workload.cluster, namespace, name);
      return found
        ? { state: "there", uid: found.uid, version: found.version, changedAt: found.changedAt }
        : { state: "absent" };
    }

    async function schema() {
      const after = target.release?.start.at ?? 0;
      const [jobs, claims] = await Promise.all([
        learn(readMs, async (stop) => surveying.jobs(namespace, after, stop)),
        claimsSince(),
      ]);
      return schemaCheck({ said: saidOf(candidates, target, claims), jobs });
    }

    async function claimsSince(): Promise<readonly MigrationClaim[]> {
      const digests = [candidates.current, ...candidates.others]
        .filter((it) => it !== null && it.revision.number > target.revision.number)
        .flatMap((it) => it?.containers.flatMap(({ digests: some }) => some) ?? []);
      const claims = Promise.all([...new Set(digests)].slice(0, mostDigests).map(migrationsOf));
      const told = await read(readMs, async () => claims);
      return told.kind === "known" ? told.value.flat() : [];
    }

    const owner = (async () => {
      const owners = await learn(readMs, async (stop) => surveying.owners(of, stop));
      const app = owners.kind === "known" ? argoAppOf(owners.value, of) : null;
      const argo: Learnt<{ readonly automated: boolean; readonly selfHeal: boolean }> =
        app === null
          ? { kind: "no answer", because: "nobody was asked" }
          : await learn(readMs, async (stop) => surveying.argo(app, stop));
      return ownerCheck({ of, owners, argo });
    })();

    const state = (async () => {
      const [lost, scaling, quotas] = await Promise.all([
        lostIn(live.fence),
        learn(readMs, async (stop) => surveying.scaling(of, stop)),
        learn(readMs, async (stop) => surveying.quotas(namespace, stop)),
      ]);
      const now = { ...workload, paused: live.paused };
      return stateCheck({ workload: now, pods, deleting: live.deleting, lost, scaling, quotas, now: clock.now() });
    })();

    const permission = learn(readMs, async (stop) => surveying.permissions(of, stop)).then((may) =>
      permissionCheck({ may, ordered: workload.ordered }),
    );

    return { pins, checks };
  }

  async function imagesOf({ containers }: Candidate): Promise<ImageMaterial["containers"]> {
    return Promise.all(
      containers.map(async (it) => {
        const reference = parseReference(it.image);
        const digest = onlyDigest(it, aliases);
        const about = { container: it.name, image: it.image, digest };
        if (reference.kind === "invalid" || digest === null) return { ...about, ...nobodyAsked };
        const learnt = await read(readMs, async (stop) => askImage(reference, digest, stop));
        if (learnt.kind === "known") return { ...about, ...learnt.value };
        return { ...about, registry: learnt, tagNow: { kind: "known", value: null } as const };
      }),
    );
  }

  return survey;
}

const mostDigests = 20;

const nobodyAsked = {
  registry: { kind: "no answer", because: "its digest is not known" },
  tagNow: { kind: "known", value: null },
} as const;
