import { once } from "node:events";
import { createServer } from "node:http";

/** Tells what a tag stands for, as a node asks it before it starts a pod. Tags can be moved. */
export async function startTags() {
  const tags = new Map<string, string>();
  const server = createServer((req, res) => {
    const reference = /^\/v2\/shop\/checkout\/manifests\/(.+)$/.exec(req.url ?? "")?.[1] ?? "";
    const digest = reference.startsWith("sha256:") ? reference : tags.get(reference);
    if (digest === undefined) return res.writeHead(404).end();
    res.writeHead(200, {
      "docker-content-digest": digest,
      "content-type": "application/vnd.oci.image.manifest.v1+json",
    });
    return res.end(req.method === "HEAD" ? undefined : "{}");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;

  return {
    repository: `127.0.0.1:${port}/shop/checkout`,
    tag: (name: string, digest: string) => void tags.set(name, digest),
    close: () => new Promise<void>((done) => server.close(() => done())),
  };
}
