import type { EpochMs } from "../workload.ts";
import { check, type Check } from "./check.ts";
import type { Learnt } from "./material.ts";

/** Did the releases in between change a database in a way that the old image cannot live with? */
export type SchemaFinding =
  | { readonly outcome: "ok"; readonly kind: "said compatible"; readonly said: Said }
  /** Nobody said anything, and no Job that looks like a migration ran. No more than that. */
  | { readonly outcome: "ok"; readonly kind: "no sign" }
  | { readonly outcome: "block"; readonly kind: "said irreversible"; readonly said: Said }
  | { readonly outcome: "warn"; readonly kind: "migration job"; readonly job: string; readonly at: EpochMs }
  | { readonly outcome: "unknown"; readonly kind: "jobs unread"; readonly because: string };

/** What somebody said about a release, and where. */
type Said = {
  readonly migration: "none" | "compatible" | "irreversible";
  readonly release: string;
  readonly source: "claim" | "annotation";
};

export type SchemaMaterial = {
  /** Of all releases after the target, up to the one in force. */
  readonly said: readonly Said[];
  /** Jobs that ran since then in the same namespace. */
  readonly jobs: Learnt<readonly { readonly name: string; readonly at: EpochMs }[]>;
};

const migration = /migrat|flyway|liquibase|alembic|\batlas\b|prisma|goose|schema/i;

/** What is said of every release counts more than what a Job's name looks like; an irreversible one counts in any case. */
export function schemaCheck({ said, jobs }: SchemaMaterial): Check<"schema"> {
  const found: SchemaFinding[] = said.map((it) =>
    it.migration === "irreversible"
      ? { outcome: "block", kind: "said irreversible", said: it }
      : { outcome: "ok", kind: "said compatible", said: it },
  );
  if (jobs.kind !== "known") found.push({ outcome: "unknown", kind: "jobs unread", because: jobs.because });
  const seen = jobs.kind === "known" ? jobs.value.filter((it) => migration.test(it.name)) : [];
  for (const { name, at } of seen) found.push({ outcome: "warn", kind: "migration job", job: name, at });
  return check("schema", found, { outcome: "ok", kind: "no sign" });
}
