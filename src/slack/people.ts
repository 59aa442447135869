import { LogLevel, webApi } from "@slack/bolt";
import { isZone } from "../core/time/moment.ts";
import { boltLogger, type Log } from "../log.ts";
import type { Clock, People } from "../ports.ts";
import { clientWithin } from "./call/client.ts";

type Deps = {
  readonly settings: { readonly botToken: string; readonly apiUrl: string | null };
  readonly clock: Clock;
  readonly log: Log;
  /** How long an answer waits to know where its asker is. */
  readonly callMs?: number;
  /** How many people are remembered. */
  readonly most?: number;
};

const rememberMs = 6 * 60 * 60_000; // people travel
const withoutScopeMs = 10 * 60_000;

/** What Slack's profiles say of people. */
export function createPeople({ settings, clock, log, callMs = 700, most = 5_000 }: Deps): People {
  const logger = boltLogger(log, LogLevel.INFO);
  const client = clientWithin({ token: settings.botToken, apiUrl: settings.apiUrl, ms: callMs, logger });
  const known = new Map<string, { readonly zone: string | null; readonly until: number }>();
  const underWay = new Map<string, Promise<string | null>>();
  let told = false;

  async function zoneOf(user: string, stop: AbortSignal): Promise<string | null> {
    const before = known.get(user);
    if (before && clock.now() < before.until) return before.zone;
    const asked = underWay.get(user) ?? lookUp(user).finally(() => underWay.delete(user));
    underWay.set(user, asked);
    return unlessStopped(asked, stop);
  }

  async function lookUp(user: string): Promise<string | null> {
    try {
      const { tz } = (await client.users.info({ user })).user ?? {};
      const zone = tz !== undefined && isZone(tz) ? tz : null;
      remember(user, zone, rememberMs);
      return zone;
    } catch (err) {
      if (err instanceof webApi.WebAPIPlatformError && err.data.error === "missing_scope") withoutScope(user);
      else log.debug({ err, user }, "could not look up somebody's time zone");
      return null;
    }
  }

  function withoutScope(user: string): void {
    remember(user, null, withoutScopeMs);
    if (!told) log.warn({ needed: "users:read" }, "times are taken as UTC: the app was not granted a scope");
    told = true;
  }

  function remember(user: string, zone: string | null, ms: number): void {
    const [oldest] = known.keys();
    if (oldest !== undefined && known.size >= most) known.delete(oldest);
    known.delete(user); // to be the youngest again
    known.set(user, { zone, until: clock.now() + ms });
  }

  return { zoneOf };
}

/** The call itself ends soon, and what it finds is remembered all the same. */
async function unlessStopped(asked: Promise<string | null>, stop: AbortSignal): Promise<string | null> {
  if (stop.aborted) return null;
  const { promise, resolve } = Promise.withResolvers<null>();
  const end = () => resolve(null);
  stop.addEventListener("abort", end, { once: true });
  try {
    return await Promise.race([asked, promise]);
  } finally {
    stop.removeEventListener("abort", end);
  }
}
