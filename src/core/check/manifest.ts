import { check, type Check } from "./check.ts";
import type { Reference, Referenced } from "./material.ts";

/** Does the API server still take the old template, and is what it refers to still there? */
export type ManifestFinding =
  | { readonly outcome: "ok"; readonly kind: "accepted" }
  | { readonly outcome: "warn"; readonly kind: "rewritten" }
  /** In the API server's own words. */
  | { readonly outcome: "warn"; readonly kind: "warning"; readonly text: string }
  | { readonly outcome: "block"; readonly kind: "refused"; readonly by: "forbidden" | "invalid"; readonly text: string }
  | { readonly outcome: "block"; readonly kind: "reference missing"; readonly reference: Reference }
  | {
      readonly outcome: "unknown";
      readonly kind: "reference unread";
      readonly reference: Reference;
      readonly because: string;
    }
  /** Something on the server knows no dry run. */
  | { readonly outcome: "unknown"; readonly kind: "no dry run" }
  /** It changed while it was looked at. */
  | { readonly outcome: "unknown"; readonly kind: "moved" }
  | { readonly outcome: "unknown"; readonly kind: "no answer"; readonly because: string };

export type ManifestMaterial = {
  /** What a dry run of the very patch came to. */
  readonly rehearsal:
    | { readonly kind: "accepted"; readonly template: string; readonly warnings: readonly string[] }
    | { readonly kind: "forbidden" | "invalid"; readonly message: string }
    | { readonly kind: "moved" | "busy" | "not possible" }
    | { readonly kind: "no answer"; readonly because: string };
  /** The hash of the template that was sent. */
  readonly template: string;
  readonly references: readonly Referenced[];
};

export function manifestCheck({ rehearsal, template, references }: ManifestMaterial): Check<"manifest"> {
  const found = [...rehearsed(rehearsal, template), ...references.flatMap(referred)];
  return check("manifest", found, { outcome: "ok", kind: "accepted" });
}

function rehearsed(rehearsal: ManifestMaterial["rehearsal"], sent: string): readonly ManifestFinding[] {
  switch (rehearsal.kind) {
    case "accepted": {
      const warnings = rehearsal.warnings.map((text) => ({ outcome: "warn", kind: "warning", text }) as const);
      return rehearsal.template === sent ? warnings : [{ outcome: "warn", kind: "rewritten" }, ...warnings];
    }
    case "forbidden":
    case "invalid":
      return [{ outcome: "block", kind: "refused", by: rehearsal.kind, text: rehearsal.message }];
    case "not possible":
      return [{ outcome: "unknown", kind: "no dry run" }];
    case "moved":
      return [{ outcome: "unknown", kind: "moved" }];
    case "busy":
      return [{ outcome: "unknown", kind: "no answer", because: "the API server is too busy for us (429)" }];
    case "no answer":
      return [{ outcome: "unknown", kind: "no answer", because: rehearsal.because }];
  }
}

/** Pods start without what is optional, so that its absence is none of our business. */
function referred({ is, ...reference }: Referenced): readonly ManifestFinding[] {
  if (is.kind !== "known") return [{ outcome: "unknown", kind: "reference unread", reference, because: is.because }];
  const isMissing = is.value === "missing" && !reference.optional;
  return isMissing ? [{ outcome: "block", kind: "reference missing", reference }] : [];
}
