import { expect } from "vitest";
import type { Live, RawRevision } from "../../../src/core/operation/live.ts";
import type { Patch } from "../../../src/core/operation/step.ts";
import type { WholeCluster } from "../../../src/kubernetes/cluster.ts";
import type { Restoring, Target } from "../../../src/ports/rollback.ts";
import { eventually, manifest, type Place } from "../../contract/kubernetes/place.ts";

/** Workloads to take back, and patches that do. */

const { signal: never } = new AbortController();
const awkward = ["sh", "-c", 'a && b > /tmp/~c <d \u2028\u2029 é \u{1f600} \\ " / ~1'];

const plural = { Deployment: "deployments", StatefulSet: "statefulsets", DaemonSet: "daemonsets" } as const;

export async function create(
  { request, namespace }: Place,
  of: Target,
  body: ReturnType<typeof manifest>,
): Promise<string> {
  const path = `/apis/apps/v1/namespaces/${namespace}/${plural[of.kind]}`;
  const { strategy: _none, replicas, ...spec } = { strategy: null, ...body.spec };
  const whole = { ...body, kind: of.kind, spec: of.kind === "DaemonSet" ? spec : { ...spec, replicas } };
  const reply = await request("POST", path, { body: whole });
  expect(reply, reply.text).toMatchObject({ status: 201 });
  return `${path}/${of.name}`;
}

/** Of every awkward character, and with an annotation that is somebody else's. */
export async function twoRevisions(place: Place, { restoring }: WholeCluster, kind: Target["kind"]) {
  const of = { namespace: place.namespace, kind, name: "web" };
  const annotations = { "somebody.else/key": "kept", "whatsrunning.dev/commit": "c2" };
  const path = await create(place, of, manifest({ annotations, command: awkward }));
  const count = async (n: number) =>
    eventually(async () => expect(await restoring.revisions(of, never)).toHaveLength(n));
  await count(1);
  const image = { op: "replace", path: "/spec/template/spec/containers/0/image", value: "ghcr.io/shop/web:2" };
  const reply = await place.request("PATCH", path, { body: [image], type: "application/json-patch+json" });
  expect(reply.status, reply.text).toBe(200);
  await count(2);
  return { ...place, of, path, restoring };
}

export async function read(restoring: Restoring, of: Target): Promise<Live> {
  const live = await restoring.live(of, never);
  if (live === "gone") throw new Error("it is gone");
  return live;
}

export function revision(all: readonly RawRevision[], number: number): RawRevision {
  const found = all.find((it) => it.number === number);
  if (!found) throw new Error(`there is no revision ${number}`);
  return found;
}

export function revisionOfLive(live: Live): RawRevision {
  return { uid: "r", name: "r", number: 1, template: live.template, annotations: {} };
}

type Changing = Partial<NonNullable<Patch["change"]>>;

export function patchTo(seen: Live, { template }: RawRevision, change: Changing = {}): Patch {
  return { operation: "op-1", seen, fence: "op-1", change: { template, cause: "because", notes: {}, ...change } };
}
