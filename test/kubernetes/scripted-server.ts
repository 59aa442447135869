import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** An API server that does what a test tells it, once for each request. */

type Heard = {
  /** `initial`: a watch that is to begin with all there is. */
  readonly verb: "list" | "watch" | "initial";
  readonly plural: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
};
export type Answer = (response: ServerResponse, heard: Heard) => void;

export type ScriptedServer = {
  readonly kubeconfig: string;
  readonly heard: Heard[];
  /** Answers in this order, the last one again and again. Without a script: an empty list, and a watch that stays open. */
  script(what: `${Heard["verb"]} ${string}`, answers: readonly Answer[]): void;
  asked(what: `${Heard["verb"]} ${string}`): readonly Heard[];
  writeToken(token: string): Promise<void>;
  close(): Promise<void>;
};

export async function startScripted(): Promise<ScriptedServer> {
  const heard: Heard[] = [];
  const scripts = new Map<string, Answer[]>();
  const server = createServer((request, response) => {
    response.on("error", () => {});
    const url = new URL(request.url ?? "/", "http://it");
    const verb = verbOf(url.searchParams);
    const it: Heard = {
      verb,
      plural: url.pathname.split("/").at(-1) ?? "",
      query: url.searchParams,
      headers: request.headers,
    };
    heard.push(it);
    const script = scripts.get(`${verb} ${it.plural}`) ?? [];
    const answer = script.length > 1 ? script.shift() : script[0];
    (answer ?? unscripted[verb])(response, it);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : null;
  const folder = await mkdtemp(join(tmpdir(), "kubeconfig-"));
  const kubeconfig = join(folder, "config");

  const writeToken = async (token: string): Promise<void> => {
    const config = {
      "current-context": "it",
      clusters: [{ name: "it", cluster: { server: `http://127.0.0.1:${port}` } }],
      users: [{ name: "it", user: { token } }],
      contexts: [{ name: "it", context: { cluster: "it", user: "it" } }],
    };
    await writeFile(`${kubeconfig}.new`, JSON.stringify(config));
    await rename(`${kubeconfig}.new`, kubeconfig); // whoever reads it meanwhile must not get half of it
  };
  await writeToken("first");

  return {
    kubeconfig,
    heard,
    script: (what, answers) => void scripts.set(what, [...answers]),
    asked: (what) => heard.filter((it) => `${it.verb} ${it.plural}` === what),
    writeToken,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}

function verbOf(query: URLSearchParams): Heard["verb"] {
  if (!query.has("watch")) return "list";
  return query.has("sendInitialEvents") ? "initial" : "watch";
}

export const page =
  (items: readonly object[], { version = "10", next = "" } = {}): Answer =>
  (response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ metadata: { resourceVersion: version, continue: next }, items }));
  };

export const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): Answer =>
  (response) => {
    response.writeHead(code, headers).end(JSON.stringify({ kind: "Status", code, message: "secret-in-message" }));
  };

export const never: Answer = () => {};

type Then = "stays open" | "ends" | "is reset";

/** Such as a server without WatchList answers. */
const unscripted = {
  list: (response, heard) => page([])(response, heard),
  watch: (response, heard) => open()(response, heard),
  initial: (response, heard) => status(422)(response, heard),
} satisfies Record<Heard["verb"], Answer>;

/** A watch that tells these events (or these very bytes) and then stays as it is, ends, or breaks off. */
export const open =
  (events: readonly (object | string)[] = [], then: Then = "stays open"): Answer =>
  (response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    const text = events.map((it) => (typeof it === "string" ? it : `${JSON.stringify(it)}\n`)).join("");
    const after = {
      "stays open": () => {},
      ends: () => response.end(),
      "is reset": () => response.socket?.resetAndDestroy(),
    } satisfies Record<Then, () => void>;
    if (text === "") after[then]();
    // a reset throws away what the other side has not read yet
    else response.write(text, () => (then === "is reset" ? setTimeout(after[then], 30) : after[then]()));
  };

export const event = (type: string, object: object): object => ({ type, object });

export const bookmark = (resourceVersion: string): object =>
  event("BOOKMARK", {
    kind: "Deployment",
    metadata: { resourceVersion, creationTimestamp: null },
    spec: { selector: null, strategy: {}, template: { metadata: {}, spec: { containers: null } } },
  });

/** The bookmark after the last of the initial events. */
export const complete = (resourceVersion: string): object =>
  event("BOOKMARK", { metadata: { resourceVersion, annotations: { "k8s.io/initial-events-end": "true" } } });

export function deployment(name: string, resourceVersion = "1"): object {
  return {
    metadata: {
      name,
      namespace: "shop",
      uid: `uid-${name}`,
      resourceVersion,
      creationTimestamp: "2026-11-02T10:00:00Z",
    },
    spec: { replicas: 1, template: { spec: { containers: [{ name: "main", image: `ghcr.io/shop/${name}:1` }] } } },
  };
}
