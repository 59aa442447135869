import { type Deployer, distinct, type Evidence, type Source } from "../provenance/evidence.ts";
import type { Observation } from "./observation.ts";
import { outcomeOf } from "./outcome.ts";
import { ended, type Moment, type Release, type ReleasedConfig, type ReleasedContainer } from "./release.ts";
import type { Looking, Step } from "./step.ts";

/** Configuration that is written again and again makes one release a minute, not one each time. */
const settlesWithinMs = 60_000;

/** The same run as before: what was learnt of it since, or another state of its configuration. */
export function goOn(known: Release, seen: Observation, looking: Looking): Step | null {
  const { containers, configs, running, provenance } = seen.current;
  const learnt: Release = {
    ...known,
    service: seen.service,
    containers: known.containers.map((it) => withSeen(it, containers)),
    configs: configs.map((it) => (it.is.state === "unread" ? (namedAs(it, known.configs) ?? it) : it)),
    end: null,
    outcome: outcomeOf(known.outcome, running, { start: known.start.at, now: looking.now }),
    provenance: filledIn(known.provenance, provenance),
  };
  const changed = configs.filter((it) => hasChanged(it, known.configs));
  const settles = known.kind === "configuration" && looking.now - known.start.at < settlesWithinMs;
  if (changed.length > 0 && !settles)
    return configured({ ...learnt, configs: known.configs }, learnt, changed, looking);
  return JSON.stringify(learnt) === JSON.stringify(known) ? null : { ended: [], current: learnt };
}

function configured(before: Release, after: Release, changed: readonly ReleasedConfig[], looking: Looking): Step {
  const start = changedAt(changed, before, looking);
  return {
    ended: [ended(before, { ...start, because: "replaced", by: "configuration" })],
    current: { ...after, kind: "configuration", start },
  };
}

function namedAs(config: ReleasedConfig, configs: readonly ReleasedConfig[]): ReleasedConfig | undefined {
  return configs.find((it) => it.kind === config.kind && it.name === config.name);
}

/** What could not be read before, or cannot now, has not changed as far as anybody knows. */
function hasChanged(config: ReleasedConfig, before: readonly ReleasedConfig[]): boolean {
  const was = namedAs(config, before)?.is;
  if (was === undefined || was.state === "unread" || config.is.state === "unread") return false;
  return JSON.stringify(was) !== JSON.stringify(config.is);
}

function changedAt(changed: readonly ReleasedConfig[], before: Release, { missedSince, now }: Looking): Moment {
  const at = Math.max(...changed.map(({ is }) => (is.state === "there" ? is.changedAt : 0)));
  if (at > before.start.at && at <= now) return { at, notBefore: null };
  const notBefore = missedSince === null ? null : Math.max(missedSince, before.start.at);
  return { at: Math.max(now, before.start.at + 1), notBefore };
}

function withSeen(container: ReleasedContainer, seen: readonly ReleasedContainer[]): ReleasedContainer {
  const more = seen.find((it) => it.name === container.name)?.digests ?? [];
  return { ...container, digests: [...new Set([...container.digests, ...more])].toSorted() };
}

/**
 * Who and from which commit may be noted a moment later, and what pipelines and the image say is learnt later still. What is
 * known is not taken back when its traces go.
 */
function filledIn(known: Release["provenance"], seen: Release["provenance"]): Release["provenance"] {
  const isOwn = ({ source }: Evidence<string>) => !(source.kind === "label" && seen.inherited.includes(source.key));
  return {
    ...known,
    deployers: completed(known.deployers, seen.deployers),
    commits: completed(known.commits.filter(isOwn), seen.commits),
    subject: seen.subject ?? known.subject,
    source: known.source ?? seen.source,
    run: known.run ?? seen.run,
    changeCause: known.changeCause ?? seen.changeCause,
    inherited: seen.inherited.length > 0 ? seen.inherited : known.inherited,
  };
}

const mostFacts = 6;
const lateKinds: ReadonlySet<Source["kind"]> = new Set<Source["kind"]>(["claim", "gitops", "label"]);

function completed<T extends Evidence<Deployer | string>>(known: readonly T[], seen: readonly T[]): readonly T[] {
  if (known.length === 0) return seen;
  const late = seen.filter(({ source }) => lateKinds.has(source.kind));
  const all = [...known, ...late].toSorted((a, b) => ranks[a.source.kind] - ranks[b.source.kind]);
  return distinct(all).slice(0, mostFacts);
}

/** As `provenanceOf` orders them. */
const ranks = {
  claim: 0,
  gitops: 1,
  annotation: 2,
  label: 3,
  "field manager": 4,
  "owner label": 5,
  tag: 6,
} satisfies Record<Source["kind"], number>;
