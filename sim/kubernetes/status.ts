import { qualified, resources, type Plural, type Target } from "./resource.ts";

/** What goes back over the wire. A string body is sent as it is, anything else as JSON. */
export type Answer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
};

type Cause = { readonly reason: string; readonly message: string; readonly field?: string };
type Details = { name?: string; group?: string; kind?: string; causes?: readonly Cause[]; retryAfterSeconds?: number };

/** A request refused, with the words of the real server. Thrown, because refusals come from every depth. */
export class Refusal extends Error {
  readonly answer: Answer;
  constructor(answer: Answer) {
    super(`refused with ${answer.status}`);
    this.answer = answer;
  }
}

/** A Status object as the server writes one. `details: null` leaves them out. */
export function failure(code: number, reason: string, message: string, details: Details | null = {}): Answer {
  return { status: code, body: statusObject(code, reason, message, details) };
}

export function statusObject(code: number, reason: string, message: string, details: Details | null): object {
  const named = reason === "" ? {} : { reason };
  const detailed = details === null ? {} : { details };
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, ...named, ...detailed, code };
}

export function refuse(code: number, reason: string, message: string, details: Details | null = {}): never {
  throw new Refusal(failure(code, reason, message, details));
}

export function badRequest(message: string): never {
  return refuse(400, "BadRequest", message, null);
}

export const unauthorized = failure(401, "Unauthorized", "Unauthorized", null);
export const noSuchPath = failure(404, "NotFound", "the server could not find the requested resource");
export const noSuchRoot: Answer = {
  status: 404,
  headers: { "content-type": "text/plain; charset=utf-8" },
  body: "404 page not found\n",
};
export const wrongMethod = failure(
  405,
  "MethodNotAllowed",
  "the server does not allow this method on the requested resource",
);
/** The one answer to every patch that does not apply: it does not say which operation failed. */
export const patchDoesNotApply = failure(
  422,
  "Invalid",
  "the server rejected our request due to an error in our request",
);

export function notFound(plural: Plural, name: string): never {
  return refuse(404, "NotFound", `${qualified(plural)} "${name}" not found`, about(plural, name));
}

export function alreadyExists(plural: Plural, name: string): never {
  return refuse(409, "AlreadyExists", `${qualified(plural)} "${name}" already exists`, about(plural, name));
}

export function modified(plural: Plural, name: string): never {
  const message = "the object has been modified; please apply your changes to the latest version and try again";
  return refuse(
    409,
    "Conflict",
    `Operation cannot be fulfilled on ${qualified(plural)} "${name}": ${message}`,
    about(plural, name),
  );
}

/** Preconditions of a delete name the kind, not the plural. */
export function preconditionFailed(plural: Plural, name: string, why: string): never {
  const { kind, group } = resources[plural];
  const full = group === "" ? kind : `${kind}.${group}`;
  const details = { name, ...(group === "" ? {} : { group }), kind };
  return refuse(409, "Conflict", `Operation cannot be fulfilled on ${full} "${name}": ${why}`, details);
}

export function invalid(plural: Plural, name: string, causes: readonly Required<Cause>[]): never {
  const { kind, group } = resources[plural];
  const texts = causes.map((it) => `${it.field}: ${it.message}`);
  const all = texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`;
  const full = group === "" ? kind : `${kind}.${group}`;
  const details = { name, ...(group === "" ? {} : { group }), kind, causes };
  return refuse(422, "Invalid", `${full} "${name}" is invalid: ${all}`, details);
}

export function invalidOptions(kind: "ListOptions" | "PatchOptions", cause: Required<Cause>): never {
  const message = `${kind}.meta.k8s.io "" is invalid: ${cause.field}: ${cause.message}`;
  return refuse(422, "Invalid", message, { group: "meta.k8s.io", kind, causes: [cause] });
}

export function forbidden({ user, verb, target }: { user: string; verb: string; target: Target }): Answer {
  const { group } = resources[target.plural];
  const named = target.name === null ? "" : ` "${target.name}"`;
  const where = target.namespace === null ? "at the cluster scope" : `in the namespace "${target.namespace}"`;
  const resource = target.subresource === null ? target.plural : `${target.plural}/${target.subresource}`;
  const message =
    `${qualified(target.plural)}${named} is forbidden: User "${user}" cannot ${verb} ` +
    `resource "${resource}" in API group "${group}" ${where}`;
  return failure(403, "Forbidden", message, about(target.plural, target.name));
}

function about(plural: Plural, name: string | null): Details {
  const { group } = resources[plural];
  return { ...(name === null ? {} : { name }), ...(group === "" ? {} : { group }), kind: plural };
}
