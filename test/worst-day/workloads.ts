/** One service of each kind, as people call them. */
export const services = [
  { name: "web", kind: "Deployment", plural: "deployments" },
  { name: "db", kind: "StatefulSet", plural: "statefulsets" },
  { name: "agent", kind: "DaemonSet", plural: "daemonsets" },
] as const;

export type Service = (typeof services)[number];
export type ServiceName = Service["name"];
/** What somebody asks about: one service, or (null) everything. */
export type Topic = ServiceName | null;

export function workloadOf({ name, kind }: Service, image: string): object {
  const labels = { app: name };
  const template = {
    metadata: { labels },
    spec: { terminationGracePeriodSeconds: 1, containers: [{ name: "main", image }] },
  };
  const sized = { Deployment: { replicas: 3 }, StatefulSet: { replicas: 2, serviceName: name }, DaemonSet: {} };
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name },
    spec: { selector: { matchLabels: labels }, template, ...sized[kind] },
  };
}

export function imageOf(service: ServiceName, version: number): string {
  return `ghcr.io/shop/${service}:1.${version}`;
}
