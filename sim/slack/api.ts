import { readArguments } from "./arguments.ts";
import { type JsonObject, stringAt } from "./json.ts";
import { chat } from "./methods/chat.ts";
import { reading } from "./methods/conversations.ts";
import { missingScope } from "./methods/conversation.ts";
import { type Method, tier } from "./methods/method.ts";
import { viewMethods } from "./methods/views.ts";
import { app, team } from "./people.ts";
import type { RateLimit } from "./rate-limit.ts";
import { Refusal, refuse } from "./refusal.ts";
import type { World } from "./world.ts";

export type Reply = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: JsonObject;
};

type Parts = {
  readonly world: World;
  readonly tokens: { readonly bot: string; readonly app: string };
  /** Null: no limits. */
  readonly limit: RateLimit | null;
  /** A new address for a socket. */
  readonly connect: () => string;
};

/** Answers one call of the Web API. */
export function createApi({ world, tokens, limit, connect }: Parts) {
  const methods = new Map<string, Method>(
    Object.entries({
      ...chat,
      ...viewMethods,
      ...reading,
      "auth.test": authTest,
      "apps.connections.open": openConnection(connect),
    }),
  );

  return (name: string, token: string | null, sent: JsonObject): Reply => {
    try {
      const method = methods.get(name) ?? refuse("unknown_method", { req_method: name });
      checkToken(token, method);
      const wait = limit?.over(name, method, stringAt(sent, "channel")) ?? null;
      if (wait !== null) return rateLimited(wait);
      const { scopes } = world.rights;
      if (method.scopes.length > 0 && !method.scopes.some((it) => scopes.has(it))) missingScope(world, method.scopes);
      const answer = method.run(readArguments(sent, method.takes), world);
      return { status: 200, headers: scopeHeaders(method), body: { ok: true, ...answer } };
    } catch (err) {
      if (!(err instanceof Refusal)) throw err;
      return { status: 200, body: { ok: false, error: err.code, ...err.more } };
    }
  };

  function checkToken(token: string | null, method: Method): void {
    if (token === null) refuse("not_authed");
    if (token !== tokens.bot && token !== tokens.app) refuse("invalid_auth");
    if (token !== tokens[method.token]) refuse("not_allowed_token_type");
  }

  function scopeHeaders({ scopes, token }: Method): Record<string, string> {
    const granted = token === "app" ? ["connections:write"] : [...world.rights.scopes];
    return {
      "x-oauth-scopes": granted.join(","),
      ...(scopes.length > 0 ? { "x-accepted-oauth-scopes": scopes.join(",") } : {}),
    };
  }
}

export function rateLimited(seconds: number): Reply {
  return { status: 429, headers: { "retry-after": String(seconds) }, body: { ok: false, error: "ratelimited" } };
}

const authTest: Method = {
  token: "bot",
  scopes: [],
  perMinute: tier.special,
  takes: {},
  run: () => ({
    url: `https://${team.domain}.slack.com/`,
    team: team.domain,
    user: app.name,
    team_id: team.id,
    user_id: app.userId,
    bot_id: app.botId,
    is_enterprise_install: false,
  }),
};

function openConnection(connect: () => string): Method {
  return {
    token: "app",
    scopes: [],
    perMinute: tier.three,
    takes: {},
    run: (_, { rights }) => (rights.socketMode ? { url: connect() } : refuse("socket_mode_not_enabled")),
  };
}
