import { z } from "zod";
import type { ConfigReference } from "../../core/workload.ts";
import { listOf, type Origin } from "./object.ts";

/** What is not of these forms names nothing. It makes no template unreadable. */
const Named = z.object({ name: z.string().min(1) });
const maybe = <T extends z.ZodType>(shape: T) => shape.nullish().catch(null);
const several = <T extends z.ZodType>(item: T) => listOf(item.nullish().catch(null)).catch([]);

const named = maybe(Named);
const source = z.object({ configMap: named, secret: named });
const Container = z.object({
  env: several(z.object({ valueFrom: maybe(z.object({ configMapKeyRef: named, secretKeyRef: named })) })),
  envFrom: several(z.object({ configMapRef: named, secretRef: named })),
});
const Volume = z.object({
  configMap: named,
  secret: maybe(z.object({ secretName: z.string().min(1) })), // the one place that calls it so
  projected: maybe(z.object({ sources: several(source) })),
});
const Spec = z.compile(
  z.object({
    containers: several(Container),
    initContainers: several(Container),
    volumes: several(Volume),
  }),
);

/** The same for the many templates that name nothing. */
const none: readonly ConfigReference[] = [];

/**
 * All the ConfigMaps and Secrets that a pod template takes configuration from. What it pulls its images with is none.
 * https://kubernetes.io/docs/concepts/configuration/configmap/#using-configmaps
 */
export function configsOf(podSpec: unknown, intern: Origin["intern"]): readonly ConfigReference[] {
  const read = Spec.safeParse(podSpec);
  if (!read.success) return none;
  const { containers, initContainers, volumes } = read.data;
  const taken = [...containers, ...initContainers].flatMap((it) => [
    ...(it?.env ?? []).flatMap((one) => pair(one?.valueFrom?.configMapKeyRef, one?.valueFrom?.secretKeyRef)),
    ...(it?.envFrom ?? []).flatMap((one) => pair(one?.configMapRef, one?.secretRef)),
  ]);
  const mounted = volumes.flatMap((it) => [
    ...pair(it?.configMap, it?.secret && { name: it.secret.secretName }),
    ...(it?.projected?.sources ?? []).flatMap((one) => pair(one?.configMap, one?.secret)),
  ]);
  const all = new Map([...taken, ...mounted].map((it) => [`${it.kind}/${it.name}`, it]));
  if (all.size === 0) return none;
  const inOrder = [...all].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return inOrder.map(([, { kind, name }]) => ({ kind, name: intern(name) }));
}

type MaybeNamed = z.infer<typeof named> | undefined;

function pair(configMap: MaybeNamed, secret: MaybeNamed): readonly ConfigReference[] {
  return [
    ...(configMap ? [{ kind: "ConfigMap" as const, name: configMap.name }] : []),
    ...(secret ? [{ kind: "Secret" as const, name: secret.name }] : []),
  ];
}
