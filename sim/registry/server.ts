import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { type Answer, type Call, error } from "./answer.ts";
import { type Blob, blobsOf, digestOf, type Image, type MultiImage, top } from "./image.ts";
import { createTokens, type Grants } from "./tokens.ts";

type Options = {
  /** Who may pull what: names and passwords, refresh tokens, and what anybody may. Left out: anybody everything, without a token. */
  readonly grants?: Grants;
  readonly now?: () => number;
};

export type RegistryStandIn = {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  /** Everything that was asked, in order. */
  readonly calls: readonly Call[];
  push(repository: string, tag: string | null, image: Image | MultiImage): void;
  /** Forgets a manifest, and the tags that lead to it. */
  remove(repository: string, digest: string): void;
  /** Answers in place of the registry, as long as it does not answer null. Null puts the registry back. */
  intercept(answer: ((call: Call) => Answer | "hang" | "reset" | null) | null): void;
  /** Whoever may pull from now on. Tokens that were given out stay good until they expire. */
  grant(grants: Grants): void;
  /** No token given out so far is good any more. */
  forgetTokens(): void;
  close(): Promise<void>;
};

/** An OCI registry that can only be pulled from, and takes nothing that the specification does not promise. */
export async function startRegistry({ grants, now = Date.now }: Options = {}): Promise<RegistryStandIn> {
  const repositories = new Map<string, { readonly kept: Map<string, Blob>; readonly tags: Map<string, string> }>();
  const calls: Call[] = [];
  const tokens = createTokens({ grants: grants ?? null, now });
  let inPlace: Parameters<RegistryStandIn["intercept"]>[0] = null;

  const server: Server = createServer((request, response) => {
    void (async () => {
      const body = await textOf(request);
      const call = callOf(request);
      calls.push(call);
      const answer = inPlace?.(call) ?? answerTo(call, body);
      if (answer === "hang") return;
      if (answer === "reset") return void request.socket.destroy();
      const bytes = Buffer.from(answer.body ?? "");
      response.writeHead(answer.status, { "content-length": bytes.length, ...answer.headers });
      response.end(request.method === "HEAD" ? undefined : bytes);
    })();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const host = `127.0.0.1:${typeof address === "object" ? address?.port : ""}`;

  function answerTo(call: Call, body: string): Answer {
    const url = new URL(call.path, `http://${host}`);
    if (url.pathname === "/token") return tokens.answer(call, url, body);
    const [, repository, kind, reference] = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(url.pathname) ?? [];
    if (!repository || !reference) return error(404, "UNSUPPORTED");
    if (call.method !== "GET" && call.method !== "HEAD") return error(405, "UNSUPPORTED");
    const refused = tokens.check(call, repository, host);
    if (refused) return refused;
    const known = repositories.get(repository);
    if (!known) return error(404, "NAME_UNKNOWN");
    return kind === "blobs" ? blobAnswer(known.kept.get(reference)) : manifestAnswer(known, reference, call);
  }

  function push(repository: string, tag: string | null, image: Image | MultiImage): void {
    const known = repositories.get(repository) ?? { kept: new Map<string, Blob>(), tags: new Map<string, string>() };
    repositories.set(repository, known);
    const { blobs, manifests } = blobsOf(image);
    for (const it of [...blobs, ...manifests]) known.kept.set(it.digest, it);
    if (tag !== null) known.tags.set(tag, top(image).digest);
  }

  function remove(repository: string, digest: string): void {
    const known = repositories.get(repository);
    known?.kept.delete(digest);
    for (const [tag, to] of known?.tags ?? []) if (to === digest) known?.tags.delete(tag);
  }

  return {
    host,
    calls,
    push,
    remove,
    intercept: (answer) => {
      inPlace = answer;
    },
    grant: tokens.grant,
    forgetTokens: tokens.forget,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

type Kept = { readonly kept: ReadonlyMap<string, Blob>; readonly tags: ReadonlyMap<string, string> };

/** As docker-registry does: what the client does not say it can read is not there. */
function manifestAnswer({ kept, tags }: Kept, reference: string, { accept }: Call): Answer {
  const blob = kept.get(tags.get(reference) ?? reference);
  if (!blob || !/manifest|index/.test(blob.mediaType)) return error(404, "MANIFEST_UNKNOWN");
  if (!accept?.split(",").some((it) => it.trim() === blob.mediaType)) return error(404, "MANIFEST_UNKNOWN");
  return {
    ...content(blob),
    headers: { "content-type": blob.mediaType, "docker-content-digest": digestOf(blob.bytes) },
  };
}

function blobAnswer(blob: Blob | undefined): Answer {
  return blob ? content(blob) : error(404, "BLOB_UNKNOWN");
}

function content({ bytes }: Blob): Answer {
  return { status: 200, headers: { "content-type": "application/octet-stream" }, body: bytes };
}

function callOf({ method = "", url = "", headers }: IncomingMessage): Call {
  return { method, path: url, authorization: headers.authorization ?? null, accept: headers.accept ?? null };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}
