import { readFile } from "node:fs/promises";
import type { RequestOptions } from "node:https";
import type { Chosen } from "../kubeconfig.ts";

/** What lets us in: with each request, and when a connection is made. */
export type Access = { readonly headers: Readonly<Record<string, string>>; readonly tls: Tls };

export type Tls = Pick<RequestOptions, "ca" | "cert" | "key" | "servername" | "rejectUnauthorized">;

/** What the kubeconfig itself says, and the files that it names: they are replaced while we run. */
export async function readAccess({ cluster, user }: Chosen): Promise<Access> {
  const [ca, cert, key, token] = await Promise.all([
    contentOf(cluster.caFile, cluster.caData),
    contentOf(user.certFile, user.certData),
    contentOf(user.keyFile, user.keyData),
    user.tokenFile === null ? user.token : readFile(user.tokenFile, "utf8"),
  ]);
  const basic = user.username ? Buffer.from(`${user.username}:${user.password ?? ""}`).toString("base64") : null;
  const bearer = token ? `Bearer ${token.trim()}` : null;
  return accessOf({
    headers: {
      authorization: basic === null ? bearer : `Basic ${basic}`,
      "impersonate-user": user.impersonateUser,
    },
    tls: {
      ca,
      cert,
      key,
      servername: cluster.tlsServerName,
      rejectUnauthorized: cluster.skipTLSVerify ? false : null,
    },
  });
}

async function contentOf(file: string | null, base64: string | null | undefined): Promise<Buffer | null> {
  if (file !== null) return readFile(file);
  return base64 ? Buffer.from(base64, "base64") : null;
}

type Parts = Readonly<Record<keyof Access, Readonly<Record<string, unknown>>>>;

function accessOf({ headers, tls }: Parts): Access {
  const texts = given(headers).map(([name, it]) => [name, String(it)] as const);
  return { headers: Object.fromEntries(texts), tls: Object.fromEntries(given(tls)) };
}

/** Without what is not there: undici takes an undefined for a value. */
function given(all: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] {
  return Object.entries(all).filter(([, it]) => it !== null && it !== undefined);
}
