import type { Json } from "../../core/operation/live.ts";

/**
 * JSON that is to go back as it came. A number with more digits than ours have (a grace period "for ever" is the largest of 64
 * bits) keeps its text: https://tc39.es/proposal-json-parse-with-source/
 */

declare global {
  interface JSON {
    rawJSON(text: string): object;
  }
}

type Source = { readonly source?: string };

/** @throws SyntaxError when it is not JSON. */
export function parseExactly(text: string): Json {
  return JSON.parse(text, (_key, value: unknown, context?: Source) => {
    const isKept = typeof value !== "number" || context?.source === undefined || String(value) === context.source;
    return isKept ? value : JSON.rawJSON(context.source);
  });
}

/** Go escapes these five inside of strings, and the API server compares texts: https://pkg.go.dev/encoding/json#HTMLEscape */
const escaped = /[<>&\u2028\u2029]/g;

/** As the API server itself would write it. */
export function writeExactly(value: unknown): string {
  return JSON.stringify(value).replace(
    escaped,
    (it) => String.raw`\u` + it.charCodeAt(0).toString(16).padStart(4, "0"),
  );
}

export function isRecord(json: Json | undefined): json is { readonly [key: string]: Json } {
  return typeof json === "object" && json !== null && !isList(json);
}

export function isList(json: Json | undefined): json is readonly Json[] {
  return Array.isArray(json);
}

export function fieldOf(json: Json | undefined, key: string): Json | undefined {
  return isRecord(json) && Object.hasOwn(json, key) ? json[key] : undefined;
}

/** The same with plain numbers, for what only looks at it. */
export function plainly(exact: Json): unknown {
  return JSON.parse(JSON.stringify(exact));
}
