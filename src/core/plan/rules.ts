import type { About } from "../check/check.ts";

/** What the API server or the controller would not do (permission, state) cannot be overridden by words. */
export const overridable = [
  "image",
  "manifest",
  "configuration",
  "schema",
  "owner",
] as const satisfies readonly About[];
export type Overridable = (typeof overridable)[number];

/** Who may take back what, and how: an environment's rules, as its configuration has them. */
export type Rules = {
  readonly allow: Who;
  readonly approvals: 0 | 1;
  /** Checks whose block may be overridden with a reason. */
  readonly override: readonly Overridable[];
  readonly confirm: "click" | "typed";
  /** Ready so long is known to be good. */
  readonly healthyForMs: number;
  readonly soakMs: number;
  readonly planForMs: number;
};

export type Who = { readonly users: readonly string[]; readonly groups: readonly string[] };
