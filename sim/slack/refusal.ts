import type { Problem } from "./blocks/validate.ts";
import type { JsonObject } from "./json.ts";

/** A call that Slack answers with `ok: false`. Thrown, because refusals come from every depth. */
export class Refusal extends Error {
  readonly code: string;
  readonly more: JsonObject;
  constructor(code: string, more: JsonObject = {}) {
    super(`refused with ${code}`);
    this.code = code;
    this.more = more;
  }
}

export function refuse(code: string, more: JsonObject = {}): never {
  throw new Refusal(code, more);
}

/** Goes on when there is no problem. The first one gives the error its code, all of them are told. */
export function refuseProblems(problems: readonly Problem[]): void {
  const [first] = problems;
  if (!first) return;
  const messages = problems.map(({ message }) => message);
  refuse(first.code, { errors: messages, response_metadata: { messages } });
}

/** A person tried what Slack's own screens do not let anybody do. */
export function impossible(why: string): never {
  throw new Error(`not possible in Slack: ${why}`);
}
