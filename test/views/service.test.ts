import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { notifications } from "../../sim/slack/notifications.ts";
import { validateMessage } from "../../sim/slack/blocks/validate.ts";
import type { ServiceAnswer } from "../../src/core/answer.ts";
import type { Running } from "../../src/core/running.ts";
import { serviceMessage } from "../../src/views/service.ts";
import { claim, job } from "../core/claims/given.ts";
import * as given from "../core/given.ts";
import { look } from "../core/look.ts";
import { hostile } from "./hostile.ts";
import { transcript } from "./transcript.ts";

const live = { cluster: "prod-eu", freshness: { state: "live", at: given.now - 3_000 } } as const;
const platform = (it: string) => (it === given.digest("a") ? "arm64/v8" : null);
const showing = { links: {}, platform, now: given.now, shareable: true };

function answer(running: readonly Running[], more: Partial<ServiceAnswer> = {}): ServiceAnswer {
  return { kind: "service", service: "checkout", environment: "prod", running, sight: [live], ...more };
}

const [before, current] = [
  given.revision(1, { template: given.template(given.image("1.4.1")) }),
  given.revision(2, { template: given.template(given.image("1.4.2")) }),
];
const rolling = { revisions: [before, current], workload: given.workload({ conditions: [given.underWay] }) };
const claims = {
  "whatsrunning.dev/deployer": "alice@example.org",
  "whatsrunning.dev/commit": "a1b9f2e0c4d5e6f708192a3b4c5d6e7f80910a1b",
  "whatsrunning.dev/source": "https://github.com/acme/shop",
  "whatsrunning.dev/run": "https://github.com/acme/shop/actions/runs/17",
};
const claimed = given.template(given.image("1.4.2"), { notes: claims });

const signedCommit = "c".repeat(40);
const sync = {
  app: "checkout-prod",
  revision: "d".repeat(40),
  repository: "https://github.com/acme/deploy",
  by: "alice",
  startedAt: given.now - 23 * given.hour - given.minute,
  at: given.now - 22 * given.hour,
};
const shop = "https://github.com/acme/shop";
const label = {
  value: "a1b9f2e0c4d5e6f708192a3b4c5d6e7f80910a1b",
  key: "org.opencontainers.image.revision",
  on: "label",
} as const;

const american = given.revision(1, { cluster: "prod-us" });

const cases = {
  uniform: answer([look({ workload: given.workload({ template: claimed }) })]),
  "uniform, not all ready": answer([
    look({ pods: [...given.pods(2, given.revision(1)), given.pod(given.revision(1), { ready: false })] }),
  ]),
  rolling: answer([
    look({
      ...rolling,
      pods: [...given.pods(2, current, { digest: given.digest("b") }), ...given.pods(1, before)],
    }),
  ]),
  "paused half-way": answer([
    look({
      ...rolling,
      workload: given.workload({ paused: true, conditions: [], counts: given.counts(3, { updated: 1 }) }),
      pods: [given.pod(current, { digest: given.digest("b") }), ...given.pods(2, before)],
    }),
  ]),
  "stuck on an image that cannot be pulled": answer([
    look({
      ...rolling,
      pods: [
        given.pod(current, {
          digest: null,
          container: { waiting: { reason: "ImagePullBackOff", message: "Back-off pulling image: not found" } },
        }),
        ...given.pods(3, before),
      ],
    }),
  ]),
  "stuck in a crash loop": answer([
    look({ ...rolling, pods: [given.pod(current, { container: given.crashing }), ...given.pods(2, before)] }),
  ]),
  "stuck on a quota": answer([
    look({
      ...rolling,
      workload: given.workload({ conditions: [given.podsRefused], counts: given.counts(3, { updated: 0 }) }),
      pods: given.pods(3, before),
    }),
  ]),
  mixed: answer([
    look({
      pods: [...given.pods(2, given.revision(1)), given.pod(given.revision(1), { digest: given.digest("b") })],
    }),
  ]),
  drifted: answer([
    look({
      pods: [
        ...given.pods(2, given.revision(1)),
        given.pod(given.revision(1), { container: { image: given.image("1.4.9") } }),
      ],
    }),
  ]),
  "scaled to zero": answer([look({ workload: given.workload({ replicas: 0 }), pods: [] })]),
  "unknown: no pods": answer([look({ pods: [] })]),
  "unknown: pods unread": answer([look({ podsUnread: true })]),
  "several containers": answer([
    look({
      workload: given.workload({
        template: given.template("", {
          containers: [
            given.templateContainer(),
            given.templateContainer({ name: "shipper", role: "sidecar", image: "quay.io/acme/shipper:3" }),
            given.templateContainer({ name: "setup", role: "init", image: "busybox:1.36" }),
          ],
        }),
      }),
    }),
  ]),
  "two workloads of one name": answer([
    look(),
    look({ workload: given.workload({ namespace: "payments", replicas: 0 }), pods: [] }),
  ]),
  "the same in two clusters": answer(
    [
      look(),
      look({
        workload: given.workload({ cluster: "prod-us", replicas: 5, counts: given.counts(5) }),
        revisions: [american],
      }),
    ],
    { sight: [live, { ...live, cluster: "prod-us" }] },
  ),
  "agreeing, but one is out of sight": answer(
    [look(), look({ workload: given.workload({ cluster: "prod-us" }), revisions: [american] })],
    {
      sight: [
        live,
        {
          cluster: "prod-us",
          freshness: { state: "behind", at: given.now - given.minute, because: "the API server cannot be reached" },
        },
      ],
    },
  ),
  "read directly": answer([look()], {
    sight: [
      {
        cluster: "prod-eu",
        freshness: { state: "asked", at: given.now, because: "the API server cannot be reached" },
      },
    ],
  }),
  "gone since the question": answer([]),
  "cluster out of sight": answer([look()], {
    sight: [
      {
        cluster: "prod-eu",
        freshness: {
          state: "behind",
          at: given.now - 4 * given.minute,
          because: "it cannot be reached: connection refused",
        },
      },
      { cluster: "prod-us", freshness: { state: "unread", because: "it may not list pods in namespace shop" } },
    ],
  }),
  "claimed and labelled": answer([
    look({
      origins: () => ({
        claims: [
          claim({
            commit: signedCommit,
            subject: "Ship it (#12)",
            source: "https://github.com/acme/shop",
            at: given.now,
            voucher: job,
          }),
          claim({ stage: "deployed", actor: "alice@example.org", at: given.now }),
        ],
        labelled: { commits: [label], source: null, inherited: [] },
        syncs: [],
      }),
    }),
  ]),
  "so many commits since": answer([
    look({
      revisions: [before, current],
      pods: [...given.pods(3, current, { digest: given.digest("b") }), given.pod(before, { terminating: true })],
      origins: (it) => ({
        claims: [
          it === given.digest("b")
            ? claim({ commit: "c".repeat(40), parents: ["b".repeat(40), "a".repeat(40)], source: shop })
            : claim({ commit: "a".repeat(40) }),
        ],
        labelled: null,
        syncs: [],
      }),
    }),
  ]),
  "synced by Argo CD": answer([
    look({
      workload: given.workload({
        notes: { "argocd.argoproj.io/tracking-id": "checkout-prod:apps/Deployment:shop/checkout" },
        writers: [given.writer({ manager: "argocd-controller" })],
      }),
      origins: () => ({ claims: [], labelled: null, syncs: [sync] }),
    }),
  ]),
  "labels of the base image": answer([
    look({
      origins: () => ({ claims: [], labelled: { commits: [], source: null, inherited: [label.key] }, syncs: [] }),
    }),
  ]),
  "one platform of the index that was asked for": answer([
    look({
      workload: given.workload({ template: given.template(given.image(given.digest("b"))) }),
      aliases: (it) => (it === given.digest("b") ? new Set([it, given.digest("a")]) : null),
    }),
  ]),
} satisfies Record<string, ServiceAnswer>;

describe("the answer for one service", () => {
  test.each(Object.entries(cases))("%s", async (name, it) => {
    const message = serviceMessage(it, showing);
    await expect(transcript(message)).toMatchFileSnapshot(`snapshots/service/${name.replaceAll(/\W+/g, "-")}.txt`);
    expect(validateMessage(message)).toEqual([]);
  });

  test("calls who deployed by their name in Slack, and pings nobody", () => {
    const names = new Map([["alice@example.org", "Alice <@U01ALICE>"]]);
    const message = serviceMessage(cases.uniform, { ...showing, names });
    expect(message.text.replaceAll("\u2060", "")).toContain("by Alice &lt;@U01ALICE&gt; (alice@example.org)");
    expect(notifications(message).mentions).toEqual([]);
  });

  test("leads to the page beside its source, where the image names that", () => {
    const message = serviceMessage(cases.uniform, { ...showing, sourceOf: () => shop });
    expect(JSON.stringify(message)).toContain("<https://github.com/acme/shop/pkgs/container/checkout|open repository>");
  });

  test("shared, it has nothing left to share", () => {
    const message = serviceMessage(cases.uniform, { ...showing, shareable: false });
    expect(JSON.stringify(message)).not.toContain('"share"');
  });

  test("leads to the registry's page by a configured pattern", () => {
    const links = { "ghcr.io": "https://registry.example.com/{repository}@{digest}" };
    const message = serviceMessage(cases.uniform, { ...showing, links });
    expect(JSON.stringify(message)).toContain(
      `<https://registry.example.com/acme/checkout@${given.digest("a")}|open image>`,
    );
  });
});

test("nothing that is written into a cluster can ping, link or break an answer", () => {
  fc.assert(
    fc.property(
      fc.array(hostile, { minLength: 6, maxLength: 6 }),
      ([a = "", b = "", c = "", d = "", e = "", f = ""]) => {
        const notes = {
          "whatsrunning.dev/deployer": a,
          "kubernetes.io/change-cause": b,
          "argocd.argoproj.io/tracking-id": c,
        };
        const workload = given.workload({
          name: d,
          service: e,
          namespace: f,
          notes,
          template: given.template(a, { notes }),
        });
        const revision = given.revision(1, { template: workload.template, notes });
        const failing = { reason: b, message: c };
        const pods = [
          given.pod(revision, { name: d, container: { imageId: e, waiting: failing } }),
          given.pod(revision, {
            name: e,
            container: { ...given.crashing, waiting: { ...failing, reason: "CrashLoopBackOff" } },
          }),
          given.pod(revision, { containers: [given.podContainer({ name: f, role: "ephemeral", image: a })] }),
        ];
        const said = claim({
          stage: "deployed",
          actor: c,
          commit: "a1b9f2e",
          subject: a,
          source: b,
          run: URL.canParse(d) ? null : d, // one that is a link is shown as one, under words of ours
          at: given.now,
        });
        const told = { claims: [said, claim({ commit: "b2c0d3f", subject: f, source: e })], labelled: null };
        const synced = { app: b, revision: c, repository: a, by: d, startedAt: null, at: given.now };
        const origins = () => ({ ...told, syncs: [synced] });
        const running = [look({ workload, revisions: [revision], pods, origins })];
        const sight = [{ cluster: a, freshness: { state: "behind", at: given.now, because: b } } as const];
        const message = serviceMessage(answer(running, { service: e, environment: f, sight }), {
          ...showing,
          names: new Map([[c, a]]),
        });

        expect(validateMessage(message)).toEqual([]);
        const { mentions, links } = notifications(message);
        expect(mentions).toEqual([]);
        // where images are, by us
        const foreign = links.filter((it) => !it.target.startsWith("https://hub.docker.com/"));
        expect(foreign).toEqual([]);
      },
    ),
  );
});
