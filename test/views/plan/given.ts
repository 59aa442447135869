import type { Check } from "../../../src/core/check/check.ts";
import { check } from "../../../src/core/check/check.ts";
import { candidatesOf } from "../../../src/core/plan/candidate.ts";
import { hurdlesOf, outcomesOf } from "../../../src/core/plan/draft.ts";
import { lostSince } from "../../../src/core/plan/lost.ts";
import type { Offer, Place, Proposal } from "../../../src/core/plan/offer.ts";
import { imagesOf } from "../../../src/core/plan/pin.ts";
import type { Request } from "../../../src/core/plan/wanted.ts";
import { alice, checkout, container, end, failed, healthy, release } from "../../core/given-release.ts";
import { digest, hour, minute, noAliases, now } from "../../core/given.ts";
import { rawRevision } from "../../core/plan/given.ts";

export const request: Request = {
  wanted: { environment: "prod", service: "checkout", of: null, to: null },
  by: { id: "U01BOB", name: "bob" },
  where: { channel: "C0DEPLOYS", thread: null },
  reason: "",
};

const at: Place = {
  of: checkout,
  cluster: "prod-eu",
  choices: [{ of: checkout, cluster: "prod-eu" }],
  workload: { replicas: 6, strategy: "RollingUpdate", kind: "Deployment" },
};

const ran = (number: number, letter: string) => ({
  revision: { ...release().revision, uid: `replicaset-${number}`, name: `checkout-${number}`, number },
  containers: [container(`1.4.${number}`, [digest(letter)])],
});
const good = release({
  ...ran(5, "a"),
  start: { at: now - 50 * hour, notBefore: null },
  end: end(4),
  outcome: healthy(now - 50 * hour),
  provenance: { ...alice, commits: alice.commits.map((it) => ({ ...it, value: "0ddba11" })) },
});
const taken = release({
  ...ran(6, "b"),
  start: { at: now - 4 * hour, notBefore: null },
  end: end(2, { by: "rollback" }),
});
const bad = release({ ...ran(7, "c"), outcome: failed() });

const candidates = candidatesOf({
  template: "v7",
  revisions: [7, 6, 5].map((it) => rawRevision(it)),
  releases: [bad, taken, good],
  healthyForMs: 10 * minute,
  aliases: noAliases,
  now,
});

export const fine: readonly Check[] = [
  check("image", [{ outcome: "ok", kind: "served", container: "checkout", digest: digest("a") }], {
    outcome: "ok",
    kind: "no containers",
  }),
  check("manifest", [], { outcome: "ok", kind: "accepted" }),
  check("permission", [], { outcome: "ok", kind: "allowed" }),
];

export function proposal(
  checks: readonly Check[] = fine,
  rules: Proposal["rules"] = { confirm: "click", override: [] },
): Proposal {
  const { best: target, current } = candidates;
  if (!target || !current) throw new Error("there is nothing to go back to");
  const side = ({ revision: { uid, name, number, template } }: typeof target) => ({
    revision: { uid, name, number },
    template: template.hash,
    admitted: null,
    pins: [],
    images: imagesOf(target),
  });
  const pins = [{ container: "checkout", image: `ghcr.io/shop/checkout:1.4.5@${digest("a")}` }];
  const plan = {
    of: checkout,
    bound: { uid: "deployment-checkout", template: "v7", fence: null },
    from: side(current),
    to: { ...side(target), pins },
    expiresAt: now + 10 * minute,
    soakMs: minute,
    giveUpAfterMs: 10 * minute,
  };
  const outcomes = outcomesOf(checks);
  const about = { id: "0b57-plan", environment: "prod", service: "checkout", cluster: "prod-eu" };
  const draft = { ...about, plan, outcomes, hash: "h", madeFor: request.by, at: now };
  const lost = lostSince(target, [bad, taken, good]);
  return { kind: "plan", at, candidates, target, draft, checks, lost, hurdles: hurdlesOf(outcomes, rules), rules };
}

export const several: Offer = {
  kind: "which workload",
  choices: ["shop", "payments"].map((namespace) => ({ of: { ...checkout, namespace }, cluster: "prod-eu" })),
};

export const noDefault: Offer = { kind: "no default", at, candidates: { ...candidates, best: null } };
