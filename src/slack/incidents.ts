import { webApi } from "@slack/bolt";
import type { EpochMs } from "../core/workload.ts";
import type { Clock } from "../ports.ts";
import type { Log } from "./log.ts";

/** Where everybody should read the same: the channels that are named, and those whose own name matches. */
export type IncidentChannels = { readonly channels: readonly string[]; readonly pattern: RegExp | null };

export type Incidents = {
  /** `name` as a command's payload has it; null where the payload has none. */
  has(channel: string, name: string | null): Promise<boolean>;
  /** When the channel was made. Null where nobody can tell. */
  madeAt(channel: string): Promise<EpochMs | null>;
};

type Found = { readonly name: string | null; readonly madeAt: EpochMs | null };

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
  const known = new Map<string, Found & { readonly until: EpochMs }>();
  let told = false;

  async function has(channel: string, name: string | null): Promise<boolean> {
    if (named.has(channel)) return true;
    if (pattern === null || channel.startsWith("D")) return false;
    const found = name === null || name === hidden ? (await about(channel)).name : name;
    return found !== null && pattern.test(found);
  }

  async function about(channel: string): Promise<Found> {
    const before = known.get(channel);
    if (before && clock.now() < before.until) return before;
    const found = await lookUp(channel);
    if (found === null) return unknown;
    const [oldest] = known.keys();
    if (oldest !== undefined && known.size >= most) known.delete(oldest);
    known.delete(channel); // to be the youngest again
    known.set(channel, { ...found, until: clock.now() + rememberMs });
    return found;
  }

  /** Null: it failed for now. Then no channel is an incident's. */
  async function lookUp(channel: string): Promise<Found | null> {
    try {
      const { channel: found } = await client.conversations.info({ channel });
      return { name: found?.name ?? null, madeAt: found?.created ? found.created * 1_000 : null };
    } catch (err) {
      if (err instanceof webApi.WebAPIPlatformError && err.data.error === "missing_scope") return withoutScope(err);
      log.debug({ err, channel }, "could not look up a channel");
      return null;
    }
  }

  function withoutScope({ data }: webApi.WebAPIPlatformError): Found {
    const needed = "needed" in data ? data.needed : "channels:read"; // groups:read for a private channel
    const matters = pattern !== null && !told;
    if (matters)
      log.warn({ needed }, "incidents.pattern needs a scope that was not granted: it matches no such channel");
    told ||= matters;
    return unknown;
  }

  return { has, madeAt: async (channel) => (await about(channel)).madeAt };
}

const unknown: Found = { name: null, madeAt: null };

/** What a command's payload has in place of the name of a private channel. */
const hidden = "privategroup";
