import { createLocalJWKSet, errors, type JWTVerifyGetKey } from "jose";
import { z } from "zod";
import type { EpochMs } from "../../core/workload.ts";
import type { Clock } from "../../ports.ts";

type Options = { readonly issuer: string; readonly clock: Pick<Clock, "now">; readonly deadlineMs: number };

/** How long keys are taken as they are, and how long at most when the issuer does not answer. */
const freshMs = 10 * 60_000;
const stalestMs = 60 * 60_000;
/** Between two readings for the sake of a key that is not there, and after one that failed: tokens cost nothing to invent. */
const cooldownMs = 30_000;

const largestBytes = 256 * 1024;

const Discovery = z.object({ issuer: z.string(), jwks_uri: z.string() });
const KeySet = z.object({ keys: z.array(z.record(z.string(), z.unknown())).max(100) });

/**
 * Finds the key that signed a token, among those that the configured issuer publishes, and nowhere else. Rejects with
 * anything but an error of jose when the keys cannot be had now, which says nothing about a token.
 */
export function createIssuerKeys({ issuer, clock, deadlineMs }: Options): JWTVerifyGetKey {
  let held: { readonly find: JWTVerifyGetKey; readonly at: EpochMs } | null = null;
  let failedAt: EpochMs | null = null;
  let underWay: Promise<JWTVerifyGetKey> | null = null;

  const find: JWTVerifyGetKey = async (header, token) => {
    const known = await current();
    try {
      return await known(header, token);
    } catch (err) {
      const perhapsNewer = held !== null && clock.now() - held.at >= cooldownMs;
      if (!(err instanceof errors.JWKSNoMatchingKey) || !perhapsNewer) throw err;
      return (await read())(header, token);
    }
  };

  async function current(): Promise<JWTVerifyGetKey> {
    const age = held === null ? Infinity : clock.now() - held.at;
    if (held !== null && age < freshMs) return held.find;
    try {
      return await read();
    } catch (err) {
      if (held !== null && age < stalestMs) return held.find;
      throw err;
    }
  }

  /** Once for all who wait at the same time. */
  async function read(): Promise<JWTVerifyGetKey> {
    if (failedAt !== null && clock.now() - failedAt < cooldownMs) throw failed();
    underWay ??= fetchKeys().finally(() => {
      underWay = null;
    });
    return underWay;
  }

  async function fetchKeys(): Promise<JWTVerifyGetKey> {
    try {
      const signal = AbortSignal.timeout(deadlineMs);
      const about = Discovery.parse(await fetchJson(discoveryOf(issuer), signal));
      const isOwn = about.issuer === issuer && URL.parse(about.jwks_uri)?.origin === new URL(issuer).origin;
      if (!isOwn) throw new Error("the issuer names keys that are not its own");
      const { keys } = KeySet.parse(await fetchJson(about.jwks_uri, signal));
      held = { find: createLocalJWKSet({ keys }), at: clock.now() };
      failedAt = null;
      return held.find;
    } catch (cause) {
      failedAt = clock.now();
      throw failed({ cause });
    }
  }

  return find;
}

function failed(options?: ErrorOptions): Error {
  return new Error("could not read the keys of the issuer", options);
}

/** https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig */
function discoveryOf(issuer: string): string {
  return `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
}

async function fetchJson(url: string, signal: AbortSignal): Promise<unknown> {
  const response = await fetch(url, { signal, redirect: "error", headers: { accept: "application/json" } });
  if (response.status !== 200) throw new Error(`the issuer answers ${response.status}`);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > largestBytes) throw new Error("the issuer's answer is too large");
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString());
}
