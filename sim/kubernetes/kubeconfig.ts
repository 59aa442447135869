import { stringify } from "yaml";

/** A kubeconfig for this server, as a person would have it on disk. */
export function kubeconfigText({ context, url, token }: { context: string; url: string; token: string }): string {
  const user = `${context}-user`;
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": context,
    clusters: [{ name: context, cluster: { server: url } }],
    users: [{ name: user, user: { token } }],
    contexts: [{ name: context, context: { cluster: context, user } }],
  });
}
