import type { ImageConfig, Manifest } from "../core/image/manifest.ts";
import { type Digest, isDigest, parseReference } from "../core/image/reference.ts";
import type { Clock, Registry, RegistryAnswer, Repository } from "../ports.ts";
import { type Endpoint, endpointOf, type RegistryList } from "./allow.ts";
import { createCache } from "./cache.ts";
import { accepted, contentDigest, isContent, parseConfig, parseManifest, saysNotFound } from "./content.ts";
import { createCredentials, noCredentials } from "./credentials.ts";
import type { Log } from "./log.ts";
import { missing, noAnswer, notAllowed, Refusal } from "./refusal.ts";
import { createRequests, type Limits, limits, type Reply } from "./request.ts";
import { createSession } from "./session.ts";

type Options = {
  readonly registries: RegistryList;
  /** Path of a Docker config file. */
  readonly credentials: string | null;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Limits;
  /** How many manifests, and how many configurations, are remembered. */
  readonly remembered?: number;
};

const shortWaitMs = 2_000;
const longestPauseMs = 15 * 60_000;
const pauseMs = 10_000;

export function createRegistry(options: Options): Registry {
  const { registries: listed, version, clock, log, remembered = 4_000 } = options;
  const credentials = options.credentials === null ? noCredentials : createCredentials(options.credentials, log);
  const requests = createRequests({ listed, version, limits: options.limits ?? limits });
  const session = createSession({ requests, credentials, clock });
  const manifests = createCache<Manifest>(remembered);
  const configs = createCache<ImageConfig>(remembered);
  /** Until when a registry wants to be left alone, and why. */
  const pauses = new Map<string, { readonly until: number; readonly because: string }>();

  const head: Registry["head"] = async (of, reference, stop) =>
    valued(async () => {
      const call = { of, path: `manifests/${checked(reference)}`, stop };
      const reply = await ask({ ...call, method: "HEAD" });
      const name = reply.header("docker-content-digest");
      if (reply.status === 200 && name !== null && isDigest(name)) return sameAs(reference, name, of);
      if (reply.status !== 200 && reply.status !== 404) await served(reply, of);
      // an older registry gives no digest, and a HEAD has no words for what is not there
      const whole = await served(await ask({ ...call, method: "GET" }), of);
      return digestOf(reference, whole.body, of);
    });

  const manifest: Registry["manifest"] = async (of, digest, stop) =>
    valued(async () => {
      await endpoint(of); // what is remembered is told about allowed registries only
      const known = manifests.get(digest);
      if (known) return known;
      const reply = await served(await ask({ of, path: `manifests/${checked(digest)}`, method: "GET", stop }), of);
      const content = verified(reply, digest, of);
      const parsed = parseManifest(content, reply.header("content-type"));
      if (parsed === null) throw noAnswer(`what ${of.registry} serves under this digest is no image we can read`);
      manifests.set(digest, parsed);
      return parsed;
    });

  const config: Registry["config"] = async (of, digest, stop) =>
    valued(async () => {
      await endpoint(of);
      const known = configs.get(digest);
      if (known) return known;
      const reply = await served(await ask({ of, path: `blobs/${checked(digest)}`, method: "GET", stop }), of);
      const parsed = parseConfig(verified(reply, digest, of));
      if (parsed === null) throw noAnswer(`what ${of.registry} serves under this digest is no image's configuration`);
      configs.set(digest, parsed);
      return parsed;
    });

  type Call = {
    readonly of: Repository;
    /** Below the repository. */
    readonly path: string;
    readonly method: "GET" | "HEAD";
    readonly stop: AbortSignal;
  };

  /** A registry that is down or busy is left alone for a while, also by whoever asks about another image. */
  async function ask({ of, path, method, stop }: Call): Promise<Reply> {
    const to = await endpoint(of);
    const paused = pauses.get(to.name);
    if (paused && paused.until > clock.now()) throw noAnswer(paused.because, paused.until - clock.now());
    const asked = {
      endpoint: to,
      of,
      path: `/v2/${of.repository}/${path}`,
      method,
      headers: { accept: path.startsWith("blobs/") ? "*/*" : accepted },
      stop,
    };
    try {
      const first = await session.ask(asked);
      const waitMs = isBusy(first) ? retryAfterMs(first, clock.now()) : null;
      if (waitMs === null || waitMs > shortWaitMs) return pausing(first, to);
      await clock.sleep(waitMs, stop);
      stop.throwIfAborted();
      return pausing(await session.ask(asked), to);
    } catch (err) {
      if (err instanceof Refusal && err.outcome.kind === "no answer" && err.cause !== undefined) {
        pause(to.name, pauseMs, err.outcome.because);
      }
      throw err;
    }
  }

  async function endpoint({ registry, repository }: Repository): Promise<Endpoint> {
    const name = parseReference(`${registry}/${repository}`);
    if (name.kind === "invalid" || name.repository !== repository) throw notAllowed("this is not the name of an image");
    return endpointOf(registry, listed, await credentials.registries());
  }

  function pausing(reply: Reply, { name }: Endpoint): Reply {
    if (reply.status < 500 && reply.status !== 429) return reply;
    const why = reply.status === 429 ? "asks us to wait" : "answers with an error";
    const because = `${name} ${why} (${reply.status})`;
    const wait = Math.min(retryAfterMs(reply, clock.now()) ?? pauseMs, longestPauseMs);
    pause(name, wait, because);
    throw noAnswer(because, wait);
  }

  function pause(name: string, ms: number, because: string): void {
    pauses.set(name, { until: clock.now() + ms, because });
  }

  /** The reply if it has content. Only a registry's own "not found" is one: anything may answer with 404. */
  async function served(reply: Reply, { registry }: Repository): Promise<Reply> {
    const { status, body } = reply;
    if (status === 200) return reply;
    if (status === 404 && saysNotFound(body)) throw missing();
    if (status === 404) throw noAnswer(`${registry} answers 404, but not in the words of a registry`);
    if (status !== 401 && status !== 403) throw noAnswer(`${registry} refuses to tell (${status})`);
    const helper = await credentials.helper(registry);
    if (helper !== null) {
      const why = `and the credentials' file has only the helper “${helper}” for it, which we do not run`;
      throw noAnswer(`${registry} does not let us read it (${status}), ${why}: put its credentials under auths`);
    }
    throw noAnswer(`${registry} does not let us read it (${status})`);
  }

  return { head, manifest, config, close: () => requests.close() };
}

async function valued<T>(work: () => Promise<T>): Promise<RegistryAnswer<T>> {
  try {
    return { kind: "served", value: await work() };
  } catch (err) {
    if (err instanceof Refusal) return err.outcome;
    throw err;
  }
}

const tagForm = /^\w[\w.-]{0,127}$/;

/** Nothing else becomes a part of a URL. */
function checked(reference: string): string {
  if (!isDigest(reference) && !tagForm.test(reference)) throw notAllowed("this is neither a tag nor a digest");
  return reference;
}

function sameAs(reference: string, digest: Digest, { registry }: Repository): Digest {
  if (!isDigest(reference) || reference === digest) return digest;
  throw noAnswer(`${registry} answers with another digest than the one it was asked for`);
}

function digestOf(reference: string, bytes: Buffer, of: Repository): Digest {
  if (!isDigest(reference)) return contentDigest(bytes);
  verify(bytes, reference, of);
  return reference;
}

function verified({ body }: Reply, digest: Digest, of: Repository): Buffer {
  verify(body, digest, of);
  return body;
}

function verify(bytes: Buffer, digest: Digest, { registry }: Repository): void {
  if (!isContent(bytes, digest)) throw noAnswer(`what ${registry} serves under this digest is something else`);
}

function isBusy({ status }: Reply): boolean {
  return status === 429 || status === 503;
}

/** Seconds, or a date. */
function retryAfterMs(reply: Reply, now: number): number | null {
  const written = reply.header("retry-after") ?? "";
  if (/^\d{1,6}$/.test(written)) return Number(written) * 1000;
  const at = Date.parse(written);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
