import { z } from "zod";
import type { Incident } from "../core/incident.ts";
import type { EpochMs } from "../core/workload.ts";
import type { Key } from "../ports.ts";

const IncidentShape = z.object({
  channel: z.string(),
  openedAt: z.int(),
  until: z.int(),
}) satisfies z.ZodType<Incident>;

const parse = (value: unknown): Incident => IncidentShape.parse(value);

/** The last look back in a channel. Kept for a week after it was current: by then nobody reads it any more. */
export const incidents = {
  in: (channel: string): Key<Incident> => ({ name: `incident/${channel}`, parse }),
  expiresAt: ({ until }: Incident): EpochMs => until + 7 * 86_400_000,
};
