import type { Live, RawRevision } from "../../../src/core/operation/live.ts";
import { type Intent, type Operation, opened, type Plan, type Side } from "../../../src/core/operation/operation.ts";
import type { Facts } from "../../../src/core/operation/step.ts";
import type { ClusterRecord } from "../../../src/core/workload.ts";
import { counts, digest, image, minute, noAliases, now, pods, revision, second, template, workload } from "../given.ts";

/**
 * A Deployment that went from "good" to "bad", and an operation that takes it back. Templates are known by their names, and
 * the image of each has a digest of its first letter.
 */

export const uid = "deployment-checkout";
export const soakMs = 60 * second;
export const giveUpAfterMs = 10 * minute;

export function side(name: string, given: Partial<Side> = {}): Side {
  return {
    revision: { uid: `replicaset-${name}`, name: `checkout-${name}`, number: name === "bad" ? 7 : 6 },
    template: name,
    admitted: null,
    pins: [],
    images: [{ container: "checkout", digests: [digestOf(name)] }],
    ...given,
  };
}

/** Of a template that a webhook made something of (`good+`), too. */
export const digestOf = (name: string) => digest(/^[a-f]/.test(name) ? name.charAt(0) : "e");

export function plan(given: Partial<Plan> = {}): Plan {
  return {
    of: { cluster: "kube-system-1", namespace: "shop", kind: "Deployment", name: "checkout" },
    bound: { uid, template: "bad", fence: null },
    from: side("bad"),
    to: side("good"),
    expiresAt: now + 10 * minute,
    soakMs,
    giveUpAfterMs,
    ...given,
  };
}

export const bob = { id: "U01BOB", name: "Bob" };

export function intent(given: Partial<Intent> = {}): Intent {
  return {
    id: "p1",
    kind: "rollback",
    undoes: null,
    plan: plan(),
    operator: bob,
    reason: "errors at checkout",
    at: now,
    asked: {
      environment: "prod",
      service: "checkout",
      cluster: "prod-eu",
      where: { channel: "C0INC", thread: null },
      despite: [],
    },
    ...given,
  };
}

export function operation(progress: Operation["progress"], given: Partial<Operation> = {}): Operation {
  return { ...opened(intent()), progress, ...given };
}

export function live(given: Partial<Omit<Live, "template">> & { readonly template?: string } = {}): Live {
  const { template: name = "bad", fence = null, ...rest } = given;
  return {
    uid,
    generation: 7,
    fence,
    template: { hash: name, json: { name } },
    annotations: fence === null ? {} : { "whatsrunning.dev/operation": fence },
    paused: false,
    deleting: false,
    ...rest,
  };
}

export function target(name: string, annotations: RawRevision["annotations"] = {}): RawRevision {
  return { ...side(name).revision, template: { hash: name, json: { name } }, annotations };
}

type Running = {
  readonly template?: string;
  readonly uid?: string;
  readonly generation?: number;
  readonly ready?: boolean;
  readonly runs?: string;
  readonly replicas?: number;
  readonly restarts?: number;
};

/** The workload and its pods, all of them on its own template. */
export function running(given: Running = {}): readonly ClusterRecord[] {
  const { template: name = "good", ready = true, replicas = 2, generation = 8, restarts = 0 } = given;
  const runs = given.runs ?? digestOf(name);
  const of = revision(6, { uid: `replicaset-${name}`, owner: given.uid ?? uid, template: named(name) });
  const container = ready
    ? { restarts }
    : { ready: false, restarts, waiting: { reason: "ContainerCreating", message: "" } };
  return [
    workload({
      uid: given.uid ?? uid,
      generation,
      observedGeneration: generation,
      replicas,
      template: named(name),
      counts: counts(replicas, ready ? {} : { ready: 0, available: 0 }),
    }),
    of,
    ...pods(replicas, of, { digest: runs, container, ready }),
  ];
}

export function named(name: string) {
  return { ...template(image("1")), hash: name };
}

export function facts(given: Partial<Facts> = {}): Facts {
  return { now, live: live(), target: target("good"), allowed: true, look: [], aliases: noAliases, ...given };
}
