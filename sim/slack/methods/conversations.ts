import { required } from "../arguments.ts";
import { type JsonObject, stringAt } from "../json.ts";
import { type Message, messageObject } from "../messages.ts";
import { channelObject, userObject } from "../people.ts";
import { refuse } from "../refusal.ts";
import { conversation, joined, needScope } from "./conversation.ts";
import { type Method, tier } from "./method.ts";

const base = { token: "bot", scopes: [], perMinute: tier.three } as const;
const range = {
  channel: "string",
  oldest: "string",
  latest: "string",
  inclusive: "boolean",
  limit: "integer",
  cursor: "string",
  include_all_metadata: "boolean",
} as const;

const info: Method = {
  ...base,
  takes: { channel: "string", include_num_members: "boolean" },
  run: (args, world) => {
    const found = conversation(world, required(args, "channel"));
    needScope(world, found, "read");
    if (!found.channel) return { channel: { id: found.id, is_im: true, user: found.person } };
    return { channel: channelObject(found.channel) };
  },
};

const history: Method = {
  ...base,
  takes: range,
  run: (args, world) => {
    const found = joined(world, required(args, "channel"));
    needScope(world, found, "history");
    const shown = world.messages
      .all(found.id)
      .filter((it) => it.reader === null && (it.thread === null || it.broadcast));
    return page(shown.toReversed(), args);
  },
};

const replies: Method = {
  ...base,
  takes: { ...range, ts: "string" },
  run: (args, world) => {
    const found = joined(world, required(args, "channel"));
    needScope(world, found, "history");
    const parent = world.messages.find(found.id, required(args, "ts"));
    if (!parent || parent.reader !== null) return refuse("thread_not_found");
    const ts = parent.thread ?? parent.ts;
    return page(
      world.messages.all(found.id).filter((it) => it.reader === null && (it.ts === ts || it.thread === ts)),
      args,
    );
  },
};

const userInfo: Method = {
  token: "bot",
  scopes: ["users:read"],
  perMinute: tier.four,
  takes: { user: "string", include_locale: "boolean" },
  run: (args, { people }) => {
    const person = people.get(required(args, "user")) ?? refuse("user_not_found");
    const locale = args["include_locale"] === true ? { locale: "en-US" } : {};
    return { user: { ...userObject(person), ...locale } };
  },
};

const userByEmail: Method = {
  token: "bot",
  scopes: ["users:read.email"],
  perMinute: tier.three,
  takes: { email: "string" },
  run: (args, { people }) => {
    const email = required(args, "email").toLowerCase();
    const person = [...people.values()].find((it) => it.email?.toLowerCase() === email && it.deleted !== true);
    return { user: userObject(person ?? refuse("users_not_found")) };
  },
};

const groupUsers: Method = {
  token: "bot",
  scopes: ["usergroups:read"],
  perMinute: tier.two,
  takes: { usergroup: "string", include_disabled: "boolean" },
  run: (args, { groups, paid }) => {
    if (!paid) refuse("plan_upgrade_required");
    const group = groups.find(({ id }) => id === required(args, "usergroup")) ?? refuse("no_such_subteam");
    if (group.disabled === true && args["include_disabled"] !== true) refuse("no_such_subteam");
    return { users: group.users };
  },
};

export const reading = {
  "conversations.info": info,
  "conversations.history": history,
  "conversations.replies": replies,
  "users.info": userInfo,
  "users.lookupByEmail": userByEmail,
  "usergroups.users.list": groupUsers,
};

const defaultLimit = 100;
const maxLimit = 999;

/** A part of a list, with where the next part begins. The cursor is the ts of the last message given. */
function page(messages: readonly Message[], args: JsonObject): JsonObject {
  const limit = typeof args["limit"] === "number" ? args["limit"] : defaultLimit;
  if (limit < 1 || limit > maxLimit) refuse("invalid_limit");
  const wanted = messages.filter((it) => inRange(it, args));
  const cursor = stringAt(args, "cursor") ?? "";
  const start = cursor === "" ? 0 : wanted.findIndex((it) => `next:${it.ts}` === cursor) + 1;
  if (cursor !== "" && start === 0) refuse("invalid_cursor");
  const part = wanted.slice(start, start + limit);
  const more = start + limit < wanted.length;
  const withMetadata = args["include_all_metadata"] === true;
  return {
    messages: part.map((it) => messageObject(it, withMetadata)),
    has_more: more,
    response_metadata: { next_cursor: more ? `next:${part.at(-1)?.ts ?? ""}` : "" },
  };
}

function inRange({ ts }: Message, args: JsonObject): boolean {
  const at = Number(ts);
  const oldest = Number(stringAt(args, "oldest") ?? 0);
  const latest = Number(stringAt(args, "latest") ?? Infinity);
  return args["inclusive"] === true ? at >= oldest && at <= latest : at > oldest && at < latest;
}
