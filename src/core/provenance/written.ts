import type { EpochMs } from "../workload.ts";

/** What somebody wrote as a commit; null when it is none. */
export function commitIn(value: string | undefined): string | null {
  const trimmed = value?.trim().toLowerCase() ?? "";
  return /^[0-9a-f]{7,64}$/.test(trimmed) ? trimmed : null;
}

/** Only what a browser can be sent to without surprise. */
export function webAddressIn(value: string | undefined): string | null {
  const url = URL.parse(value?.trim() ?? "");
  const plain = url !== null && (url.protocol === "https:" || url.protocol === "http:");
  return plain && url.username === "" && url.password === "" ? url.href : null;
}

/** A time as RFC 3339 has it. Null for any other text, and for the beginning of time, which some builds say. */
export function timeIn(value: string | undefined): EpochMs | null {
  if (value === undefined || !/^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})$/i.test(value)) return null;
  try {
    const { epochMilliseconds } = Temporal.Instant.from(value);
    return epochMilliseconds > 0 ? epochMilliseconds : null;
  } catch {
    return null; // the 31st of February, say
  }
}
