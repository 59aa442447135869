import { isIP } from "node:net";
import type { Problem } from "./file.ts";
import type { LogLevel } from "../log.ts";

/** The environment variables and their defaults. */

export type Variables = {
  readonly slack: {
    readonly botToken: string;
    /** Null: Slack itself. */
    readonly apiUrl: string | null;
    readonly receive: Receive;
  };
  readonly kubeconfig: string | null;
  readonly store: { readonly kind: "redis"; readonly url: string } | { readonly kind: "sqlite"; readonly path: string };
  readonly http: { readonly host: string; readonly port: number };
  readonly claimsToken: string | null;
  readonly logLevel: LogLevel;
};

/** How Slack reaches us. */
type Receive =
  | { readonly mode: "socket"; readonly appToken: string }
  | { readonly mode: "http"; readonly signingSecret: string };

const levels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const satisfies readonly LogLevel[];

/** Every variable there is, and what is wrong with a value of it. No sentence repeats the value: it may be a secret. */
const faults = {
  SLACK_BOT_TOKEN: botTokenFault,
  SLACK_APP_TOKEN: appTokenFault,
  SLACK_SIGNING_SECRET: (value) =>
    /^[\w-]{16,200}$/.test(value) && !/^x(?:ox|app)/.test(value)
      ? null
      : "must be the signing secret of the app's Basic Information page, e.g. 8f742231b10e8888abcd990011223344",
  SLACK_API_URL: apiUrlFault,
  KUBECONFIG: () => null,
  WHATSRUNNING_CONFIG: () => null,
  REDIS_URL: (value) => {
    const url = URL.parse(value);
    const right = url && ["redis:", "rediss:"].includes(url.protocol) && url.hostname !== "";
    return right ? null : "must be a redis:// or rediss:// address, e.g. rediss://redis.example:6379";
  },
  STATE_FILE: () => null,
  HOST: (value) =>
    isIP(value) > 0 || /^[a-z0-9](?:[a-z0-9.-]{0,252})$/i.test(value)
      ? null
      : "must be an address to listen on, e.g. 0.0.0.0",
  PORT: (value) =>
    /^\d{1,5}$/.test(value) && Number(value) <= 65_535 ? null : "must be a whole number from 0 to 65535, e.g. 3000",
  CLAIMS_TOKEN: (value) =>
    /^[\x21-\x7e]{16,}$/.test(value)
      ? null
      : "must be at least 16 characters without spaces, e.g. what `openssl rand -hex 32` prints",
  LOG_LEVEL: (value) =>
    levels.some((it) => it === value.toLowerCase()) ? null : `must be one of ${levels.join(", ")}, e.g. info`,
} as const satisfies Readonly<Record<string, (value: string) => string | null>>;
type Name = keyof typeof faults;

export type Values = Readonly<Partial<Record<Name, string>>>;

/** What is set, without the spaces and line ends that come along from files. Empty counts as not set. */
export function valuesOf(env: Readonly<Record<string, string | undefined>>): Values {
  const values = Object.keys(faults).map((name) => [name, env[name]?.trim() ?? ""] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== ""));
}

export function readVariables(
  values: Values,
): { readonly variables: Variables } | { readonly problems: readonly Problem[] } {
  const botToken = values.SLACK_BOT_TOKEN;
  const receive = receiveOf(values);
  const set = new Map(Object.entries(values));
  const problems = Object.entries(faults).flatMap(([name, faultOf]) => {
    const value = set.get(name);
    const why = value === undefined ? null : quoted.test(value) ? mustNotBeQuoted : faultOf(value);
    return why === null ? [] : [problem(name, why)];
  });
  if (botToken === undefined) problems.unshift(problem("SLACK_BOT_TOKEN", botTokenMissing));
  if (receive === null) problems.push(problem("SLACK_APP_TOKEN or SLACK_SIGNING_SECRET", receiveMissing));
  if (botToken === undefined || receive === null || problems.length > 0) return { problems };

  const { REDIS_URL: url, STATE_FILE: path = "whatsrunning.sqlite", LOG_LEVEL = "info" } = values;
  return {
    variables: {
      slack: { botToken, apiUrl: values.SLACK_API_URL ?? null, receive },
      kubeconfig: values.KUBECONFIG ?? null,
      store: url === undefined ? { kind: "sqlite", path } : { kind: "redis", url },
      http: { host: values.HOST ?? "127.0.0.1", port: Number(values.PORT ?? 3000) },
      claimsToken: values.CLAIMS_TOKEN ?? null,
      logLevel: levels.find((it) => it === LOG_LEVEL.toLowerCase()) ?? "info",
    },
  };
}

const problem = (what: string, why: string): Problem => ({ what, line: null, why });

/** `docker run --env-file` hands quotes on as part of the value. */
const quoted = /^["'].*["']$/s;
const mustNotBeQuoted = "must be written without the quotes around it: here they are part of the value";

const botTokenMissing =
  "is missing: it must be the Bot User OAuth Token of the app's OAuth & Permissions page (xoxb-…)";
const receiveMissing =
  "is missing: set SLACK_APP_TOKEN (xapp-…) for Socket Mode, or SLACK_SIGNING_SECRET to get requests over HTTP";

/** With both, Socket Mode: it needs no way in from outside. */
function receiveOf({ SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: signingSecret }: Values): Receive | null {
  if (appToken !== undefined) return { mode: "socket", appToken };
  return signingSecret === undefined ? null : { mode: "http", signingSecret };
}

function botTokenFault(value: string): string | null {
  return /^xoxb-[\w-]{3,}$/.test(value) ? null : `must be a bot token (xoxb-…)${notA(value, "xoxb-")}`;
}

function appTokenFault(value: string): string | null {
  return /^xapp-[\w-]{3,}$/.test(value) ? null : `must be an app-level token (xapp-…)${notA(value, "xapp-")}`;
}

function notA(value: string, wanted: string): string {
  const kind = Object.entries(kinds).find(([start]) => start !== wanted && value.startsWith(start))?.[1];
  return kind === undefined ? "" : `, not ${kind}`;
}

const kinds = {
  "xoxb-": "a bot token: that is SLACK_BOT_TOKEN",
  "xapp-": "an app-level token: that is SLACK_APP_TOKEN",
  "xoxp-": "a user token",
  "xoxe.": "one that expires: turn token rotation off",
  "xoxe-": "a refresh token",
};

/** Whoever answers there gets the bot token. */
function apiUrlFault(value: string): string | null {
  const url = URL.parse(value);
  const loopback = url && /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  const safe = url && (url.protocol === "https:" || (url.protocol === "http:" && loopback));
  if (safe && !url.username && !url.password && !url.search && !url.hash) return null;
  return "must be an https address, or http on this machine, without password or query, e.g. https://slack.com/api/";
}
