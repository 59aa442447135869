import { type Form, listInForm } from "./form.ts";
import type { AnyObject } from "./object.ts";
import { resources, type Target } from "./resource.ts";
import { parseSelectors, type Matches } from "./selector.ts";
import { badRequest, failure, invalidOptions, refuse, type Answer } from "./status.ts";
import { keyOfObject, type Store } from "./store.ts";

type Asked = {
  readonly store: Store;
  readonly target: Target;
  readonly query: URLSearchParams;
  readonly form: Form;
};

/** One page of a collection, or all of it. Every page of one list shows the same moment. */
export function answerList({ store, target, query, form }: Asked): Answer {
  const limit = wholeNumber(query, "limit") ?? 0;
  const matches = withinTarget(target, parseSelectors(target.plural, query));
  const wanted = parseRevision(query);
  const token = query.get("continue");
  if (query.get("sendInitialEvents") !== null) {
    const message = "Forbidden: sendInitialEvents is forbidden for list";
    return invalidOptions("ListOptions", { reason: "FieldValueForbidden", message, field: "sendInitialEvents" });
  }
  if (token !== null && token !== "" && wanted !== null && wanted !== 0) {
    return badRequest("specifying resource version is not allowed when using continue");
  }
  refuseFuture(store, wanted);

  const from = token === null || token === "" ? { revision: store.revision(), after: "" } : parseToken(token);
  const all = store.listAt(target.plural, from.revision);
  if (all === null) return expired(store, from.after);
  const rest = all.filter((it) => matches(it) && keyOfObject(it) > from.after);
  const size = wanted === 0 || limit === 0 ? rest.length : limit; // resourceVersion=0 answers from the cache, in one piece
  return page({ target, form, revision: from.revision, rest, size, selected: isSelective(query) });
}

/** Only what the path is about. */
export function withinTarget({ namespace, name }: Target, matches: Matches): Matches {
  return (it) =>
    (namespace === null || it.metadata.namespace === namespace) &&
    (name === null || it.metadata.name === name) &&
    matches(it);
}

/** Null when the request names no revision. */
export function parseRevision(query: URLSearchParams): number | null {
  const text = query.get("resourceVersion") ?? "";
  if (text === "") return null;
  if (/^\d+$/.test(text)) return Number(text);
  const problem = `Invalid value: "${text}": strconv.ParseUint: parsing "${text}": invalid syntax`;
  if (isWatch(query)) return refuse(500, "", `resourceVersion: ${problem}`, null);
  return badRequest(`invalid resource version: resourceVersion: ${problem}`);
}

export function isWatch(query: URLSearchParams): boolean {
  return ["1", "true"].includes(query.get("watch") ?? "");
}

export function wholeNumber(query: URLSearchParams, name: string): number | null {
  const text = query.get(name) ?? "";
  if (text === "") return null;
  if (/^-?\d+$/.test(text)) return Number(text);
  return badRequest(`strconv.ParseInt: parsing "${text}": invalid syntax`);
}

function refuseFuture(store: Store, wanted: number | null): void {
  if (wanted === null || wanted <= store.revision()) return;
  const causes = [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }];
  const message = `Timeout: Too large resource version: ${wanted}, current: ${store.revision()}`;
  refuse(504, "Timeout", message, { causes, retryAfterSeconds: 1 });
}

function isSelective(query: URLSearchParams): boolean {
  return Boolean(query.get("labelSelector")) || Boolean(query.get("fieldSelector"));
}

type Page = {
  readonly target: Target;
  readonly form: Form;
  readonly revision: number;
  readonly rest: readonly AnyObject[];
  readonly size: number;
  readonly selected: boolean;
};

function page({ target, form, revision, rest, size, selected }: Page): Answer {
  const shown = rest.slice(0, size);
  const left = rest.length - shown.length;
  const last = shown.at(-1);
  const more = {
    ...(left > 0 && last ? { continue: makeToken(revision, keyOfObject(last)) } : {}),
    ...(left > 0 && !selected ? { remainingItemCount: left } : {}),
  };
  const { kind, apiVersion, items } = listInForm(resources[target.plural], shown, form);
  const metadata = { resourceVersion: String(revision), ...more };
  return { status: 200, body: { kind, apiVersion, metadata, items } };
}

function makeToken(rv: number, start: string): string {
  return Buffer.from(JSON.stringify({ v: "meta.k8s.io/v1", rv, start })).toString("base64url");
}

function parseToken(token: string): { revision: number; after: string } {
  const [, rv, start] = /^\{"v":"meta\.k8s\.io\/v1","rv":(\d+),"start":("[^"]*")\}$/.exec(decode(token)) ?? [];
  if (rv === undefined || start === undefined) return badRequest("invalid continue token: continue key is not valid");
  return { revision: Number(rv), after: String(JSON.parse(start)) };
}

function decode(token: string): string {
  return Buffer.from(token, "base64url").toString("utf8");
}

/** The token in this answer reads on from the same place, at today's state: an inconsistent list. */
function expired(store: Store, after: string): Answer {
  const message =
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without " +
    "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. " +
    "Continuing with the provided token results in an inconsistent list - objects that were created, modified, or " +
    "deleted between the time the first chunk was returned and now may show up in the list.";
  const { body } = failure(410, "Expired", message, null);
  return { status: 410, body: { ...Object(body), metadata: { continue: makeToken(store.revision(), after) } } };
}
