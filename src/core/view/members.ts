/** From a name to the uids of what belongs to it. Mostly that is one, and a set for it would be the greater part of an index. */
export type Members = Map<string, Uids>;
type Uids = string | Set<string>;

export function join(members: Members, key: string, uid: string): void {
  const there = members.get(key);
  if (there === undefined) members.set(key, uid);
  else if (typeof there !== "string") there.add(uid);
  else if (there !== uid) members.set(key, new Set([there, uid]));
}

export function leave(members: Members, key: string, uid: string): void {
  const there = members.get(key);
  if (there === uid) members.delete(key);
  if (there === undefined || typeof there === "string") return;
  there.delete(uid);
  if (there.size === 0) members.delete(key);
}

/** Those that are known. */
export function pick<T>(uids: Uids | undefined, records: ReadonlyMap<string, T>): readonly T[] {
  if (uids === undefined) return [];
  const all = typeof uids === "string" ? [uids] : [...uids];
  return all.flatMap((uid) => records.get(uid) ?? []);
}
