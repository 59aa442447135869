import { nearest } from "./near.ts";
import { isFiller, wordsOf } from "./words.ts";

/** What somebody wants to know, ready to be answered now or, from a button, again later. */
export type Question =
  | { readonly kind: "help" }
  | { readonly kind: "environment"; readonly environment: string; readonly page: number }
  | { readonly kind: "service"; readonly service: string; readonly environment: string };

/** A text that is no question yet, and why. */
export type Unclear = { readonly kind: "unclear"; readonly because: Because };

/** `choices` are questions that may have been meant, the likeliest first. */
export type Because =
  | { readonly kind: "ambiguous"; readonly word: string; readonly choices: readonly Question[] }
  | {
      readonly kind: "no service";
      readonly word: string;
      readonly environment: string;
      readonly choices: readonly Question[];
    }
  | {
      readonly kind: "no environment";
      readonly word: string;
      readonly environments: readonly string[];
      readonly choices: readonly Question[];
    }
  /** A message that was pointed at names several things, or nothing of which we know. */
  | { readonly kind: "several named"; readonly choices: readonly Question[] }
  | { readonly kind: "nothing named"; readonly unseen: readonly string[]; readonly environments: readonly string[] }
  /** A word of the command's grammar that cannot be answered yet. */
  | { readonly kind: "not yet"; readonly word: string }
  | { readonly kind: "too long" };

/** What there is to ask about. */
export type Known = {
  readonly environments: readonly { readonly name: string; readonly aliases: readonly string[] }[];
  /** Where a question without an environment looks. */
  readonly default: string;
  has(service: string, environment: string): boolean;
  services(environment: string): Iterable<string>;
};

const longest = 300; // characters: names are at most 63, and nobody types a page
const later: ReadonlySet<string> = new Set([
  "at",
  "history",
  "where",
  "diff",
  "changes",
  "rollback",
  "rollbacks",
  "holds",
]);
const mostChoices = 5;

/** The order of service and environment is free, and so are the words of a whole sentence around them. */
export function parseQuestion(text: string, known: Known): Question | Unclear {
  if (text.length > longest) return unclear({ kind: "too long" });
  const words = meantBy(wordsOf(text), known);
  const [first, second, ...more] = words;
  if (first === undefined) return { kind: "environment", environment: known.default, page: 0 };
  if (words.length === 1 && first.toLowerCase() === "help") return { kind: "help" };

  const command = words.find((it) => later.has(it.toLowerCase()));
  if (command !== undefined) return unclear({ kind: "not yet", word: command.toLowerCase() });
  if (more.length > 0) return unclear({ kind: "too long" });
  return second === undefined ? oneWord(first, known) : twoWords([first, second], known);
}

/** A filler that is also a name counts as one, unless that makes too many: then it was there for the sentence. */
function meantBy(words: readonly string[], known: Known): readonly string[] {
  const names = words.filter((it) => !isFiller(it) || isKnown(it, known));
  const others = words.filter((it) => !isFiller(it));
  return names.length > 2 && others.length > 0 ? others : names;
}

function isKnown(word: string, known: Known): boolean {
  return environmentOf(word, known) !== null || known.environments.some(({ name }) => known.has(word, name));
}

/** The environment of that name or alias, however it is written. */
export function environmentOf(word: string, { environments }: Known): string | null {
  const wanted = word.toLowerCase();
  const found = environments.find(({ name, aliases }) => [name, ...aliases].some((it) => it.toLowerCase() === wanted));
  return found?.name ?? null;
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
  const pairs = [words, words.toReversed()].flatMap(([service = "", name = ""]) => {
    const environment = environmentOf(name, known);
    return environment === null ? [] : [{ service, environment }];
  });
  const there = pairs.filter((it) => known.has(it.service, it.environment));
  const answer = only(
    words.join(" "),
    there.map((it) => ({ kind: "service", ...it }) as const),
  );
  if (answer) return answer;
  const [pair] = pairs;
  return pair ? noService(pair.service, pair.environment, known) : noEnvironment(words, known);
}

function only(word: string, choices: readonly Question[]): Question | Unclear | null {
  const [choice, ...more] = choices;
  return choice && more.length > 0 ? unclear({ kind: "ambiguous", word, choices }) : (choice ?? null);
}

/** The same name elsewhere is likelier than a similar name here. */
function noService(word: string, environment: string, known: Known): Unclear {
  const elsewhere = known.environments
    .filter(({ name }) => name !== environment && known.has(word, name))
    .map(({ name }) => ({ kind: "service", service: word, environment: name }) as const);
  const similar = nearest(word, known.services(environment), mostChoices).map(
    (service) => ({ kind: "service", service, environment }) as const,
  );
  const environments = nearest(word, namesOf(known), 1).map(
    (name) => ({ kind: "environment", environment: environmentOf(name, known) ?? name, page: 0 }) as const,
  );
  const choices = [...elsewhere, ...similar, ...environments].slice(0, mostChoices);
  return unclear({ kind: "no service", word, environment, choices });
}

function noEnvironment([first, second]: readonly [string, string], known: Known): Unclear {
  const [service, word] = known.has(second, known.default) ? [second, first] : [first, second];
  const near = nearest(word, namesOf(known), 1).map((it) => environmentOf(it, known) ?? it);
  const likely = near.length > 0 ? near : [known.default];
  const choices = likely
    .filter((environment) => known.has(service, environment))
    .map((environment) => ({ kind: "service", service, environment }) as const);
  return unclear({ kind: "no environment", word, environments: known.environments.map(({ name }) => name), choices });
}

function namesOf({ environments }: Known): readonly string[] {
  return environments.flatMap(({ name, aliases }) => [name, ...aliases]);
}

function unclear(because: Because): Unclear {
  return { kind: "unclear", because };
}
