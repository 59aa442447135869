import { z } from "zod";
import { Failure, failureOfStatus } from "../api/failure.ts";
import { type Asking, garbage, jsonOf, saysNone } from "../api/reply.ts";

const Application = z.object({
  metadata: z.object({ namespace: z.string() }),
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
export async function argo(app: string, { requests, stop }: Asking) {
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
  const automated = found.spec.syncPolicy?.automated ?? null;
  const isAutomated = automated !== null && automated.enabled !== false;
  return { automated: isAutomated, selfHeal: isAutomated && automated.selfHeal === true };
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
