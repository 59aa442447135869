import { createHash, randomUUID } from "node:crypto";
import { expect } from "vitest";
import type { Intent, Operation, Side } from "../../../src/core/operation/operation.ts";
import type { RawRevision } from "../../../src/core/operation/live.ts";
import type { Store } from "../../../src/ports.ts";
import type { Restoring } from "../../../src/ports/rollback.ts";
import { confirmed, operating } from "../../../src/records/operating.ts";
import { jsonPatch, manifest } from "../../contract/kubernetes/place.ts";
import type { Client } from "../../contract/kubernetes/client.ts";

type Deps = {
  readonly client: Client;
  readonly restoring: Restoring;
  readonly store: Store;
  readonly namespace: string;
  /** Who tests knows the cluster by this. */
  readonly identity: string;
};

const never = new AbortController().signal;
export const bob = { id: "U02BOB", name: "bob" };
export const channel = "C0DEPLOYS";

/** What people do to workloads in a cluster, and confirm: as the dialog would. */
export function createDriving({ client, restoring, store, namespace, identity }: Deps) {
  const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  const of = (name: string) => ({ namespace, kind: "Deployment", name }) as const;

  async function send(method: string, path: string, body: unknown, type?: string): Promise<void> {
    const reply = await client.request(method, path, { body, ...(type !== undefined && { type }) });
    expect(reply.status, reply.text).toBeLessThan(300);
  }

  async function newest(name: string, many: number): Promise<readonly RawRevision[]> {
    for (let tries = 0; tries < 100; tries += 1) {
      const live = await restoring.live(of(name), never);
      const all = await restoring.revisions(of(name), never);
      if (live !== "gone" && all.length >= many && all[0]?.template.hash === live.template.hash) return all;
      await pause(100);
    }
    throw new Error(`the revisions of ${name} do not follow`);
  }

  return {
    create: async (name: string) => send("POST", deployments, manifest({ name, image: imageOf(name, 0), replicas: 1 })),
    deploy: async (name: string, nth: number) => {
      const path = "/spec/template/spec/containers/0/image";
      await send("PATCH", `${deployments}/${name}`, [{ op: "replace", path, value: imageOf(name, nth) }], jsonPatch);
    },
    /** Back to what ran before, as somebody would confirm it who has just looked. */
    async intentFor(name: string): Promise<Intent> {
      const [current, before] = await newest(name, 2);
      const live = await restoring.live(of(name), never);
      if (!current || !before || live === "gone") throw new Error(`there is no way back for ${name}`);
      const at = Date.now();
      return {
        id: randomUUID(),
        kind: "rollback",
        undoes: null,
        operator: bob,
        reason: "errors",
        at,
        asked: {
          environment: "prod",
          service: name,
          cluster: "prod-eu",
          where: { channel, thread: null },
          despite: [],
        },
        plan: {
          of: { cluster: identity, ...of(name) },
          bound: { uid: live.uid, template: live.template.hash, fence: live.fence },
          from: sideOf(current),
          to: sideOf(before),
          expiresAt: at + 600_000,
          soakMs: 500,
          giveUpAfterMs: 60_000,
        },
      };
    },
    confirm: async (intent: Intent) => stubbornly(async () => store.commit(confirmed(randomUUID(), intent))),
    operation: async (id: string): Promise<Operation> =>
      stubbornly(async () => {
        const read = await store.read(operating.operation(id));
        if (!read) throw new Error(`no operation ${id}`);
        return read.value;
      }),
    /** Each change of its template or annotations counts its generation up by one, and what controllers write does not. */
    live: async (name: string) => {
      const live = await restoring.live(of(name), never);
      if (live === "gone") throw new Error(`${name} is gone`);
      return { template: live.template.hash, generation: live.generation };
    },
  };
}

export type Driving = ReturnType<typeof createDriving>;

function sideOf({ uid, name, number, template }: RawRevision): Side {
  const digests = [...JSON.stringify(template.json).matchAll(/sha256:[0-9a-f]{64}/g)].map(([it]) => it);
  const images = [{ container: "main", digests: [...new Set(digests)] }];
  return { revision: { uid, name, number }, template: template.hash, admitted: null, pins: [], images };
}

function imageOf(name: string, nth: number): string {
  return `ghcr.io/shop/${name}@sha256:${createHash("sha256").update(`${name} ${nth}`).digest("hex")}`;
}

/** A store that is away for a moment comes back. */
async function stubbornly<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt();
    } catch (err) {
      if (tries > 60) throw err;
      await pause(250);
    }
  }
}

export async function pause(ms: number): Promise<void> {
  await new Promise((done) => setTimeout(done, ms));
}
