import { environmentNames, environmentOf, isKnown, type Known, namesOf } from "./known.ts";
import { nearest } from "./near.ts";
import { type Question, type Unclear, unclear } from "./question.ts";
import { isFiller } from "./words.ts";

export const mostChoices = 5;

/** A question about what runs now. */
export function parseLive(words: readonly string[], known: Known): Question | Unclear {
  const [first, second, ...more] = meantBy(words, known, isFiller);
  if (first === undefined) return { kind: "environment", environment: known.default, page: 0 };
  if (more.length > 0) return unclear({ kind: "too long" });
  if (second !== undefined) return twoWords([first, second], known);
  return first.toLowerCase() === "help" ? { kind: "help" } : oneWord(first, known);
}

/** A filler that is also a name counts as one, unless that makes too many: then it was there for the sentence. */
export function meantBy(words: readonly string[], known: Known, isExtra: (word: string) => boolean): readonly string[] {
  const names = words.filter((it) => !isExtra(it) || isKnown(it, known));
  const others = words.filter((it) => !isExtra(it));
  return names.length > 2 && others.length > 0 ? others : names;
}

function oneWord(word: string, known: Known): Question | Unclear {
  const environment = environmentOf(word, known);
  const overview = environment === null ? [] : [{ kind: "environment", environment, page: 0 } as const];
  const service = known.has(word, known.default)
    ? [{ kind: "service", service: word, environment: known.default } as const]
    : [];
  return only(word, [...overview, ...service]) ?? noService(word, known.default, known);
}

function twoWords(words: readonly [string, string], known: Known): Question | Unclear {
  const pairs = pairsOf(words, known);
  const there = pairs.filter((it) => known.has(it.service, it.environment));
  const answer = only(
    words.join(" "),
    there.map((it) => ({ kind: "service", ...it }) as const),
  );
  if (answer) return answer;
  const [pair] = pairs;
  if (pair) return noService(pair.service, pair.environment, known);
  return noEnvironment(words, known, (it) => known.has(it.service, it.environment) && { kind: "service", ...it });
}

export type Subject = { readonly service: string; readonly environment: string };

/** The order is free: either word may be the environment. */
export function pairsOf(words: readonly [string, string], known: Known): readonly Subject[] {
  return [words, words.toReversed()].flatMap(([service = "", name = ""]) => {
    const environment = environmentOf(name, known);
    return environment === null ? [] : [{ service, environment }];
  });
}

export function only<Q extends Question>(word: string, choices: readonly Q[]): Q | Unclear | null {
  const [choice, ...more] = choices;
  return choice && more.length > 0 ? unclear({ kind: "ambiguous", word, choices }) : (choice ?? null);
}

/** The same name elsewhere is likelier than a similar name here. */
function noService(word: string, environment: string, known: Known): Unclear {
  const services = likelyInstead({ service: word, environment }, known).map(
    (it) => ({ kind: "service", ...it }) as const,
  );
  const environments = nearest(word, namesOf(known), 1).map(
    (name) => ({ kind: "environment", environment: environmentOf(name, known) ?? name, page: 0 }) as const,
  );
  const choices = [...services, ...environments].slice(0, mostChoices);
  return unclear({ kind: "no service", word, environment, choices });
}

export function likelyInstead({ service: word, environment }: Subject, known: Known): readonly Subject[] {
  const elsewhere = environmentNames(known).filter((it) => it !== environment && known.has(word, it));
  const similar = nearest(word, known.services(environment), mostChoices);
  return [
    ...elsewhere.map((it) => ({ service: word, environment: it })),
    ...similar.map((service) => ({ service, environment })),
  ];
}

/** `asking` makes a question of what is likely, or false where there is nothing to ask. */
export function noEnvironment(
  [first, second]: readonly [string, string],
  known: Known,
  asking: (it: Subject) => Question | false,
): Unclear {
  const [service, word] = known.has(second, known.default) ? [second, first] : [first, second];
  const near = nearest(word, namesOf(known), 1).map((it) => environmentOf(it, known) ?? it);
  const likely = near.length > 0 ? near : [known.default];
  const choices = likely.flatMap((environment) => asking({ service, environment }) || []);
  return unclear({ kind: "no environment", word, environments: environmentNames(known), choices });
}
