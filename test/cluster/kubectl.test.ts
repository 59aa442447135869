import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { nextStep } from "../../src/core/operation/next.ts";
import { opened } from "../../src/core/operation/operation.ts";
import type { WholeCluster } from "../../src/kubernetes/cluster.ts";
import type { Target } from "../../src/ports/rollback.ts";
import { eventually, type Place, useServer } from "../contract/kubernetes/place.ts";
import * as given from "../core/given.ts";
import { intent, plan } from "../core/operation/given.ts";
import { openCluster } from "../kubernetes/restore/opening.ts";
import { kubectl } from "./kubectl.ts";
import { real } from "./real.ts";

/**
 * `kubectl rollout undo` and our way back, side by side on equal workloads: the story of the Kubernetes project's own test of it
 * (test/cmd/apps.sh). What ends differently is meant to, and is named at the end.
 */

const { signal: never } = new AbortController();
const plural = { Deployment: "deployments", StatefulSet: "statefulsets", DaemonSet: "daemonsets" } as const;
const tracking = "argocd.argoproj.io/tracking-id";
const causeKey = "kubernetes.io/change-cause";
let cluster: WholeCluster;

beforeAll(async () => {
  cluster = await openCluster(process.env["KUBECONFIG"] ?? "");
});
afterAll(async () => cluster.close());

/** `to`: a revision's number; null: the one before. */
type Undo = (of: Target, to: number | null) => Promise<string>;
type Way = { readonly undo: Undo; readonly rehearse: Undo };

const theirs: Way = {
  undo: async (of, to) => undone(of, to),
  rehearse: async (of, to) => undone(of, to, "--dry-run=server"),
};

async function undone(
  { namespace, kind, name }: Target,
  to: number | null,
  ...more: readonly string[]
): Promise<string> {
  const where = to === null ? [] : [`--to-revision=${to}`];
  const { text } = await kubectl(
    "-n",
    namespace,
    "rollout",
    "undo",
    `${kind.toLowerCase()}/${name}`,
    ...where,
    ...more,
  );
  if (/skipped rollback/.test(text)) return "already there";
  if (/unable to find specified revision|no last revision|no rollout history/.test(text)) return "no such revision";
  if (/cannot rollback a paused/.test(text)) return "paused";
  return /rolled back/.test(text) ? "done" : text;
}

const ours: Way = {
  async undo(of, to) {
    const patch = await patchOf(of, to);
    if (typeof patch === "string") return patch;
    const answer = await cluster.restoring.patch(of, patch, never);
    return answer.kind === "applied" ? "done" : answer.kind;
  },
  async rehearse(of, to) {
    const patch = await patchOf(of, to);
    if (typeof patch === "string") return patch;
    const { kind } = await cluster.restoring.rehearse(of, patch, never);
    return kind === "accepted" ? "done" : kind;
  },
};

let operations = 0;

/** As the operation itself says, from what is read now. A string: why it sends none. */
async function patchOf(of: Target, to: number | null) {
  const live = await cluster.restoring.live(of, never);
  const all = await cluster.restoring.revisions(of, never);
  const target = to === null ? all[1] : all.find((it) => it.number === to);
  if (live === "gone" || !target) return "no such revision";
  const side = { admitted: null, pins: [], images: [], revision: { uid: "r", name: "r", number: 9 }, template: "" };
  const back = { ...side, template: target.template.hash, revision: { ...side.revision, number: target.number } };
  const bound = { uid: live.uid, template: live.template.hash, fence: live.fence };
  const operation = opened(
    intent({ id: `op-${(operations += 1)}`, plan: plan({ of: { cluster: "c", ...of }, bound, from: side, to: back }) }),
  );
  const facts = { live, target, allowed: true, look: "unread", aliases: given.noAliases, now: given.now } as const;
  const step = nextStep(operation, facts);
  if (step.kind === "patch") return step.patch;
  if (step.kind !== "record" || step.next.progress.state !== "refused") return step.kind;
  const { because } = step.next.progress;
  return because.kind === "moved" ? because.what.join() : because.kind;
}

/** What was done, and what both said to it and had then. kubectl may patch in what is there already: see below. */
const story = [
  "undo 1 → already there: web:1",
  "ship → done: web:2 side:2",
  "rehearse 1 → done: web:2 side:2",
  "undo 1 → done: web:1",
  "undo 1000000 → no such revision: web:1",
  "undo → done: web:2 side:2",
];
const paused = ["pause → done: web:2 side:2", "undo → paused: web:2 side:2", "resume → done: web:2 side:2"];
const end = ["undo → done: web:1"];

describe.concurrent("kubectl rollout undo and ours", { timeout: 45_000 }, () => {
  const { place } = useServer(real);

  test.each([
    {
      kind: "Deployment",
      told: [...story, ...paused, ...end],
      theirs: { tracking: undefined, cause: "first" },
      revisions: [
        { number: 5, history: "1,3" }, // the same ReplicaSet each time, which remembers the numbers it had
        { number: 4, history: "2" },
      ],
    },
    {
      kind: "StatefulSet",
      told: [...story, ...end],
      theirs: { tracking: "shop:web", cause: "second" },
      revisions: [{ number: 5 }, { number: 4 }],
    },
    {
      kind: "DaemonSet",
      told: [...story, ...end],
      theirs: { tracking: "shop:web", cause: "second" },
      revisions: [{ number: 5 }, { number: 4 }],
    },
  ] as const)("come to the same end for a $kind", async ({ kind, told, theirs: left, revisions }) => {
    const [a, b] = await Promise.all([start(await place(), kind, theirs), start(await place(), kind, ours)]);
    const heard: string[] = [];
    for (const step of told.map((it) => it.split(" → ")[0] ?? "")) {
      const [said, alsoSaid] = await Promise.all([a.act(step), b.act(step)]);
      const [state, other] = await Promise.all([a.settled(), b.settled()]);
      expect(other.shape, step).toEqual(state.shape);
      heard.push(`${step} → ${alsoSaid}: ${other.shape.images.join(" ")}`);
      // kubectl compares the bytes of revisions: one of another version than the server's patches in what is there already
      const alike = alsoSaid === "already there" ? [alsoSaid, "done"] : [alsoSaid];
      expect(alike, step).toContain(said);
    }
    expect(heard).toEqual(told);

    // Where the two differ, on purpose.
    const [state, other] = await Promise.all([a.settled(), b.settled()]);
    expect(other.shape.revisions).toMatchObject(revisions);
    expect({ tracking: state.annotations[tracking], cause: state.annotations[causeKey] }).toEqual(left);
    expect(other.annotations[tracking]).toBe("shop:web");
    expect(other.annotations[causeKey]).toMatch(/^rollback to revision \d+ by Bob via Slack/);
    expect(other.annotations["whatsrunning.dev/operation"]).toMatch(/^op-\d+$/);
    expect(other.managers).toContain("whatsrunning");
    expect(state.managers).not.toContain("whatsrunning");
  });
});

const Workload = z.looseObject({
  metadata: z.object({
    annotations: z.record(z.string(), z.string()).default({}),
    labels: z.unknown().optional(),
    managedFields: z.array(z.object({ manager: z.string() })),
  }),
  spec: z.looseObject({
    template: z.looseObject({ spec: z.looseObject({ containers: z.array(z.looseObject({ image: z.string() })) }) }),
  }),
});

/** Revision 1, with an annotation that tells of it. */
async function start(here: Place, kind: Target["kind"], side: Way) {
  const { request, namespace } = here;
  const of: Target = { namespace, kind, name: "web" };
  const path = `/apis/apps/v1/namespaces/${namespace}/${plural[kind]}/web`;
  const container = { name: "main", image: "ghcr.io/shop/web:1", command: ["sh", "-c", "a && b"] };
  const template = { metadata: { labels: { app: "web" } }, spec: { containers: [container] } };
  const spec = {
    selector: { matchLabels: { app: "web" } },
    template,
    ...(kind === "DaemonSet" ? {} : { replicas: 0 }),
  };
  const annotations = { [causeKey]: "first" };
  const made = await request("POST", path.replace(/\/web$/, ""), {
    body: { metadata: { name: "web", annotations }, spec },
  });
  if (made.status !== 201) throw new Error(made.text);

  async function set(body: object): Promise<string> {
    const reply = await request("PATCH", path, { body, type: "application/merge-patch+json" });
    return reply.status === 200 ? "done" : reply.text;
  }

  /** Two containers now, another command, and an annotation of somebody who has come to own it. */
  const ship = async (): Promise<string> =>
    set({
      metadata: { annotations: { [causeKey]: "second", [tracking]: "shop:web" } },
      spec: {
        template: {
          spec: {
            containers: [
              { name: "main", image: "ghcr.io/shop/web:2" },
              { name: "side", image: "ghcr.io/shop/side:2" },
            ],
          },
        },
      },
    });

  async function act(step: string): Promise<string> {
    const [verb = "", number = null] = step.split(" ");
    const to = number === null ? null : Number(number);
    switch (verb) {
      case "ship":
        return ship();
      case "pause":
        return set({ spec: { paused: true } });
      case "resume":
        return set({ spec: { paused: null } });
      case "rehearse":
        return side.rehearse(of, to);
      default:
        return side.undo(of, to);
    }
  }

  /** Once the controller has given the revision of the template the highest number. */
  async function settled() {
    await eventually(async () => {
      const live = await cluster.restoring.live(of, never);
      const [newest] = await cluster.restoring.revisions(of, never);
      if (live === "gone" || newest?.template.hash !== live.template.hash) throw new Error("not settled yet");
    });
    const { metadata, spec: now } = Workload.parse((await request("GET", path)).json);
    const revisions = (await cluster.restoring.revisions(of, never)).map((it) => ({
      number: it.number,
      template: it.template.hash,
      history: it.annotations["deployment.kubernetes.io/revision-history"],
    }));
    const images = now.template.spec.containers.map((it) => it.image.replace("ghcr.io/shop/", ""));
    return {
      shape: { spec: now, labels: metadata.labels, revisions, images },
      annotations: metadata.annotations,
      managers: metadata.managedFields.map((it) => it.manager),
    };
  }
  await settled();
  return { act, settled };
}
