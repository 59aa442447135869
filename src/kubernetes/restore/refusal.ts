import { z } from "zod";
import type { Reply } from "../api/request.ts";

/** What the API server said no with, as far as it can be shown: its messages can repeat whole objects. */

const Status = z.object({
  kind: z.literal("Status"),
  reason: z.string().nullish(),
  message: z.string().nullish(),
  details: z
    .object({
      causes: z
        .array(z.object({ field: z.string().nullish(), message: z.string().nullish() }))
        .nullish()
        .transform((it) => it ?? []),
    })
    .nullish(),
});

export type Refusal = {
  readonly reason: string;
  readonly message: string;
  readonly causes: readonly { readonly field: string; readonly message: string }[];
};

/** Null where it is not the API server that speaks, or not in its own form. */
export function refusalOf({ text }: Reply): Refusal | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const read = Status.safeParse(json);
  if (!read.success) return null;
  const { reason, message, details } = read.data;
  const causes = (details?.causes ?? []).map((it) => ({ field: it.field ?? "", message: it.message ?? "" }));
  return { reason: reason ?? "", message: message ?? "", causes };
}

const longest = 600;

/** A policy, a role or a webhook: its own words, which say whose they are. */
export function wordsOf({ message }: Refusal): string {
  return short(message);
}

/** Where the object is wrong and why, without the values that are wrong: those can be anybody's. */
export function causesOf({ causes }: Refusal): string {
  return short(causes.map(({ field, message }) => `${field}: ${withoutValue(field, message)}`).join("; "));
}

/** `Invalid value: "…": why`. Of a body that is no such object the whole is repeated, as a quoted text. */
const told = /^([A-Z][a-z ]+)(: (?:"(?:[^"\\]|\\.)*"|\{.*\}|\[.*\]|-?\d+|null|true|false))?(?:: (.*))?$/s;
const bare: ReadonlySet<string> = new Set(["Forbidden", "Required value"]);

function withoutValue(field: string, message: string): string {
  if (field === "patch") return message.match(/^.*\}": (.*)$/s)?.[1] ?? "not an object of this kind";
  const [, kind, value, why] = told.exec(message) ?? [];
  if (kind === undefined) return "not valid";
  return why !== undefined && (value !== undefined || bare.has(kind)) ? `${kind}: ${why}` : kind;
}

function short(text: string): string {
  return text.slice(0, longest).toWellFormed();
}
