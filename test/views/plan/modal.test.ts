import type { ModalView } from "@slack/types";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { validateView } from "../../../sim/slack/blocks/validate.ts";
import { notifications } from "../../../sim/slack/notifications.ts";
import { type Check, check, worstFirst } from "../../../src/core/check/check.ts";
import type { Refused } from "../../../src/core/plan/offer.ts";
import { planFormOf } from "../../../src/slack/payload/plan.ts";
import { acceptedModal, checkingModal, offerModal, refusedModal } from "../../../src/views/plan/modal.ts";
import { inviteMessage } from "../../../src/views/plan/invite.ts";
import { intent } from "../../core/operation/given.ts";
import { digest, now } from "../../core/given.ts";
import { hostile } from "../hostile.ts";
import { fine, noDefault, proposal, request, several } from "./given.ts";

const shown = { request, now };

/** A dialog as lines that can be read in a review: all its texts, from top to bottom. */
function read({ title, submit, blocks }: ModalView): string {
  const texts = blocks.flatMap((it) => {
    const found = [...JSON.stringify(it).matchAll(/"text":("(?:[^"\\]|\\.)*")/g)].map(([, text = '""']) =>
      String(JSON.parse(text)),
    );
    return it.type === "section" || it.type === "context" ? found : [found.map((text) => `[${text}]`).join(" ")];
  });
  return `${[`${title.text} [${submit?.text ?? "nothing to submit"}]`, ...texts].join("\n")}\n`;
}

const unread: readonly Check[] = worstFirst([
  ...fine,
  check("owner", [{ outcome: "block", kind: "argocd", app: "shop", sync: "self-heal", afterMs: 5_000 }], {
    outcome: "ok",
    kind: "nobody",
  }),
  check(
    "configuration",
    [
      { outcome: "warn", kind: "changed", config: { kind: "ConfigMap", name: "settings" }, at: now },
      { outcome: "unknown", kind: "now not known", config: { kind: "Secret", name: "database" } },
    ],
    { outcome: "ok", kind: "none used" },
  ),
]);

describe("the dialog", () => {
  test.each([
    ["checking", checkingModal(request)],
    ["plan", offerModal(proposal(), shown)],
    ["in-the-way", offerModal(proposal(unread), shown)],
    ["to-be-overridden", offerModal(proposal(unread, { confirm: "typed", override: ["owner"] }), shown)],
    ["no-default", offerModal(noDefault, shown)],
    ["which-workload", offerModal(several, shown)],
    ["broken", offerModal({ kind: "broken" }, shown)],
    ["accepted", acceptedModal(intent({ asked: { ...intent().asked, where: request.where } }))],
  ])("%s", async (name, view) => {
    expect(validateView(view)).toEqual([]);
    await expect(read(view)).toMatchFileSnapshot(`snapshots/${name}.txt`);
  });

  test("carries with it what it is about", () => {
    const { private_metadata } = offerModal(proposal(), shown);
    const view = { id: "V1", hash: "h", private_metadata, state: { values: { reason: { reason: { value: "why" } } } } };
    expect(planFormOf({ user: { id: "U01BOB", name: "bob" }, view })).toEqual({
      request: { ...request, reason: "why" },
      plan: "0b57-plan",
      modal: { id: "V1", hash: "h" },
      given: { reason: "why", typed: null, accepted: [], overridden: [] },
    });
  });
});

const who = { users: ["U01BOB"], groups: ["S01SRE"] };
const refusals: readonly Refused[] = [
  { kind: "no service" },
  { kind: "off" },
  { kind: "authority", authority: { kind: "not named", who } },
  { kind: "authority", authority: { kind: "nobody may" } },
  { kind: "authority", authority: { kind: "not a member", status: "guest" } },
  { kind: "authority", authority: { kind: "not known", because: "Slack did not answer in time", who } },
  { kind: "approvals" },
  { kind: "store", because: ["Redis may lose what it was told: set appendonly yes."] },
  { kind: "cluster", cluster: "prod-eu", because: "no answer within 3 s" },
  { kind: "nothing to go back to", gone: [] },
  { kind: "moved", what: ["template"], now: [{ container: "checkout", image: "ghcr.io/shop/checkout:3" }] },
  { kind: "expired" },
  { kind: "under way", operation: "p1" },
  { kind: "not known", because: "the store did not answer" },
];

test("each refusal says what it is, and what or who would help", async () => {
  const views = refusals.map((it) => refusedModal(it, request));
  expect(views.flatMap((it) => validateView(it))).toEqual([]);
  await expect(views.map(read).join("\n")).toMatchFileSnapshot("snapshots/refused.txt");
});

test("whatever somebody wrote into a cluster, nobody is pinged and Slack takes the dialog", () => {
  fc.assert(
    fc.property(hostile, hostile, fc.nat({ max: 40 }), (name, text, many) => {
      const reference = { kind: "ConfigMap", name, optional: false } as const;
      const checks: readonly Check[] = [
        check(
          "manifest",
          [
            { outcome: "block", kind: "refused", by: "invalid", text },
            ...Array.from(
              { length: many },
              () => ({ outcome: "block", kind: "reference missing", reference }) as const,
            ),
          ],
          { outcome: "ok", kind: "accepted" },
        ),
        check("image", [{ outcome: "unknown", kind: "digest not known", container: name, image: text }], {
          outcome: "ok",
          kind: "no containers",
        }),
        check("owner", [{ outcome: "warn", kind: "helm", release: name, namespace: text }], {
          outcome: "ok",
          kind: "nobody",
        }),
      ];
      const lost = { start: now, name, image: digest("a"), commit: text, by: name };
      const given = { ...proposal(checks, { confirm: "typed", override: ["manifest"] }) };
      const views = [
        offerModal(
          { ...given, lost: { releases: Array.from({ length: many }, () => lost), incomplete: true, compare: null } },
          shown,
        ),
        refusedModal({ kind: "cluster", cluster: name, because: text }, request),
        refusedModal({ kind: "moved", what: ["template"], now: [{ container: name, image: text }] }, request),
      ];
      const pinged = views.flatMap((it) => notifications(it).mentions);
      return pinged.length === 0 && views.every((it) => validateView(it).length === 0);
    }),
    { numRuns: 200 },
  );
});

test("an invitation says what it would do, and opens the dialog", () => {
  const message = inviteMessage(request.wanted, "asked");
  expect(message.text).toMatch(/^Roll back checkout in prod\? .* change nothing before you confirm/);
  expect(JSON.stringify(message.blocks)).toMatch(/rollback_0/);
});
