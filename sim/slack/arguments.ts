import { isObject, type JsonObject } from "./json.ts";
import { refuse } from "./refusal.ts";

/** What a method takes, and how a form writes it down. */
type ArgumentKind = "string" | "boolean" | "integer" | "json";
export type Arguments = Readonly<Record<string, ArgumentKind>>;

/** What Slack answers when a form's JSON cannot be read. */
const unreadable: Readonly<Record<string, string>> = {
  blocks: "invalid_blocks_format",
  attachments: "invalid_attachments",
  metadata: "invalid_metadata_format",
};

/** Bolt's client sends the workspace with every call. */
const everywhere = { team_id: "string" } as const;

/** A form says everything in strings; a JSON body has types already. Both come out the same. */
export function readArguments(sent: JsonObject, own: Arguments): JsonObject {
  const known: Arguments = { ...own, ...everywhere };
  const wrong: string[] = [];
  const read = Object.entries(sent).map(([key, value]) => {
    const kind = Object.hasOwn(known, key) ? known[key] : undefined;
    if (kind === undefined) wrong.push(`[ERROR] unknown argument: ${key} [json-pointer:/${key}]`);
    const meant = kind === undefined ? undefined : typeof value === "string" ? fromText(key, value, kind) : value;
    if (kind !== undefined && !isOf(kind, meant)) wrong.push(`[ERROR] must provide a ${kind} [json-pointer:/${key}]`);
    return [key, meant] as const;
  });
  if (wrong.length > 0) refuse("invalid_arguments", { response_metadata: { messages: wrong } });
  return Object.fromEntries(read);
}

export function required(args: JsonObject, key: string): string {
  const value = args[key];
  if (typeof value === "string" && value !== "") return value;
  return refuse("invalid_arguments", {
    response_metadata: { messages: [`[ERROR] missing required field: ${key} [json-pointer:/${key}]`] },
  });
}

function fromText(key: string, text: string, kind: ArgumentKind): unknown {
  switch (kind) {
    case "string":
      return text;
    case "boolean":
      return text === "true" || text === "1" ? true : text === "false" || text === "0" ? false : text;
    case "integer":
      return /^\d+$/.test(text) ? Number(text) : text;
    case "json":
      return fromJson(key, text);
  }
}

function fromJson(key: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse(unreadable[key] ?? "invalid_arguments");
  }
}

function isOf(kind: ArgumentKind, value: unknown): boolean {
  switch (kind) {
    case "string":
      return typeof value === "string";
    case "boolean":
      return typeof value === "boolean";
    case "integer":
      return typeof value === "number" && Number.isInteger(value);
    case "json":
      return isObject(value) || Array.isArray(value);
  }
}
