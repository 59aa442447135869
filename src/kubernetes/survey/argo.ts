import { z } from "zod";
import type { Sync } from "../../core/provenance/sync.ts";
import { Failure, failureOfStatus } from "../api/failure.ts";
import { type Asking, garbage, jsonOf, saysNone } from "../api/reply.ts";

const text = z.string().nullish().catch(null);
const Initiator = z
  .object({ username: text, automated: z.boolean().nullish().catch(null) })
  .nullish()
  .catch(null);
const Repository = z.object({ repoURL: text }).nullish().catch(null);
const Deployed = z.object({
  revision: text,
  revisions: z.array(z.string()).nullish().catch(null),
  deployedAt: z.string(),
  deployStartedAt: text,
  initiatedBy: Initiator,
  source: Repository,
  sources: z.array(Repository).nullish().catch(null),
});
const Application = z.object({
  metadata: z.object({ namespace: z.string() }),
  status: z
    .object({ history: z.array(z.unknown()).nullish().catch(null) })
    .nullish()
    .catch(null),
  spec: z.object({
    syncPolicy: z
      .object({
        automated: z.object({ enabled: z.boolean().nullish(), selfHeal: z.boolean().nullish() }).nullish(),
      })
      .nullish(),
  }),
});
const Applications = z.object({ items: z.array(Application).nullish() });

const usual = "argocd";
const asked = { verb: "list", resource: "applications", namespace: null };

/** Its own word for an Application outside of its usual namespace is `<namespace>_<name>`. */
async function application(app: string, { requests, stop }: Asking) {
  const [namespace, name] = app.includes("_") ? split(app) : [null, app];
  const query = new URLSearchParams({ fieldSelector: `metadata.name=${name}` });
  const path = `/apis/argoproj.io/v1alpha1/applications?${query.toString()}`;
  const reply = await requests.tell({ method: "GET", path, stop });
  if (reply.status === 404 && !saysNone(reply)) throw notHere(`this cluster knows no Applications: ${elsewhere}`);
  if (reply.status !== 200) throw failureOfStatus({ status: reply.status, asked });
  const read = Applications.safeParse(jsonOf(reply));
  if (!read.success) throw garbage("a list of Applications");

  const all = read.data.items ?? [];
  const found = all.find((it) => it.metadata.namespace === (namespace ?? usual)) ?? (namespace ? undefined : only(all));
  if (!found) throw notHere(`this cluster has no Application ${app}: ${elsewhere}`);
  return found;
}

/** How it syncs. */
export async function argo(app: string, asking: Asking) {
  const found = await application(app, asking);
  const automated = found.spec.syncPolicy?.automated ?? null;
  const isAutomated = automated !== null && automated.enabled !== false;
  return { automated: isAutomated, selfHeal: isAutomated && automated.selfHeal === true };
}

const mostSyncs = 10;

/** What it did last, newest first. An entry that cannot be read is none. */
export async function syncs(app: string, asking: Asking): Promise<readonly Sync[]> {
  const { status } = await application(app, asking);
  const entries = (status?.history ?? []).slice(-mostSyncs).toReversed();
  return entries.flatMap((it) => {
    const entry = Deployed.safeParse(it).data;
    const at = Date.parse(entry?.deployedAt ?? "");
    return entry === undefined || Number.isNaN(at) ? [] : [syncIn(entry, app, at)];
  });
}

function syncIn(entry: z.output<typeof Deployed>, app: string, at: number): Sync {
  const { revision, revisions, deployStartedAt, initiatedBy, source, sources } = entry;
  const startedAt = Date.parse(deployStartedAt ?? "");
  const username = initiatedBy?.automated === true ? null : (initiatedBy?.username ?? null);
  return {
    app,
    revision: revision ? revision : (revisions?.[0] ?? null),
    repository: source?.repoURL ?? sources?.[0]?.repoURL ?? null,
    by: username === "" ? null : username,
    startedAt: Number.isNaN(startedAt) ? null : startedAt,
    at,
  };
}

const elsewhere = "the Argo CD that manages it may be in another one";

function split(app: string): readonly [string, string] {
  const at = app.indexOf("_"); // no namespace has one in its name
  return [app.slice(0, at), app.slice(at + 1)];
}

function only<T>(all: readonly T[]): T | undefined {
  return all.length === 1 ? all[0] : undefined;
}

function notHere(sentence: string): Failure {
  return new Failure({ kind: "refused", sentence });
}
