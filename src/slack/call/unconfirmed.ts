/** Nobody knows whether the answer was given: what would be said of it could be wrong. */
export class Unconfirmed extends Error {
  constructor(cause: unknown) {
    super("an answer was not confirmed", { cause });
    this.name = "Unconfirmed";
  }
}
