import { StoreFault } from "../fault.ts";

/** Where everything is. One hash tag for all of it, so that one script may touch it all on a cluster too. */
export type Layout = ReturnType<typeof layoutOf>;

export function layoutOf(installation: string) {
  if (!/^[\w.-]{1,64}$/.test(installation)) {
    throw new StoreFault("the name of an installation is up to 64 letters, digits, dots, - and _");
  }
  const tag = `{${installation}}`;
  return {
    /** The version of this layout; "loading" while a store is being filled. */
    schema: `${tag}:schema`,
    /** Written to see whether writing works and reaches the replicas. */
    probe: `${tag}:probe`,
    /** Ids of the latest commits, by their number. */
    commits: `${tag}:c`,
    /** Names of all records, all at 0: sorted by their bytes. */
    records: `${tag}:r`,
    /** Names of the records that expire, by when. */
    expiring: `${tag}:e`,
    /** Names of all logs. */
    logs: `${tag}:l`,
    /** The strings of the index. */
    strings: `${tag}:x`,
    /** `<version> <when it expires, or 0> <JSON>` */
    record: (name: string) => `${tag}:r:${name}`,
    /** A stream: ids are `<ms>-0`, the one field is JSON. */
    log: (name: string) => `${tag}:l:${name}`,
    all: `${tag}:*`,
  };
}

/** The state of a store while it is filled from a file. Not a number, so no version of ours takes it for a schema. */
export const loading = "loading";
