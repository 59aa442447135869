import { createHash } from "node:crypto";
import { z } from "zod";
import type { About, Check } from "../core/check/check.ts";
import type { Draft } from "../core/plan/draft.ts";
import type { Commit, Key } from "../ports.ts";
import { PlanShape } from "./operating/shape.ts";

/** Plans that nobody has confirmed yet. Each is gone by itself when its time is over. */
export const planning = {
  draft: (id: string): Key<Draft> => ({ name: `plan/${id}`, parse: DraftShape.parse }),
};

const abouts = ["image", "manifest", "configuration", "schema", "owner", "state", "permission"] as const;

const DraftShape = z.object({
  id: z.string(),
  environment: z.string(),
  service: z.string(),
  cluster: z.string(),
  plan: PlanShape,
  outcomes: z.array(
    z.object({
      about: z.enum(abouts satisfies readonly About[]),
      outcome: z.enum(["ok", "warn", "block", "unknown"]),
      unknown: z.boolean(),
    }),
  ),
  hash: z.string(),
  madeFor: z.object({ id: z.string(), name: z.string() }),
  at: z.int(),
}) satisfies z.ZodType<Draft>;

/** Kept under its id, once, for as long as it may be confirmed. */
export function drafted(commit: string, draft: Draft): Commit {
  const key = planning.draft(draft.id);
  return {
    id: commit,
    expect: [{ key, version: null }],
    put: [{ key, value: draft, expiresAt: draft.plan.expiresAt }],
  };
}

/** Of all that somebody was shown: the plan, and every finding of its checks. */
export function hashOf(plan: Draft["plan"], checks: readonly Check[]): string {
  return createHash("sha256")
    .update(JSON.stringify([plan, checks]))
    .digest("hex")
    .slice(0, 32);
}
