/** What this folder needs of a logger: facts first, then a short message without values. */
export type Log = {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
};
