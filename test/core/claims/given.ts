import type { Claim } from "../../../src/core/claims/claim.ts";
import { type Told, type Way, wayOf } from "../../../src/core/claims/way.ts";
import * as given from "../given.ts";

export const minute = 60_000;
export const at = Date.UTC(2026, 10, 25, 14);

export const job = {
  kind: "oidc",
  issuer: "https://token.actions.githubusercontent.com",
  subject: "repo:acme/shop:ref:refs/heads/main",
  repository: "acme/shop",
  workflow: null,
  verified: ["commit", "actor", "source", "run"],
} as const;

/** Built at 14:00, as somebody says who knows the shared token. */
export function claim(more: Partial<Claim> = {}): Claim {
  return {
    stage: "built",
    repository: "ghcr.io/acme/checkout",
    digest: given.digest("a"),
    tag: null,
    commit: null,
    source: null,
    actor: null,
    run: null,
    environment: null,
    subject: null,
    parents: [],
    manifestCommit: null,
    migration: null,
    at,
    receivedAt: at + minute,
    voucher: { kind: "token" },
    ...more,
  };
}

/** What these claims tell of an image, in a repository whose claims are kept since then. */
export function wayFrom(claims: readonly Claim[], more: Partial<Told> = {}): Way {
  const nothing = { steps: [], missing: null };
  return wayOf({ claims, complete: true, since: at, aliasesKnown: true, ...more }) ?? nothing;
}
