import { isIPv6 } from "node:net";
import { join } from "node:path";
import type { Chosen } from "../kubeconfig.ts";

/** Where Kubernetes tells every pod that its API server is. */
export type PodServer = { readonly host: string; readonly port: string };

const serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount";

/** What each pod is given: an API server, and a service account as files that are renewed. */
export function chosenInPod({ host, port }: PodServer, folder: string = serviceAccount): Chosen {
  const [cluster, user] = ["in-cluster", "service account"];
  return {
    cluster: {
      name: cluster,
      server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
      skipTLSVerify: false,
      caFile: join(folder, "ca.crt"),
      caData: null,
      tlsServerName: null,
      proxyUrl: null,
    },
    user: {
      name: user,
      certFile: null,
      certData: null,
      keyFile: null,
      keyData: null,
      username: null,
      password: null,
      impersonateUser: null,
      exec: null,
      token: null,
      tokenFile: join(folder, "token"),
      authProvider: null,
    },
    context: { name: "in-cluster", cluster, user },
  };
}
