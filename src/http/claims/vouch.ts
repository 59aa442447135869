import type { Verifiable, Voucher } from "../../core/claims/claim.ts";
import type { Draft } from "./draft.ts";
import type { Job } from "./job.ts";
import type { FieldFault } from "./problem.ts";
import type { Known } from "./token.ts";

type Vouched = { readonly said: Draft & { readonly voucher: Voucher } } | { readonly faults: readonly FieldFault[] };

/** Puts what the platform signed beside what the job says: it fills gaps, and what contradicts it is refused. */
export function vouchedBy(known: Known & { kind: "token" | "oidc" }, draft: Draft): Vouched {
  if (known.kind === "token") return { said: { ...draft, voucher: { kind: "token" } } };
  const { job, issuer, subject } = known;
  const signed = signedFacts(job, draft);
  const faults = signed.filter((it) => !it.agrees).map(({ field }) => ({ field, detail: contradicts }));
  if (faults.length > 0) return { faults };
  const facts = Object.fromEntries(signed.map(({ field, value }) => [field, value]));
  const { repository, workflow } = job;
  const verified = signed.map((it) => it.field);
  return { said: { ...draft, ...facts, voucher: { kind: "oidc", issuer, subject, repository, workflow, verified } } };
}

const contradicts = "must be what the job's token says, or be left out";

type Signed = { readonly field: Verifiable; readonly value: string; readonly agrees: boolean };

/**
 * The commit that a job runs on is the image's own only where the job builds it: one that scans or deploys may run on any
 * other commit.
 */
function signedFacts({ commit, actor, source, runs }: Job, draft: Draft): readonly Signed[] {
  const [run] = runs;
  const facts: readonly (Signed | false)[] = [
    draft.stage === "built" &&
      commit !== null && { field: "commit", value: commit, agrees: commit.startsWith(draft.commit ?? "") },
    actor !== null && { field: "actor", value: actor, agrees: draft.actor === null || draft.actor === actor },
    { field: "source", value: source, agrees: draft.source === null || plainly(draft.source) === source },
    run !== undefined && {
      field: "run",
      value: draft.run ?? run,
      agrees: draft.run === null || runs.some((it) => draft.run === it || draft.run?.startsWith(`${it}/`)),
    },
  ];
  return facts.filter((it) => it !== false);
}

/** Pages and remotes of one repository. */
function plainly(source: string): string {
  return source.replace(/\/+$/, "").replace(/\.git$/, "");
}
