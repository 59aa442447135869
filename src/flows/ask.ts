import { type Environment, serviceAnswer, sightOf } from "../core/answer.ts";
import { type Sought, soughtOf } from "../core/claims/sought.ts";
import type { Ways } from "../core/claims/way.ts";
import type { Aliases } from "../core/image/identity.ts";
import type { Origins } from "../core/provenance/origin.ts";
import type { LinkTemplates } from "../core/image/link.ts";
import { withLooks } from "../core/direct.ts";
import { namedIn, whereRuns } from "../core/question/named.ts";
import type { Known } from "../core/question/known.ts";
import { parseQuestion, speaksOfTime } from "../core/question/parse.ts";
import type { Because, Question } from "../core/question/question.ts";
import type { PastQuestion } from "../core/past/question.ts";
import type { Wanted } from "../core/plan/wanted.ts";
import type { Running } from "../core/running.ts";
import type { Place, View } from "../core/view.ts";
import type { Clock, Cluster, People } from "../ports.ts";
import { environmentMessage } from "../views/environment.ts";
import { helpMessage } from "../views/help.ts";
import type { Message } from "../views/message.ts";
import { inviteMessage } from "../views/plan/invite.ts";
import { serviceMessage, type Showing } from "../views/service.ts";
import { unclearMessage } from "../views/unclear.ts";
import { createOverview } from "./answer/everything.ts";
import { createLooking } from "./answer/look.ts";
import type { Recalling } from "./recall.ts";
import { createRemembering, namesIn } from "./answer/remember.ts";

export type Asking = {
  /**
   * Answers what somebody typed; for the reader alone, unless told otherwise. `asker` is their id in Slack: times are meant
   * in their zone.
   */
  ask(text: string, to?: Audience, asker?: string): Promise<Message>;
  /** Answers a question from a button, as of now: an old message may be pressed at any time. */
  again(question: Question, to: Audience): Promise<Message>;
  /** What somebody wants to take back. Null: they ask for something else, or it is not clear what. */
  wanted(text: string): Wanted | null;
  /** Answers about the services, environments and digests that a message of somebody else names. */
  about(message: string): Promise<Message>;
};

/** A shared answer is for everybody and has nothing left to share. */
export type Audience = "reader" | "channel";

type Deps = {
  readonly view: View;
  readonly clusters: readonly Pick<Cluster, "name" | "look">[];
  readonly environments: readonly [Environment, ...Environment[]];
  /** Name of the environment that a question without one is about. */
  readonly default: string;
  readonly links: LinkTemplates;
  readonly aliases: Aliases;
  /** Also what leads to a digest. Left out: what it leads to is all there is. */
  readonly relatives?: Aliases;
  readonly origins?: Origins;
  readonly platform?: Showing["platform"];
  readonly sourceOf?: Showing["sourceOf"];
  readonly recall: Recalling["recall"];
  readonly clock: Clock;
  /** What pipelines claim about images. Left out: nobody keeps it. */
  readonly waysOf?: (images: readonly Sought[]) => Promise<Ways>;
  /** What those are called who deployed. Left out: as they sign. */
  readonly namesOf?: (running: readonly Running[]) => Promise<ReadonlyMap<string, string>>;
  /** Without it, and for whom it does not know, times are meant in UTC. */
  readonly people?: People;
  /** Whether an environment has rollback. Left out: none has. */
  readonly restorable?: (environment: string) => boolean;
  /** How long an answer waits for a direct reading. */
  readonly lookMs?: number;
};

/** Somebody waits for the answer; in another zone than theirs it says so. */
const zoneMs = 1_000;

export function createAsking(deps: Deps): Asking {
  const { view, environments, links, aliases, clock } = deps;
  const [first] = environments;
  const looking = createLooking(deps);
  const overview = createOverview({ view, aliases, clock });

  const known: Known = {
    environments,
    default: deps.default,
    has: (service, environment) => view.find(service, placesOf(environment)).length > 0,
    services: (environment) => view.all(placesOf(environment)).map((it) => it.service),
  };

  const remember = createRemembering({ ...deps, known });

  async function ask(text: string, to: Audience = "reader", asker?: string): Promise<Message> {
    const zone = asker !== undefined && speaksOfTime(text, known) ? await zoneOf(asker) : "UTC";
    const question = parseQuestion(text, known, { now: clock.now(), zone });
    return question.kind === "unclear" ? explain(question.because) : again(question, to);
  }

  function wanted(text: string): Wanted | null {
    const question = parseQuestion(text, known, { now: clock.now(), zone: "UTC" });
    return question.kind === "rollback" ? wantedOf(question) : null;
  }

  async function zoneOf(asker: string): Promise<string> {
    return (await deps.people?.zoneOf(asker, AbortSignal.timeout(zoneMs))) ?? "UTC";
  }

  async function about(message: string): Promise<Message> {
    const running = (hex: string) => whereRuns(hex, view, environments);
    const { choices, unseen } = namedIn(message, { ...known, running });
    const [only, ...more] = choices;
    if (!only) return explain({ kind: "nothing named", unseen, environments: environments.map((it) => it.name) });
    return more.length > 0 ? explain({ kind: "several named", choices }) : again(only, "reader");
  }

  async function again(question: Question, to: Audience): Promise<Message> {
    if (question.kind === "help") {
      return helpMessage({ environments: environments.map((it) => it.name), default: deps.default });
    }
    if (question.kind === "rollback") return inviteMessage(wantedOf(question), "asked");
    if (question.kind !== "environment" && question.kind !== "service") return againOfThePast(question, to);
    const environment = environments.find((it) => it.name === question.environment);
    if (!environment) return explain(noLonger(question.environment));
    switch (question.kind) {
      case "environment": {
        const { known: all, at: now } = await overview.everything(environment);
        return environmentMessage({ ...all, page: question.page }, { links, now, shareable: to === "reader" });
      }
      case "service": {
        const looks = await looking.lookAt(question.service, environment.places);
        const now = clock.now();
        const facts = { view: withLooks(view, looks), environment, aliases, origins: deps.origins, now };
        const answer = serviceAnswer(question.service, facts);
        const [ways, names] = await Promise.all([
          deps.waysOf?.(soughtOf(answer.running, deps.relatives ?? aliases)),
          deps.namesOf?.(answer.running),
        ]);
        const restorable = deps.restorable?.(environment.name) ?? false;
        const { platform, sourceOf } = deps;
        const showing = { links, platform, sourceOf, names, now, shareable: to === "reader", restorable };
        return serviceMessage({ ...answer, ...(ways && { ways }) }, showing);
      }
    }
  }

  async function againOfThePast(question: PastQuestion, to: Audience): Promise<Message> {
    const unknown = namesIn(question).find((name) => !environments.some((it) => it.name === name));
    if (unknown !== undefined) return explain(noLonger(unknown));
    const answer = await remember(question, to === "reader");
    return "kind" in answer ? explain(answer) : answer;
  }

  /** A service may be missing only because its cluster has not been read: the message says how well it is seen. */
  function explain(because: Because): Message {
    return unclearMessage(because, sightOf(view, { places: searchedFor(because) }), clock.now());
  }

  function searchedFor(because: Because): readonly Place[] {
    if (because.kind === "nothing named") return environments.flatMap((it) => it.places);
    const name = "environment" in because ? because.environment : deps.default;
    return (environments.find((it) => it.name === name) ?? first).places;
  }

  function noLonger(environment: string): Because {
    return { kind: "no environment", word: environment, environments: environments.map((it) => it.name), choices: [] };
  }

  function placesOf(name: string) {
    return environments.find((it) => it.name === name)?.places ?? [];
  }

  return { ask, again, about, wanted };
}

function wantedOf({ service, environment }: { readonly service: string; readonly environment: string }): Wanted {
  return { service, environment, of: null, to: null };
}
