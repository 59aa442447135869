import type { RequestOptions } from "node:https";
import type { Chosen } from "../kubeconfig.ts";
import type { Access } from "./access.ts";

/**
 * For users whose credentials come from a program or a provider, which client-node knows how to ask. It costs 85 MB and
 * half a second, nearly all of it for the types of an API that nobody here calls: so it is loaded for those users only.
 */
export async function openPlugin({ cluster, user, context }: Chosen): Promise<() => Promise<Access>> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  // client-node wants plain http to be confirmed, though there is no certificate to verify
  const skipTLSVerify = cluster.skipTLSVerify || cluster.server.startsWith("http:");
  const clusters = [{ ...cluster, skipTLSVerify }];
  config.loadFromOptions({ clusters, users: [user], contexts: [context], currentContext: context.name });

  return async () => {
    const options: RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    const { ca, cert, key, servername, rejectUnauthorized } = options;
    const headers = Object.entries(options.headers ?? {}).flatMap(([name, value]) =>
      typeof value === "string" ? [[name.toLowerCase(), value.trim()] as const] : [],
    );
    if (options.auth) headers.push(["authorization", `Basic ${Buffer.from(options.auth).toString("base64")}`]);
    const tls = Object.entries({ ca, cert, key, servername, rejectUnauthorized }).filter(
      ([, value]) => value !== undefined,
    );
    return { headers: Object.fromEntries(headers), tls: Object.fromEntries(tls) };
  };
}
