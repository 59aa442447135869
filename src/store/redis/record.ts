import type { EpochMs } from "../../core/workload.ts";
import { StoreFault } from "../fault.ts";

/** A record as it is kept. */
export type Stored = {
  readonly version: string;
  /** Null: never. */
  readonly expiresAt: EpochMs | null;
  readonly json: string;
};

/** Null when there is none, or when it has expired. */
export function storedOf(
  raw: string | null,
  { name, now }: { readonly name: string; readonly now: EpochMs },
): Stored | null {
  if (raw === null) return null;
  const [head, version, expires] = /^(\S{1,64}) (\d{1,16}) /.exec(raw) ?? [];
  if (head === undefined || version === undefined) throw new StoreFault(`what is stored as ${name} is not a record`);
  const expiresAt = expires === "0" ? null : Number(expires);
  if (expiresAt !== null && expiresAt <= now) return null;
  return { version, expiresAt, json: raw.slice(head.length) };
}

export function storedText({ version, expiresAt, json }: Stored): string {
  return `${version} ${expiresAt ?? 0} ${json}`;
}

/** An entry of a log as XRANGE tells it. */
export function entryOf([id, fields]: readonly [string, readonly string[]]): {
  readonly at: EpochMs;
  readonly json: string;
} {
  return { at: Number.parseInt(id, 10), json: fields[1] ?? "" };
}
