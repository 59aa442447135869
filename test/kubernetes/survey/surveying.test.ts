import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type SimKubernetes, startKubernetes } from "../../../sim/kubernetes/server.ts";
import type { WholeCluster } from "../../../src/kubernetes/cluster.ts";
import type { Surveying } from "../../../src/ports/rollback.ts";
import { createClient } from "../../contract/kubernetes/client.ts";
import { openCluster } from "../restore/opening.ts";
import { surveyingStory } from "./surveying-story.ts";

surveyingStory(async () => startKubernetes());

describe("surveying a cluster that does not tell everything", () => {
  let sim: SimKubernetes;
  let folder: string;
  let cluster: WholeCluster;
  let survey: Surveying;
  const { signal: never } = new AbortController();
  const of = { namespace: "shop", kind: "Deployment", name: "web" } as const;

  beforeEach(async () => {
    sim = await startKubernetes({
      namespaces: ["shop", "argocd", "team"],
      argo: true,
      architectures: ["arm64", "amd64"],
    });
    folder = await mkdtemp(join(tmpdir(), "surveying-"));
    await writeFile(join(folder, "config"), sim.kubeconfig);
    cluster = await openCluster(join(folder, "config"));
    survey = cluster.surveying;
  });
  afterEach(async () => {
    await cluster.close();
    await sim.close();
    await rm(folder, { recursive: true });
  });

  test("a right that is missing is named, and only what it was for is not known", async () => {
    sim.faults.forbid({ resource: "secrets" });
    const wanted = [
      { kind: "Secret", name: "password", optional: false },
      { kind: "ConfigMap", name: "settings", optional: false },
    ] as const;
    expect((await survey.references("shop", wanted, never)).map((it) => it.is)).toEqual([
      { kind: "refused", because: "we are not allowed to get secrets in namespace shop (403)" },
      { kind: "known", value: "missing" },
    ]);
  });

  test("what our account may not do is known before it is tried", async () => {
    sim.faults.forbid({ verb: "patch", resource: "deployments", namespace: "shop" });
    sim.faults.forbid({ verb: "delete", resource: "pods" });
    const value = { patch: false, deletePods: false, createEvents: true };
    expect(await survey.permissions(of, never)).toEqual({ kind: "known", value });
    expect(await survey.permissions({ ...of, kind: "DaemonSet" }, never)).toMatchObject({ value: { patch: true } });
  });

  test("a server that has an error, says nothing readable or is gone leaves us without an answer", async () => {
    sim.faults.next({}, { kind: "answer", status: 500, body: { kind: "Status", message: "secret-in-message" } });
    const because = "the API server answers with an error (500)";
    expect(await survey.quotas("shop", never)).toEqual({ kind: "no answer", because });
    sim.faults.next({}, { kind: "answer", status: 200, body: "<html>" });
    expect(await survey.owners(of, never)).toMatchObject({ kind: "no answer" });
    sim.faults.next({}, { kind: "answer", status: 404, body: "404 page not found\n" });
    expect(await survey.scaling(of, never)).toMatchObject({ kind: "no answer" });
    sim.faults.next({}, { kind: "reset" });
    expect(await survey.jobs("shop", 0, never)).toMatchObject({ kind: "no answer" });
  });

  test("nobody waits longer than they said", async () => {
    sim.faults.freeze();
    await expect(survey.architectures(AbortSignal.timeout(50))).rejects.toMatchObject({ name: "TimeoutError" });
    const one = [{ kind: "Secret", name: "password", optional: false }] as const;
    await expect(survey.references("shop", one, AbortSignal.timeout(50))).rejects.toMatchObject({
      name: "TimeoutError",
    });
  });

  test("a list that is null is an empty one", async () => {
    const answer = { kind: "answer", status: 200, body: { kind: "JobList", metadata: {}, items: null } } as const;
    sim.faults.next({}, answer);
    expect(await survey.jobs("shop", 0, never)).toEqual({ kind: "known", value: [] });
  });

  test("each architecture is told once", async () => {
    expect(await survey.architectures(never)).toEqual({ kind: "known", value: ["amd64", "arm64"] });
  });

  test.each([
    ["by itself, and heals", { automated: { selfHeal: true } }, { automated: true, selfHeal: true }],
    ["by itself", { automated: {} }, { automated: true, selfHeal: false }],
    [
      "no more: that was switched off",
      { automated: { enabled: false, selfHeal: true } },
      { automated: false, selfHeal: false },
    ],
    ["by hand", {}, { automated: false, selfHeal: false }],
  ])("an Application syncs %s", async (_, syncPolicy, value) => {
    await application("argocd", { syncPolicy });
    await application("team", {});
    expect(await survey.argo("shop", never)).toEqual({ kind: "known", value });
  });

  test("an Application is found where its name says, or where it is the only one of its name", async () => {
    await application("team", { syncPolicy: { automated: {} } });
    expect(await survey.argo("shop", never)).toMatchObject({ kind: "known", value: { automated: true } });
    expect(await survey.argo("team_shop", never)).toMatchObject({ kind: "known", value: { automated: true } });
    expect(await survey.argo("argocd_shop", never)).toMatchObject({ kind: "no answer" });
    expect(await survey.argo("other", never)).toEqual({
      kind: "no answer",
      because: "this cluster has no Application other: the Argo CD that manages it may be in another one",
    });
  });

  async function application(namespace: string, spec: object): Promise<void> {
    const path = `/apis/argoproj.io/v1alpha1/namespaces/${namespace}/applications`;
    const { request } = createClient(sim.kubeconfig);
    expect(await request("POST", path, { body: { metadata: { name: "shop" }, spec } })).toMatchObject({ status: 400 });
    const kind = { apiVersion: "argoproj.io/v1alpha1", kind: "Application" };
    const reply = await request("POST", path, { body: { ...kind, metadata: { name: "shop" }, spec } });
    expect(reply.status, reply.text).toBe(201);
  }
});
