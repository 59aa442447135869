import type { Redis } from "ioredis";
import type { Page } from "../../ports.ts";
import { behind, pageOf, prefixOf } from "../change.ts";

/** The next members of a sorted set whose members all stand at 0: then Redis sorts them by their bytes. */
export function membersOf(set: string, { prefix, after, limit }: Page & { readonly prefix: string }) {
  const page = pageOf({ after, limit });
  const first = Buffer.from(prefixOf(prefix));
  const last = page.after === null ? null : Buffer.from(page.after);
  const beyond = last !== null && Buffer.compare(last, first) >= 0;
  const from = beyond ? Buffer.concat([Buffer.from("("), last]) : Buffer.concat([Buffer.from("["), first]);
  const to = Buffer.concat([Buffer.from("("), behind(prefix)]);
  return (redis: Redis): Promise<string[]> => redis.zrangebylex(set, from, to, "LIMIT", 0, page.limit);
}
