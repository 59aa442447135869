/** What there is to ask about. */
export type Known = {
  readonly environments: readonly { readonly name: string; readonly aliases: readonly string[] }[];
  /** Where a question without an environment looks. */
  readonly default: string;
  has(service: string, environment: string): boolean;
  services(environment: string): Iterable<string>;
};

/** The environment of that name or alias, however it is written. */
export function environmentOf(word: string, { environments }: Known): string | null {
  const wanted = word.toLowerCase();
  const found = environments.find(({ name, aliases }) => [name, ...aliases].some((it) => it.toLowerCase() === wanted));
  return found?.name ?? null;
}

export function isKnown(word: string, known: Known): boolean {
  return environmentOf(word, known) !== null || isService(word, known);
}

export function isService(word: string, known: Known): boolean {
  return known.environments.some(({ name }) => known.has(word, name));
}

export function environmentNames({ environments }: Known): readonly string[] {
  return environments.map(({ name }) => name);
}

/** With their aliases. */
export function namesOf({ environments }: Known): readonly string[] {
  return environments.flatMap(({ name, aliases }) => [name, ...aliases]);
}
