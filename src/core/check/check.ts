import type { ConfigurationFinding } from "./configuration.ts";
import type { ImageFinding } from "./image.ts";
import type { ManifestFinding } from "./manifest.ts";
import type { Outcome } from "./outcome.ts";
import type { OwnerFinding } from "./owner.ts";
import type { PermissionFinding } from "./permission.ts";
import type { SchemaFinding } from "./schema.ts";
import type { StateFinding } from "./state.ts";

/** What a check may find, by what it is about. Data only: every word of it is the views'. */
export type Findings = {
  readonly image: ImageFinding;
  readonly manifest: ManifestFinding;
  readonly configuration: ConfigurationFinding;
  readonly schema: SchemaFinding;
  readonly owner: OwnerFinding;
  readonly state: StateFinding;
  readonly permission: PermissionFinding;
};
export type About = keyof Findings;

/** One thing that was looked into before a rollback. Nothing is claimed without something found. */
export type Check<A extends About = About> = {
  readonly [K in A]: {
    readonly about: K;
    readonly outcome: Outcome;
    /** The worst first. */
    readonly found: readonly [Findings[K], ...Findings[K][]];
  };
}[A];

const severity = { block: 0, unknown: 1, warn: 2, ok: 3 } satisfies Record<Outcome, number>;

/** The outcome is that of the worst finding; the others stay, so that an unknown is never lost behind a block. */
export function check<A extends About>(
  about: A,
  found: readonly Findings[A][],
  otherwise: Findings[A],
): { readonly about: A; readonly outcome: Outcome; readonly found: readonly [Findings[A], ...Findings[A][]] } {
  const [first = otherwise, ...more] = found.toSorted((a, b) => severity[a.outcome] - severity[b.outcome]);
  return { about, outcome: first.outcome, found: [first, ...more] };
}

export function worstFirst(checks: readonly Check[]): readonly Check[] {
  return checks.toSorted((a, b) => severity[a.outcome] - severity[b.outcome]);
}

/** What stands in the way, whatever else was found beside it. */
export function blocked(checks: readonly Check[]): readonly About[] {
  return checks.filter((it) => it.outcome === "block").map((it) => it.about);
}

/** What nobody could tell, also where something worse was found: it has to be accepted as such. */
export function unknown(checks: readonly Check[]): readonly About[] {
  return checks.filter((it) => it.found.some(({ outcome }) => outcome === "unknown")).map((it) => it.about);
}
