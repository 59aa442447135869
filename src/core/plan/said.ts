import type { SchemaMaterial } from "../check/schema.ts";
import type { Digest } from "../image/reference.ts";
import type { Candidate, Candidates } from "./candidate.ts";
import { noteIn } from "./template.ts";

/** What a pipeline claims of an image. */
export type MigrationClaim = { readonly digest: Digest; readonly migration: Migration };
type Migration = SchemaMaterial["said"][number]["migration"];

const key = "whatsrunning.dev/migration";
const words = ["none", "compatible", "irreversible"] as const satisfies readonly Migration[];

/** What was said about the database with each release that a rollback takes back: on the revision, or of its images. */
export function saidOf(
  { current, others }: Candidates,
  target: Candidate,
  claims: readonly MigrationClaim[],
): SchemaMaterial["said"] {
  const after = [...(current ? [current] : []), ...others].filter((it) => it.revision.number > target.revision.number);
  return after.flatMap(({ revision, containers }) => {
    const note = migrationOf(revision.annotations[key] ?? noteIn(revision.template, key));
    const digests = new Set(containers.flatMap((it) => it.digests));
    const claimed = new Set(claims.filter((it) => digests.has(it.digest)).map((it) => it.migration));
    return [
      ...(note ? [{ migration: note, release: revision.name, source: "annotation" } as const] : []),
      ...[...claimed].map((migration) => ({ migration, release: revision.name, source: "claim" }) as const),
    ];
  });
}

function migrationOf(text: string | null): Migration | null {
  return words.find((it) => it === text) ?? null;
}
