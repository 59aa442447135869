import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";

/** Two ways that people put together in an afternoon, which keep nothing: what `kubectl get -w` or a poll would pipe into a message. */

const Deployment = z.object({
  metadata: z.object({ name: z.string(), resourceVersion: z.string() }),
  spec: z.object({ template: z.object({ spec: z.object({ containers: z.array(z.object({ image: z.string() })) }) }) }),
});
const List = z.object({ metadata: z.object({ resourceVersion: z.string() }), items: z.array(Deployment) });
const Event = z.object({ object: Deployment });

type Given = {
  /** Where the Deployments are. */
  readonly url: string;
  readonly token: string;
  readonly post: (text: string) => Promise<void>;
};

export type Peer = { readonly name: string; readonly run: (given: Given, stop: AbortSignal) => Promise<void> };

const pollMs = 5_000;

export const peers: readonly Peer[] = [
  { name: "a watch and a post, nothing kept", run: watching },
  { name: "a poll each 5 s", run: polling },
];

async function watching(given: Given, stop: AbortSignal): Promise<void> {
  const seen = new Map<string, string>();
  const { metadata } = await listed(given, stop, seen);
  const at = `?watch=1&resourceVersion=${metadata.resourceVersion}`;
  const reply = await fetch(`${given.url}${at}`, { headers: headersOf(given), signal: stop });
  if (!reply.body) throw new Error("the stand-in sent no stream");
  for await (const line of createInterface({ input: Readable.fromWeb(reply.body) })) {
    await tellNew(Event.parse(JSON.parse(line)).object, seen, given);
  }
}

async function polling(given: Given, stop: AbortSignal): Promise<void> {
  const seen = new Map<string, string>();
  await listed(given, stop, seen);
  while (!stop.aborted) {
    await wait(pollMs, undefined, { signal: stop });
    const { items } = await list(given, stop);
    for (const it of items) await tellNew(it, seen, given);
  }
}

async function listed(given: Given, stop: AbortSignal, seen: Map<string, string>): Promise<z.infer<typeof List>> {
  const all = await list(given, stop);
  for (const it of all.items) seen.set(it.metadata.name, imageOf(it));
  return all;
}

async function list(given: Given, stop: AbortSignal): Promise<z.infer<typeof List>> {
  const reply = await fetch(given.url, { headers: headersOf(given), signal: stop });
  return List.parse(await reply.json());
}

async function tellNew(it: z.infer<typeof Deployment>, seen: Map<string, string>, { post }: Given): Promise<void> {
  const { name } = it.metadata;
  const image = imageOf(it);
  if (seen.get(name) === image) return;
  seen.set(name, image);
  await post(`${name} in prod. It is ${image}`);
}

function imageOf({ spec }: z.infer<typeof Deployment>): string {
  return spec.template.spec.containers[0]?.image ?? "";
}

function headersOf({ token }: Given): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}
