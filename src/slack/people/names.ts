import { LogLevel, webApi } from "@slack/bolt";
import { boltLogger, type Log } from "../../log.ts";
import type { Clock, Names } from "../../ports.ts";
import { clientWithin } from "../call/client.ts";

type Deps = {
  readonly settings: { readonly botToken: string; readonly apiUrl: string | null };
  /** What a deploy is signed with -> the Slack user. */
  readonly people: ReadonlyMap<string, string>;
  readonly clock: Clock;
  readonly log: Log;
  readonly callMs?: number;
  /** How many are remembered. */
  readonly most?: number;
};

const rememberMs = 6 * 60 * 60_000;
const againMs = 10 * 60_000;

/**
 * What people are called in Slack who sign a deploy: by the configuration, else by their e-mail address where the app was granted
 * the scope for it. Each is asked for once, also while nobody waits any more.
 */
export function createNames({ settings, people, clock, log, callMs = 2_000, most = 5_000 }: Deps): Names {
  const logger = boltLogger(log, LogLevel.INFO);
  const client = clientWithin({ token: settings.botToken, apiUrl: settings.apiUrl, ms: callMs, logger });
  const configured = new Map([...people].map(([signed, user]) => [signed.toLowerCase(), user]));
  const known = new Map<string, { readonly name: string | null; readonly until: number }>();
  const underWay = new Map<string, Promise<string | null>>();
  let withoutScopeUntil = 0;
  let told = false;

  const nameOf: Names["nameOf"] = async (signed) => {
    const key = signed.trim().toLowerCase();
    const before = known.get(key);
    if (before && clock.now() < before.until) return before.name;
    const user = configured.get(key) ?? null;
    if (user === null && (!emailForm.test(key) || clock.now() < withoutScopeUntil)) return null;
    const asked = underWay.get(key) ?? lookUp(key, user).finally(() => underWay.delete(key));
    underWay.set(key, asked);
    return asked;
  };

  async function lookUp(key: string, user: string | null): Promise<string | null> {
    try {
      const found =
        user === null ? await client.users.lookupByEmail({ email: key }) : await client.users.info({ user });
      return remember(key, nameIn(found.user), rememberMs);
    } catch (err) {
      if (!(err instanceof webApi.WebAPIPlatformError)) log.debug({ err }, "could not look up who somebody is");
      else if (err.data.error === "missing_scope") withoutScope(user === null ? "users:read.email" : "users:read");
      return remember(key, null, againMs);
    }
  }

  function withoutScope(needed: string): void {
    if (needed === "users:read.email") withoutScopeUntil = clock.now() + againMs;
    if (!told) log.info({ needed }, "people are told as their deploys are signed: the app was not granted a scope");
    told = true;
  }

  function remember(key: string, name: string | null, ms: number): string | null {
    const [oldest] = known.keys();
    if (oldest !== undefined && known.size >= most) known.delete(oldest);
    known.delete(key); // to be the youngest again
    known.set(key, { name, until: clock.now() + ms });
    return name;
  }

  return { nameOf };
}

const emailForm = /^[^\s@<>]{1,64}@[a-z0-9.-]{1,190}\.[a-z]{2,}$/;

type Found = {
  readonly real_name?: string | undefined;
  readonly profile?:
    | { readonly display_name?: string | undefined; readonly real_name?: string | undefined }
    | undefined;
};

/** The whole name; what somebody chose to be called where they gave none. */
function nameIn(user: Found | undefined): string | null {
  const names = [user?.profile?.real_name, user?.real_name, user?.profile?.display_name];
  return names.find((it) => it !== undefined && it.trim() !== "") ?? null;
}
