import { check, type Check } from "./check.ts";
import type { Learnt } from "./material.ts";

/** May our own account do it? */
export type PermissionFinding =
  | { readonly outcome: "ok"; readonly kind: "allowed" }
  | { readonly outcome: "block"; readonly kind: "may not patch" }
  /** A stuck pod then has to be deleted by hand; an Event is then not left. */
  | { readonly outcome: "warn"; readonly kind: "may not delete pods" | "may not leave events" }
  | { readonly outcome: "unknown"; readonly kind: "unread"; readonly because: string };

export type PermissionMaterial = {
  readonly may: Learnt<{ readonly patch: boolean; readonly deletePods: boolean; readonly createEvents: boolean }>;
  /** Whether it may come to that: StatefulSets that go one pod after the other. */
  readonly ordered: boolean;
};

export function permissionCheck({ may, ordered }: PermissionMaterial): Check<"permission"> {
  if (may.kind !== "known")
    return check("permission", [], { outcome: "unknown", kind: "unread", because: may.because });
  const { patch, deletePods, createEvents } = may.value;
  const found: readonly PermissionFinding[] = [
    ...(patch ? [] : [{ outcome: "block", kind: "may not patch" } as const]),
    ...(ordered && !deletePods ? [{ outcome: "warn", kind: "may not delete pods" } as const] : []),
    ...(createEvents ? [] : [{ outcome: "warn", kind: "may not leave events" } as const]),
  ];
  return check("permission", found, { outcome: "ok", kind: "allowed" });
}
