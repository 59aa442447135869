import { environmentOf, type Known } from "./known.ts";
import type { Question } from "./question.ts";
import type { View } from "../view.ts";
import type { Pod } from "../workload.ts";
import type { Environment } from "../answer.ts";
import { isFiller } from "./words.ts";

/** What a message speaks of, for who wants to know about it without typing. */
export type Named = {
  /** Questions it may raise: what runs a digest of it first, then services, the longest names first. */
  readonly choices: readonly Question[];
  /** Digests, as they were written, that run nowhere. */
  readonly unseen: readonly string[];
};

type Running = { readonly service: string; readonly environment: string };

type Searched = Known & {
  /** What runs an image whose digest begins with these hexadecimal digits. */
  running(hex: string): readonly Running[];
};

const longest = 20_000; // characters: more than any alert has, and read at once
const most = 5;

export function namedIn(message: string, known: Searched): Named {
  const text = message
    .slice(0, longest)
    .toLowerCase()
    .replace(/&(?:amp|lt|gt);/g, " ");
  const words = wordsIn(text);
  const environments = distinct(words.flatMap((it) => environmentOf(it, known) ?? []));
  const digests = digestsIn(text).map((it) => ({ ...it, found: known.running(it.hex) }));

  const running = digests.flatMap((it) => it.found);
  const there = running.filter((it) => environments.includes(it.environment));
  const named = servicesIn(words, known).flatMap((it) => placesOf(it, environments, known));
  const services = [...(there.length > 0 ? there : running), ...named].map(
    (it) => ({ kind: "service", ...it }) as const,
  );
  const overviews = environments.map((environment) => ({ kind: "environment", environment, page: 0 }) as const);
  return {
    choices: onceEach(services.length > 0 ? services : overviews).slice(0, most),
    unseen: digests.filter((it) => it.found.length === 0).map((it) => it.written),
  };
}

/** A name ends where no name can go on, so `checkout` is not in `checkout-worker`, but it is in `shop/checkout:1.4`. */
function wordsIn(text: string): readonly string[] {
  const words = text.split(/[^\p{L}\p{N}._-]+/u).map((it) => it.replace(/^[._-]+|[._-]+$/g, ""));
  return distinct(words.filter((it) => it !== ""));
}

const digestForm = /(?:sha256:([a-f0-9]{7,64})|(?<![\w.-])([a-f0-9]{12,64}))(?![\w-])/g;

function digestsIn(text: string): readonly { readonly written: string; readonly hex: string }[] {
  const found = [...text.matchAll(digestForm)].map(
    ([written, prefixed, bare = ""]) => [prefixed ?? bare, written] as const,
  );
  return [...new Map(found)].slice(0, most).map(([hex, written]) => ({ hex, written }));
}

/** Words of a sentence that happen to be names count only where nothing else is named. */
function servicesIn(words: readonly string[], known: Known): readonly string[] {
  const names = words.filter((it) => environmentOf(it, known) === null && placesWith(it, known).length > 0);
  const others = names.filter((it) => !isFiller(it));
  return (others.length > 0 ? others : names)
    .toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1))
    .slice(0, most);
}

/** Where the message says, else in the default environment, else wherever there is such a service. */
function placesOf(service: string, environments: readonly string[], known: Known): readonly Running[] {
  const places = placesWith(service, known);
  const said = places.filter((it) => environments.includes(it));
  const usual = places.filter((it) => it === known.default);
  const meant = [said, usual].find((it) => it.length > 0) ?? places;
  return meant.map((environment) => ({ service, environment }));
}

function placesWith(service: string, known: Known): readonly string[] {
  return known.environments.map(({ name }) => name).filter((it) => known.has(service, it));
}

function onceEach(questions: readonly Question[]): readonly Question[] {
  const each = Map.groupBy(questions, (it) => JSON.stringify(it).toLowerCase()); // case is only how somebody wrote it
  return [...each.values()].flatMap(([it]) => it ?? []);
}

function distinct(words: readonly string[]): readonly string[] {
  return [...new Set(words)];
}

/** Every pod is looked at: this is for a question that somebody pressed for, and takes well below a second. */
export function whereRuns(hex: string, view: View, environments: readonly Environment[]): readonly Running[] {
  return environments.flatMap(({ name, places }) => {
    const running = view.all(places).filter((workload) => view.around(workload).pods.some((pod) => podRuns(pod, hex)));
    return distinct(running.map((it) => it.service)).map((service) => ({ service, environment: name }));
  });
}

/** Whether one of its containers runs a digest that begins with these hexadecimal digits. */
export function podRuns({ containers }: Pod, hex: string): boolean {
  return containers.some((it) => runs(it, hex));
}

/** Under the name that the runtime reports, or the one that the pod was started with: an index and its image are one. */
function runs({ imageId, image }: { readonly imageId: string; readonly image: string }, hex: string): boolean {
  if (imageId === "") return false;
  return imageId.startsWith(hex) || [imageId, image].some((it) => it.includes(`sha256:${hex}`));
}
