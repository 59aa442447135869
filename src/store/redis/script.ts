import type { EpochMs } from "../../core/workload.ts";
import { type Change, remembered, schemaVersion, sweptAfterMs } from "../change.ts";
import type { Layout } from "./layout.ts";

/**
 * The whole of a commit. All reading and judging comes first. The first write is one that Redis refuses when it is out of
 * memory, cannot save or is a replica: so it refuses all of them or none. Rights are asked for beforehand, where Redis can tell.
 */
export const commitScript = `
local schema, commits, records, expiring, logs, strings = unpack(KEYS, 1, 6)
local key, arg = 6, 0
local function nextKey() key = key + 1; return KEYS[key] end
local function nextArg() arg = arg + 1; return ARGV[arg] end
local function times() return tonumber(nextArg()) end

local known, id, now, remembered = nextArg(), nextArg(), times(), times()
local stored = redis.call('GET', schema)
if stored and stored ~= known then return 'schema ' .. stored end
if redis.call('ZSCORE', commits, id) then return 'done' end
for _ = 1, times() do
  local version, expires = string.match(redis.call('GETRANGE', nextKey(), 0, 99), '^(%S+) (%d+) ')
  if not version or (expires ~= '0' and tonumber(expires) <= now) then version = '' end
  if version ~= nextArg() then return 'conflict' end
end

if redis.acl_check_cmd then
  local writes = {
    { 'SET', schema, '' }, { 'DEL', schema }, { 'ZADD', logs, 0, '' }, { 'ZREM', logs, '' },
    { 'ZREMRANGEBYRANK', commits, 0, 0 }, { 'XADD', logs, '*', 'v', '' }, { 'XTRIM', logs, 'MINID', 0 },
  }
  for _, write in ipairs(writes) do
    if not redis.acl_check_cmd(unpack(write)) then return redis.error_reply('NOPERM ' .. write[1]) end
  end
end
local last = redis.call('ZRANGE', commits, -1, -1, 'WITHSCORES')
redis.call('ZADD', commits, (tonumber(last[2]) or 0) + 1, id)
redis.call('ZREMRANGEBYRANK', commits, 0, -remembered - 1)
if not stored then redis.call('SET', schema, known) end
for _ = 1, times() do
  local record, name, expires, lifetime, json = nextKey(), nextArg(), nextArg(), nextArg(), nextArg()
  local value = id .. ' ' .. expires .. ' ' .. json
  if expires == '0' then
    redis.call('SET', record, value)
    redis.call('ZREM', expiring, name)
  else
    redis.call('SET', record, value, 'PX', lifetime)
    redis.call('ZADD', expiring, expires, name)
  end
  redis.call('ZADD', records, 0, name)
end
for _ = 1, times() do
  local name = nextArg()
  redis.call('DEL', nextKey())
  redis.call('ZREM', records, name)
  redis.call('ZREM', expiring, name)
end
for _ = 1, times() do
  local log, name, at, json = nextKey(), nextArg(), times(), nextArg()
  local top = redis.call('XREVRANGE', log, '+', '-', 'COUNT', 1)[1]
  if top then at = math.max(at, tonumber(string.match(top[1], '^%d+')) + 1) end
  redis.call('XADD', log, string.format('%.0f-0', at), 'v', json)
  redis.call('ZADD', logs, 0, name)
end
for _ = 1, times() do redis.call('ZREM', strings, nextArg()) end
for _ = 1, times() do redis.call('ZADD', strings, 0, nextArg()) end
for _ = 1, times() do
  local log = nextKey()
  local inForce = redis.call('XREVRANGE', log, '(' .. nextArg() .. '-0', '-', 'COUNT', 1)[1]
  if inForce then redis.call('XTRIM', log, 'MINID', inForce[1]) end
end
for _, name in ipairs(redis.call('ZRANGEBYSCORE', expiring, '-inf', nextArg(), 'LIMIT', 0, 20)) do
  redis.call('ZREM', records, name)
  redis.call('ZREM', expiring, name)
end
return 'done'
`;

/** Keys and arguments in the order in which the script takes them. */
export function scriptInput(change: Change, { layout, now }: { readonly layout: Layout; readonly now: EpochMs }) {
  const { id, expect, put, remove, append, drop, add, trim } = change;
  const fixed = [layout.schema, layout.commits, layout.records, layout.expiring, layout.logs, layout.strings];
  const records = [...expect, ...put].map(({ name }) => layout.record(name));
  const logs = [...append, ...trim].map(({ log }) => layout.log(log));
  const keys = [...fixed, ...records, ...remove.map(layout.record), ...logs];
  const parts: readonly (readonly (string | number)[])[] = [
    [schemaVersion, id, now, remembered],
    counted(expect, (it) => [it.version ?? ""]),
    counted(put, (it) => [it.name, it.expiresAt ?? 0, lifetime(it.expiresAt, now), it.json]),
    counted(remove, (name) => [name]),
    counted(append, ({ log, at, json }) => [log, at, json]),
    counted(drop, (string) => [string]),
    counted(add, (string) => [string]),
    counted(trim, ({ horizon }) => [horizon]),
    [now - sweptAfterMs],
  ];
  return { keys, args: parts.flat() };
}

function counted<T>(
  items: readonly T[],
  words: (item: T) => readonly (string | number)[],
): readonly (string | number)[] {
  return [items.length, ...items.flatMap(words)];
}

/** Redis clears away what has expired by its own clock: later than by ours, which alone decides what is still there. */
function lifetime(expiresAt: EpochMs | null, now: EpochMs): number {
  return Math.max(1, (expiresAt ?? now) + sweptAfterMs - now);
}
