import { type Claim, claimsIn } from "./claim.ts";
import type { Stage } from "../claims/claim.ts";
import { type Invalid, type Reference } from "../image/reference.ts";
import {
  claimedCommits,
  claimedDeployers,
  claimedSubject,
  claimedUrl,
  labelledCommits,
  type Origin,
} from "./origin.ts";
import { syncedCommits, syncedDeployers, syncOf } from "./sync.ts";
import { lastWriter, ownerOf, type Tool, toolOf } from "./tool.ts";
import type { EpochMs, Notes, Workload, Writer } from "../workload.ts";

/** A fact with where it comes from. */
export type Evidence<T> = { readonly value: T; readonly source: Source; readonly trust: Trust };

export type Source =
  /** A pipeline's own words, sent to us. `voucher`: the repository that its platform vouches for; null with the shared token. */
  | { readonly kind: "claim"; readonly stage: Stage; readonly voucher: string | null }
  /** A sync of an Argo CD Application, and the revision of the manifests that it brought. */
  | { readonly kind: "gitops"; readonly app: string; readonly revision: string | null }
  | { readonly kind: "annotation"; readonly key: string }
  /** Of the image itself: a label of its configuration, or an annotation of what was pushed. */
  | { readonly kind: "label"; readonly key: string; readonly on: "label" | "annotation" }
  /** The API server's own record of who writes which field. */
  | { readonly kind: "field manager"; readonly manager: string; readonly at: EpochMs | null }
  | { readonly kind: "owner label"; readonly tool: string }
  | { readonly kind: "tag"; readonly tag: string };

/** Signed by a platform; observed by the API server; claimed by whoever may write it; guessed from a text. */
type Trust = "verified" | "observed" | "claimed" | "guessed";

export type Deployer =
  | { readonly kind: "person"; readonly name: string }
  /** How it was done is known, by whom is not. */
  | { readonly kind: "tool"; readonly tool: Tool };

export type Provenance = {
  /** The most trusted first. Empty: nothing is known. */
  readonly deployers: readonly Evidence<Deployer>[];
  /** The most trusted first; another commit than the first is a disagreement, to be shown. */
  readonly commits: readonly Evidence<string>[];
  /** The first line of the first commit's message, as a pipeline claimed it. */
  readonly subject: string | null;
  readonly source: string | null;
  readonly run: string | null;
  readonly changeCause: string | null;
  /** Keys of claims left out because they came along from the release before. */
  readonly leftOver: readonly string[];
  /** Labels of the image left out because its base image has them too, or seems to. */
  readonly inherited: readonly string[];
};

type Facts = {
  readonly workload: Workload;
  /** Notes of the current revision and its template; what Kubernetes copied there describes this release. */
  readonly notes: readonly Notes[];
  /** The same of the release before, null when there is none or its images are the same. */
  readonly before: readonly Notes[] | null;
  /** The workload came back to this revision: its notes are as old as it is. */
  readonly returned: boolean;
  /** The containers whose image this release changed. */
  readonly changed: readonly string[];
  readonly image: Reference | Invalid | null;
  readonly origin: Origin | null;
  /** Since when this release runs, null when that is not known. */
  readonly since: EpochMs | null;
};

/**
 * Who deployed it and from which commit: what pipelines claimed about the image, then what the cluster's objects say, then what
 * the image says of itself, then what the API server noted. Those who disagree are all told.
 */
export function provenanceOf(facts: Facts): Provenance {
  const { workload, notes, before, returned, changed, image, since } = facts;
  const origin = facts.origin ?? nothing;
  const sync = syncOf(origin.syncs, since);
  const earlier = claimsIn(before ?? []);
  const all = claimsIn(notes);
  const claims = all.filter((it) => !earlier.some((old) => isSameDeploy(it, old)));
  const writer = lastWriter(workload.writers, changed);
  const undone = returned && writer !== null && isUndo(writer);
  const leftOver = all.flatMap((it) => (claims.includes(it) ? (undone && it.deployer?.key) || [] : it.key));

  const source = claimedUrl(origin, "source") ?? firstOf(claims, "source") ?? origin.labelled?.source ?? null;
  const changeCause = firstNote(notes, changeCauseKey);
  const copied = before !== null && changeCause === firstNote(before, changeCauseKey);
  return {
    deployers: distinct([
      ...claimedDeployers(origin, since),
      ...syncedDeployers(sync),
      ...(undone ? [] : people(claims)),
      ...tools(workload, writer),
    ]),
    commits: distinct([
      ...claimedCommits(origin),
      ...syncedCommits(sync, source),
      ...commits(claims),
      ...labelledCommits(origin),
      ...guessedCommit(image),
    ]),
    subject: claimedSubject(origin),
    source,
    run: firstOf(claims, "run") ?? claimedUrl(origin, "run"),
    changeCause: copied ? null : changeCause,
    leftOver: [...new Set([...leftOver, ...(copied && changeCause !== null ? [changeCauseKey] : [])])],
    inherited: origin.labelled?.inherited ?? [],
  };
}

const nothing: Origin = { claims: [], labelled: null, syncs: [] };

function firstOf(claims: readonly Claim[], url: "source" | "run"): string | null {
  return claims.find((it) => it[url] !== null)?.[url] ?? null;
}

const changeCauseKey = "kubernetes.io/change-cause";

/**
 * Annotations stay when somebody then deploys by another route, so a claim that the release before made in the same
 * words describes that one. A deployer alone proves nothing: the same person may well deploy twice.
 */
function isSameDeploy(claim: Claim, before: Claim): boolean {
  const tells = claim.commit !== null || claim.run !== null;
  return tells && claim.key === before.key && claim.commit?.value === before.commit?.value && claim.run === before.run;
}

/** The name under which `kubectl rollout undo` writes. Who deployed a revision the first time did not bring it back. */
function isUndo({ manager, operation }: Writer): boolean {
  return manager === "kubectl" && operation === "Update";
}

function people(claims: readonly Claim[]): readonly Evidence<Deployer>[] {
  return claims
    .flatMap(({ deployer }) => deployer ?? [])
    .map(({ value: name, key }) => ({
      value: { kind: "person", name },
      source: { kind: "annotation", key },
      trust: "claimed",
    }));
}

/** The tool that wrote the image last, and the one that owns the object where that is another. */
function tools(workload: Workload, writer: Writer | null): readonly Evidence<Deployer>[] {
  const owner = ownerOf({ ...workload.template.notes, ...workload.notes });
  const byOwner = owner !== null && (writer === null || owner.managers.includes(writer.manager));
  const owned = owner && {
    value: { kind: "tool", tool: { name: owner.name, detail: owner.detail } } as const,
    source: { kind: "owner label", tool: owner.name } as const,
    trust: "claimed" as const,
  };
  const wrote = writer && {
    value: { kind: "tool", tool: toolOf(writer) } as const,
    source: { kind: "field manager", manager: writer.manager, at: writer.at } as const,
    trust: "observed" as const,
  };
  return (byOwner ? [owned] : [wrote, owned]).filter((it) => it !== null);
}

function commits(claims: readonly Claim[]): readonly Evidence<string>[] {
  return claims
    .flatMap(({ commit }) => commit ?? [])
    .map(({ value, key }) => ({ value, source: { kind: "annotation", key }, trust: "claimed" }));
}

/** Many pipelines tag with the commit. Letters and digits both, or any date would be one. */
function guessedCommit(image: Reference | Invalid | null): readonly Evidence<string>[] {
  const tag = image?.kind === "reference" ? image.tag : null;
  const commit = tag === null ? undefined : /(?:^|[-_.])(?:g|sha-?)?([0-9a-f]{7,40})$/.exec(tag)?.[1];
  if (tag === null || commit === undefined || !/[a-f]/.test(commit) || !/\d/.test(commit)) return [];
  return [{ value: commit, source: { kind: "tag", tag }, trust: "guessed" }];
}

function firstNote(notes: readonly Notes[], key: string): string | null {
  return notes.map((it) => it[key]).find((it) => it !== undefined && it.trim() !== "") ?? null;
}

/** The same value from a second source adds nothing to an answer. A short commit is the long one it begins. */
export function distinct<T extends Evidence<Deployer | string>>(evidence: readonly T[]): readonly T[] {
  const isSame = (a: T["value"], b: T["value"]) =>
    typeof a === "string" && typeof b === "string"
      ? a.startsWith(b) || b.startsWith(a)
      : JSON.stringify(a) === JSON.stringify(b);
  return evidence.filter((it, index) => !evidence.slice(0, index).some((earlier) => isSame(earlier.value, it.value)));
}
