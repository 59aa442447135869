import type { Claims } from "./scenario.ts";

export type Wanted = {
  readonly name: string;
  /** As the template names it. */
  readonly image: string;
  readonly replicas: number;
  readonly claims: Claims | undefined;
  /** The ConfigMap that it takes its settings from. */
  readonly config: string | null;
  readonly sidecar?: string | undefined;
  readonly init?: string | undefined;
};

/** A Deployment as a pipeline writes it. */
export function deployment({ name, image, replicas, claims, config, sidecar, init }: Wanted): object {
  const annotations = Object.fromEntries(
    Object.entries(claims ?? {}).map(([key, value]) => [`whatsrunning.dev/${key}`, value]),
  );
  const settings = config === null ? {} : { envFrom: [{ configMapRef: { name: config } }] };
  const proxy = sidecar === undefined ? [] : [{ name: "proxy", image: sidecar }];
  const setUp = init === undefined ? {} : { initContainers: [{ name: "migrate", image: init }] };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, annotations },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { ...setUp, containers: [{ name, image, ...settings }, ...proxy] },
      },
    },
  };
}

export function configMap(name: string, data: Readonly<Record<string, string>>): object {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data };
}

/** Each release has a ConfigMap of its own, as kustomize makes them. */
export function configNameOf(name: string, tag: string): string {
  return `${name}-config-${tag.replaceAll(/[^a-z0-9]/g, "-")}`;
}
