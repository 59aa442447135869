import { describe, expect, test } from "vitest";
import { eventually, List, useServer, type Open, type Place, type Thing } from "./place.ts";

const prefix = "deployment.kubernetes.io";

export function rollingContract(open: Open): void {
  describe.concurrent("rolling out", { timeout: 30_000 }, () => {
    const { place } = useServer(open);

    test("makes a ReplicaSet of the Deployment, and pods of the ReplicaSet", async () => {
      const { deploy, rolledOut, items, replicaSets, pods } = await place();
      const { metadata } = await deploy({ replicas: 2 });
      await rolledOut();
      const [replicaSet] = await items(replicaSets);
      const owner = { kind: "Deployment", name: "web", uid: metadata.uid, controller: true };
      const hash = replicaSet?.metadata.labels?.["pod-template-hash"];
      expect(replicaSet).toMatchObject({
        metadata: { name: `web-${hash}`, ownerReferences: [owner] },
        spec: { replicas: 2, selector: { matchLabels: { app: "web", "pod-template-hash": hash } } },
      });
      expect(replicaSet?.metadata.annotations).toMatchObject({
        [`${prefix}/revision`]: "1",
        [`${prefix}/desired-replicas`]: "2",
        [`${prefix}/max-replicas`]: "3",
      });
      const all = await items(pods);
      expect(all).toHaveLength(2);
      for (const pod of all) {
        expect(pod.metadata).toMatchObject({
          ownerReferences: [{ kind: "ReplicaSet", uid: replicaSet?.metadata.uid, controller: true }],
          labels: { "pod-template-hash": hash },
        });
      }
    });

    test("says when it is done, and leaves counts of zero out", async () => {
      const { deploy, rolledOut } = await place();
      await deploy({ replicas: 1 });
      const { status, metadata } = await rolledOut();
      expect(metadata.annotations).toMatchObject({ [`${prefix}/revision`]: "1" });
      expect(status).toMatchObject({ replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 });
      expect(status).not.toHaveProperty("unavailableReplicas");
      const conditions = status?.["conditions"];
      expect(conditions).toContainEqual(
        expect.objectContaining({ type: "Progressing", status: "True", reason: "NewReplicaSetAvailable" }),
      );
      expect(conditions).toContainEqual(
        expect.objectContaining({ type: "Available", status: "True", reason: "MinimumReplicasAvailable" }),
      );
    });

    test("comes back to a ReplicaSet it had: a new revision number, the old one in its history", async () => {
      const here = await place();
      await here.deploy({ replicas: 1 });
      await rollTo(here, [2, 3, 1]);
      const revisions = await revisionsByImage(here);
      expect(revisions).toEqual({ ":1": ["4", "1"], ":2": ["2", undefined], ":3": ["3", undefined] });
      await rollTo(here, [3, 1]);
      expect(await revisionsByImage(here)).toMatchObject({ ":1": ["6", "1,4"], ":3": ["5", "3"] });
    });

    test("copies annotations to the current ReplicaSet, adds and never removes, and leaves old ones alone", async () => {
      const here = await place();
      await here.deploy({ annotations: { "kubernetes.io/change-cause": "first", gone: "soon" } });
      await here.rolledOut();
      await here.patch("web", [{ op: "remove", path: "/metadata/annotations/gone" }]);
      await here.patch("web", [
        { op: "replace", path: "/spec/template/spec/containers/0/image", value: "ghcr.io/shop/web:2" },
        { op: "replace", path: "/metadata/annotations/kubernetes.io~1change-cause", value: "second" },
      ]);
      await here.rolledOut();
      await eventually(async () => expect((await here.items(here.replicaSets)).length).toBe(2));
      const all = (await here.items(here.replicaSets)).map((it) => it.metadata.annotations);
      expect(all).toContainEqual(expect.objectContaining({ "kubernetes.io/change-cause": "first", gone: "soon" }));
      expect(all).toContainEqual(expect.objectContaining({ "kubernetes.io/change-cause": "second" }));
    });

    test("does not copy what belongs to the Deployment alone", async () => {
      const { deploy, rolledOut, items, replicaSets } = await place();
      await deploy({ annotations: { "kubectl.kubernetes.io/last-applied-configuration": "{}", other: "1" } });
      await rolledOut();
      const [replicaSet] = await items(replicaSets);
      expect(replicaSet?.metadata.annotations).toMatchObject({ other: "1" });
      expect(replicaSet?.metadata.annotations).not.toHaveProperty("kubectl.kubernetes.io/last-applied-configuration");
    });

    test("keeps as many old ReplicaSets as the history may hold", async () => {
      const here = await place();
      await here.deploy({ replicas: 1, spec: { revisionHistoryLimit: 1 } });
      await rollTo(here, [2, 3]);
      await eventually(async () => expect(Object.keys(await revisionsByImage(here))).toEqual([":2", ":3"]));
    });

    test("never has more pods than surge allows, nor fewer available than it must", async () => {
      const here = await place();
      const strategy = { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
      const { resourceVersion: before } = List.parse((await here.request("GET", here.replicaSets)).json).metadata;
      await here.deploy({ replicas: 3, spec: { strategy } });
      const { metadata } = await here.rolledOut();
      await here.setImage("ghcr.io/shop/web:2");
      const counts = (await changesUpTo(here, await here.rolledOut(), metadata)).map(statusOf);
      expect(counts.length).toBeGreaterThan(2);
      expect(Math.max(...(await sumsOfSizes(here, before)))).toBe(4);
      expect(Math.min(...counts.map((it) => it.availableReplicas))).toBe(3);
    });

    test("Recreate takes the old pods away before it makes new ones", async () => {
      const here = await place();
      await here.deploy({ replicas: 2, spec: { strategy: { type: "Recreate" } } });
      const { metadata } = await here.rolledOut();
      await here.setImage("ghcr.io/shop/web:2");
      const counts = (await changesUpTo(here, await here.rolledOut(), metadata)).map(statusOf);
      expect(Math.max(...counts.map((it) => it.replicas))).toBe(2);
      expect(Math.min(...counts.map((it) => it.replicas))).toBe(0);
    });

    test("a paused Deployment takes a new template and rolls nothing out", async () => {
      const here = await place();
      await here.deploy({ replicas: 1 });
      await here.rolledOut();
      await here.patch("web", [{ op: "add", path: "/spec/paused", value: true }]);
      await here.setImage("ghcr.io/shop/web:2");
      const path = `${here.deployments}/web`;
      await eventually(async () => expect(reasonOf(await here.get(path), "Progressing")).toBe("DeploymentPaused"));
      await eventually(async () => expect((await here.get(path)).status?.observedGeneration).toBe(3));
      expect(await here.items(here.replicaSets)).toHaveLength(1);
      await here.patch("web", [{ op: "remove", path: "/spec/paused" }]);
      await here.rolledOut();
      expect(await here.items(here.replicaSets)).toHaveLength(2);
    });

    test("scales without a new revision", async () => {
      const here = await place();
      await here.deploy({ replicas: 1 });
      await here.rolledOut();
      await here.patch("web", [{ op: "replace", path: "/spec/replicas", value: 3 }]);
      await here.rolledOut();
      const [only, ...more] = await here.items(here.replicaSets);
      expect(more).toEqual([]);
      expect(only?.metadata.annotations).toMatchObject({
        [`${prefix}/revision`]: "1",
        [`${prefix}/desired-replicas`]: "3",
      });
    });

    test("gives up after the progress deadline, and keeps the old pods", async () => {
      const here = await place();
      await here.deploy({ replicas: 2, spec: { progressDeadlineSeconds: 2 } });
      await here.rolledOut();
      await here.setImage("ghcr.io/shop/web:2-never-ready");
      const path = `${here.deployments}/web`;
      const reason = async () => reasonOf(await here.get(path), "Progressing");
      await eventually(async () => expect(await reason()).toBe("ProgressDeadlineExceeded"));
      expect((await here.get(path)).status).toMatchObject({ readyReplicas: 2, updatedReplicas: 1 });
    });

    test("deleting a Deployment takes its ReplicaSets and pods along", async () => {
      const here = await place();
      await here.deploy({ replicas: 1 });
      await here.rolledOut();
      await here.request("DELETE", `${here.deployments}/web`);
      await eventually(async () => expect((await here.items(here.replicaSets)).length).toBe(0));
      await eventually(async () => expect((await here.items(here.pods)).length).toBe(0));
    });

    test("a Deployment deleted in the foreground stays until its pods are gone", async () => {
      const here = await place();
      await here.deploy({ replicas: 1 });
      await here.rolledOut();
      const reply = await here.request("DELETE", `${here.deployments}/web?propagationPolicy=Foreground`);
      expect(reply).toMatchObject({ status: 200, json: { metadata: { finalizers: ["foregroundDeletion"] } } });
      const status = async () => (await here.request("GET", `${here.deployments}/web`)).status;
      await eventually(async () => expect(await status()).toBe(404));
      expect(await here.items(here.pods)).toEqual([]);
    });
  });
}

async function rollTo(here: Place, tags: readonly number[]): Promise<void> {
  await here.rolledOut();
  for (const tag of tags) {
    await here.setImage(`ghcr.io/shop/web:${tag}`);
    await here.rolledOut();
  }
}

async function revisionsByImage(here: Place): Promise<Record<string, readonly (string | undefined)[]>> {
  const all = await here.items(here.replicaSets);
  const entries = all.map((it): [string, (string | undefined)[]] => {
    const [image = ""] = /:\d+(?=")/.exec(JSON.stringify(it.spec?.template)) ?? [];
    const { annotations } = it.metadata;
    return [image, [annotations[`${prefix}/revision`], annotations[`${prefix}/revision-history`]]];
  });
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The Deployment after each write to it since the one, up to the other. */
async function changesUpTo(here: Place, { metadata }: Thing, since: Thing["metadata"]): Promise<readonly unknown[]> {
  const path = `${here.deployments}?watch=1&timeoutSeconds=10&resourceVersion=${since.resourceVersion}`;
  const last = Number(metadata.resourceVersion);
  const seen = await here.watchUntil(path, ({ object }) => Number(object.metadata.resourceVersion) >= last);
  return seen.map(({ object }) => object);
}

/**
 * What all ReplicaSets together were to have, after each write since a revision. Not the Deployment's own count: that one
 * is a sum of reports, and counts a pod for a moment in the old report as well as in the new one.
 */
async function sumsOfSizes(here: Place, since: string): Promise<readonly number[]> {
  const last = Math.max(
    ...(await here.items(here.replicaSets)).map(({ metadata }) => Number(metadata.resourceVersion)),
  );
  const path = `${here.replicaSets}?watch=1&timeoutSeconds=10&resourceVersion=${since}`;
  const seen = await here.watchUntil(path, ({ object }) => Number(object.metadata.resourceVersion) >= last);
  const sizes = new Map<string | undefined, number>();
  return seen.map(({ object }) => {
    sizes.set(object.metadata.name, Number(Object(Object(object).spec).replicas));
    return [...sizes.values()].reduce((sum, it) => sum + it, 0);
  });
}

function statusOf(object: unknown): { replicas: number; availableReplicas: number } {
  const { replicas = 0, availableReplicas = 0 } = Object(Object(object).status);
  return { replicas: Number(replicas), availableReplicas: Number(availableReplicas) };
}

function reasonOf({ status }: Thing, type: string): string | undefined {
  const conditions: readonly unknown[] = Array.isArray(status?.["conditions"]) ? status["conditions"] : [];
  const found = conditions.map((it): { type?: string; reason?: string } => Object(it)).find((it) => it.type === type);
  return found?.reason;
}
