/** What this folder needs of a logger: facts first, then a short message without values. */
export type Log = {
  error(facts: object, message: string): void;
};
