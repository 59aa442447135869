import { z } from "zod";
import { migrations, stages } from "../core/claims/claim.ts";

const text = z.string().nullable();

const Voucher = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("token") }),
  z.object({
    kind: z.literal("oidc"),
    issuer: z.string(),
    subject: z.string(),
    repository: z.string(),
    workflow: text,
    verified: z.array(z.enum(["commit", "source", "actor", "run"])),
  }),
]);

/** One claim as it is kept. */
export const ClaimShape = z.object({
  stage: z.enum(stages),
  repository: z.string(),
  digest: z.string(),
  tag: text,
  commit: text,
  source: text,
  actor: text,
  run: text,
  environment: text,
  subject: text.default(null),
  parents: z.array(z.string()).default([]),
  manifestCommit: text,
  migration: z.enum(migrations).nullable(),
  at: z.int().nullable(),
  receivedAt: z.int(),
  voucher: Voucher,
});
