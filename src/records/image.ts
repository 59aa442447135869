import { z } from "zod";
import type { Found } from "../core/image/family.ts";
import { labelKeys } from "../core/image/manifest.ts";
import type { Digest } from "../core/image/reference.ts";
import type { EpochMs } from "../core/workload.ts";
import type { Key } from "../ports.ts";

const digest = z.string();
const platform = z.string().nullable();
const labels = z.partialRecord(z.enum(labelKeys), z.string());

const FoundShape = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("index"), parts: z.array(z.object({ digest, platform })), labels }),
  z.object({ kind: z.literal("manifest"), config: digest, labels }),
  z.object({ kind: z.literal("config"), platform, labels, createdAt: z.int().nullable(), layers: z.array(digest) }),
]) satisfies z.ZodType<Found>;

/** What was found under a digest, so that an image that was deleted is still known after a restart. */
export function imageKey(of: Digest): Key<Found> {
  return { name: `image/${of}`, parse: (value) => FoundShape.parse(value) };
}

/** Longer than the ledger looks back. */
const imageLifetimeMs = 800 * 86_400_000;

export function imageExpiry(now: EpochMs): EpochMs {
  return now + imageLifetimeMs;
}
