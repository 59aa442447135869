import type { AnyObject } from "./object.ts";
import { resources, type Plural } from "./resource.ts";
import { badRequest } from "./status.ts";

export type Matches = (object: AnyObject) => boolean;

/** Both selectors of a list or watch request as one question. */
export function parseSelectors(plural: Plural, query: URLSearchParams): Matches {
  const byLabel = parseLabelSelector(query.get("labelSelector") ?? "");
  const byField = parseFieldSelector(plural, query.get("fieldSelector") ?? "");
  return (object) => byLabel(object.metadata.labels ?? {}) && byField(object);
}

type Labels = Readonly<Record<string, string>>;

function parseLabelSelector(text: string): (labels: Labels) => boolean {
  const terms = text.split(/,(?![^(]*\))/).filter((it) => it.trim() !== "");
  const questions = terms.map((it) => labelQuestion(it.trim()));
  return (labels) => questions.every((matches) => matches(labels));
}

const label = "([A-Za-z0-9][-A-Za-z0-9_./]*)";

function labelQuestion(term: string): (labels: Labels) => boolean {
  const [, equalKey, operator, value = ""] =
    new RegExp(`^${label}\\s*(==|=|!=)\\s*([-A-Za-z0-9_.]*)$`).exec(term) ?? [];
  if (equalKey !== undefined) return (it) => (it[equalKey] === value) === (operator !== "!=");

  const [, setKey, not, values = ""] = new RegExp(`^${label}\\s+(in|notin)\\s*\\(([^)]*)\\)$`).exec(term) ?? [];
  const set = new Set(values.split(",").map((it) => it.trim()));
  if (setKey !== undefined) return (it) => set.has(it[setKey] ?? "\0") === (not === "in");

  const [, absent, key] = new RegExp(`^(!?)\\s*${label}$`).exec(term) ?? [];
  if (key !== undefined) return (it) => Object.hasOwn(it, key) === (absent === "");
  return badRequest(`unable to parse requirement: ${term}`);
}

function parseFieldSelector(plural: Plural, text: string): Matches {
  const terms = text.split(",").filter((it) => it !== "");
  const questions = terms.map((it) => fieldQuestion(plural, it));
  return (object) => questions.every((matches) => matches(object));
}

function fieldQuestion(plural: Plural, term: string): Matches {
  const [, field = term, operator, value] = /^([^=!]+)(==|=|!=)(.*)$/.exec(term) ?? [];
  const equal = operator !== "!=";
  if (field === "metadata.name") return ({ metadata }) => (metadata.name === value) === equal;
  if (field === "metadata.namespace") return ({ metadata }) => (metadata.namespace === value) === equal;
  if (resources[plural].group === "") return badRequest(`field label not supported: ${field}`);
  return badRequest(`"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`);
}

/** A workload's own selector. Only labels that must be equal are looked at. */
export function selects(selector: { readonly matchLabels?: Labels | undefined }, labels: Labels | undefined): boolean {
  return Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels?.[key] === value);
}
