import type { Claim, Read, Sight } from "./reading.ts";
import { type Snapshot, type State, statesWithin } from "./truth.ts";
import type { Topic } from "./workloads.ts";

/** One question, and what came of it. */
export type Asked = {
  readonly service: Topic;
  readonly at: number;
  readonly answeredAt: number;
  readonly ackMs: number | null;
  /** Null: there was no answer, or one that nobody understands. */
  readonly read: Read | null;
  readonly problem: string | null;
};

/** A time in which an API server was dead or frozen: nobody can have heard anything from it. */
export type Outage = { readonly cluster: string; readonly from: number; readonly to: number };
export type Span = Outage & { readonly topics: readonly Topic[] };

export type Day = {
  readonly truth: ReadonlyMap<string, readonly Snapshot[]>;
  readonly outages: readonly Outage[];
  /** When these services cannot be seen, and every answer about them has to say so. */
  readonly blindness: readonly Span[];
  /** When these can be seen, whatever befalls others. */
  readonly sighted: readonly Span[];
  /** The cluster that nothing is done to. */
  readonly healthy: string;
};

const ackWithinMs = 3_000;
const answerWithinMs = 5_000;
/** An answer may be as old as this and still be called fresh. */
const freshForMs = 4_000;
/** What the bot heard first, we read a little later. */
const aheadMs = 1_500;
/** Clocks that are written in whole seconds, and a word already on its way. */
const slackMs = 2_000;

/** All that is wrong with it, a sentence each. */
export function wrongIn(asked: Asked, day: Day): readonly string[] {
  const { read, problem, at, answeredAt, ackMs, service } = asked;
  if (ackMs === null) return ["it was not acknowledged in time"];
  if (!read) return [problem ?? "there was no answer"];
  const late = [
    ...(ackMs > ackWithinMs ? [`acknowledged after ${ackMs} ms`] : []),
    ...(answeredAt - at > answerWithinMs ? [`answered after ${answeredAt - at} ms`] : []),
  ];
  const clusters = [...day.truth.keys()];
  const unseen = clusters.filter((it) => !read.sights.has(it)).map((it) => `it does not say how ${it} is seen`);
  const sights = [...read.sights].flatMap(([cluster, sight]) => sightFaults({ cluster, sight }, asked, day));
  const missing = clusters
    .filter((it) => service !== null && !read.claims.some(({ cluster }) => cluster === it))
    .map((it) => `it says nothing of ${it}`);
  const claims = read.claims.flatMap((it) => claimFaults(it, asked, day));
  return [...late, ...unseen, ...sights, ...missing, ...claims];
}

type Seen = { readonly cluster: string; readonly sight: Sight };

function sightFaults({ cluster, sight }: Seen, { service, at, answeredAt, read }: Asked, day: Day): readonly string[] {
  const faults: string[] = [];
  const current = sight.state === "live" || sight.state === "asked";
  const [earliest, latest] = current
    ? [at - sight.age.most * 1_000, answeredAt - sight.age.least * 1_000]
    : sight.state === "behind"
      ? [sight.at, sight.at]
      : [0, 0];
  const dead = day.outages.find(
    (it) => it.cluster === cluster && earliest > it.from + slackMs && latest < it.to - slackMs,
  );
  if (dead) faults.push(`it says that it saw ${cluster} when nobody could`);
  if (cluster === day.healthy && !current) faults.push(`it says that ${cluster} is ${sight.state}, which is healthy`);
  const isIn = (it: Span) =>
    it.cluster === cluster && it.topics.includes(service) && at > it.from && answeredAt < it.to;
  if (day.sighted.some(isIn) && !current) faults.push(`it calls ${cluster} ${sight.state}, which can be seen`);
  if (day.blindness.some(isIn) && current) faults.push(`it calls ${cluster} ${sight.state}, which cannot be seen`);
  if (!current && !read?.text.includes(cluster)) faults.push(`its text does not name ${cluster}, which it cannot see`);
  return faults;
}

function claimFaults(claim: Claim, { at, answeredAt }: Asked, day: Day): readonly string[] {
  const { sight, says, service, cluster, past } = claim;
  const current = sight.state === "live" || sight.state === "asked";
  const what = `${service} in ${cluster}`;
  if (current === past) return [`the first words on ${what} do not fit how it is seen: ${sight.state}`];
  if (sight.state === "unread") return [];
  const from = (sight.state === "behind" ? sight.at : at) - freshForMs;
  const states = statesWithin(day.truth.get(cluster) ?? [], { service, from, to: answeredAt + aheadMs });
  return isTrue(claim, states) ? [] : [`${what} was never so: ${JSON.stringify(says)}, but ${JSON.stringify(states)}`];
}

function isTrue({ says }: Claim, states: readonly State[]): boolean {
  switch (says.kind) {
    case "settled":
      return states.some((it, index) => it.pods === says.pods && hadSettled(it, says.digest, states[index + 1]));
    case "moving": {
      const known = states.flatMap((it) => it.digests);
      // a digest that it heard of in the last moment before a fault, we may never have read: then the tag has to be right
      const { digests, tag } = says;
      const isWanted = tag !== null && states.some((it) => it.wanted.endsWith(`:${tag}`));
      const unknown = digests.filter((digest) => !known.some((it) => it.startsWith(digest)));
      const isReal = unknown.length === 0 || (isWanted && unknown.length === 1 && unknown[0] === digests[0]);
      return isReal && states.some((it) => it.settled === null);
    }
    case "alarm":
      return false;
  }
}

/**
 * Between two readings, the last pods may have become ready just before the next image was asked for. Then the pods of that very
 * image ran this digest in one of the two, and by the second one no pod is left of any image but this one and the next.
 */
function hadSettled(state: State, digest: string, next: State | undefined): boolean {
  if (state.settled !== null) return state.settled.startsWith(digest);
  if (next === undefined || next.wanted === state.wanted || next.settled !== null) return false; // no rollout goes unseen
  const itsPods = [state, next].flatMap((it) => it.of[state.wanted] ?? []);
  const isItsDigest = itsPods.some((it) => it.digests.length === 1 && it.digests[0]?.startsWith(digest));
  const counted = [state.wanted, next.wanted].map((it) => next.of[it]?.pods ?? 0);
  const all = Object.values(next.of).reduce((sum, it) => sum + it.pods, 0);
  const [own = 0, following = 0] = counted;
  // whatever is missing of its own by then has made room for the next one's, which are never more than one ahead of that
  return isItsDigest && own + following === all && own >= state.pods - following - 1;
}
