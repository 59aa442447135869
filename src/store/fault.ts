/** The message is a sentence for people. It repeats nothing that the server wrote, which may hold a password or a value. */
export class StoreFault extends Error {
  constructor(sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = "StoreFault";
  }
}
