import { webApi } from "@slack/bolt";
import type { Clock } from "../ports.ts";
import type { Log } from "./log.ts";

/** Where everybody should read the same: the channels that are named, and those whose own name matches. */
export type IncidentChannels = { readonly channels: readonly string[]; readonly pattern: RegExp | null };

export type Incidents = {
  /** `name` as a command's payload has it; null where the payload has none. */
  has(channel: string, name: string | null): Promise<boolean>;
};

type Deps = IncidentChannels & {
  /** One that gives up soon: an answer waits for it. */
  readonly client: webApi.WebClient;
  readonly clock: Clock;
  readonly log: Log;
};

const rememberMs = 10 * 60_000;
const most = 1_000;

export function createIncidents({ channels, pattern, client, clock, log }: Deps): Incidents {
  const named = new Set(channels);
  const known = new Map<string, { readonly name: string | null; readonly until: number }>();
  let told = false;

  async function has(channel: string, name: string | null): Promise<boolean> {
    if (named.has(channel)) return true;
    if (pattern === null || channel.startsWith("D")) return false;
    const found = name === null || name === hidden ? await nameOf(channel) : name;
    return found !== null && pattern.test(found);
  }

  async function nameOf(channel: string): Promise<string | null> {
    const before = known.get(channel);
    if (before && clock.now() < before.until) return before.name;
    const name = await lookUp(channel);
    if (name === undefined) return null;
    const [oldest] = known.keys();
    if (oldest !== undefined && known.size >= most) known.delete(oldest);
    known.delete(channel); // to be the youngest again
    known.set(channel, { name, until: clock.now() + rememberMs });
    return name;
  }

  /** Null where we may not know; undefined where it failed for now. Then no channel is an incident's. */
  async function lookUp(channel: string): Promise<string | null | undefined> {
    try {
      const { channel: found } = await client.conversations.info({ channel });
      return found?.name ?? null;
    } catch (err) {
      if (err instanceof webApi.WebAPIPlatformError && err.data.error === "missing_scope") return withoutScope(err);
      log.debug({ err, channel }, "could not look up a channel's name");
      return undefined;
    }
  }

  function withoutScope({ data }: webApi.WebAPIPlatformError): null {
    const needed = "needed" in data ? data.needed : "channels:read"; // groups:read for a private channel
    if (!told) log.warn({ needed }, "incidents.pattern needs a scope that was not granted: it matches no such channel");
    told = true;
    return null;
  }

  return { has };
}

/** What a command's payload has in place of the name of a private channel. */
const hidden = "privategroup";
