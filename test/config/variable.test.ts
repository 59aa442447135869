import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Config, describeProblem, readConfig, secretsOf } from "../../src/config.ts";

const right = { SLACK_BOT_TOKEN: "xoxb-1-2-abc", SLACK_APP_TOKEN: "xapp-1-A0-3-abc" };

type Env = Record<string, string | undefined>;

function read(env: Env) {
  return readConfig(env, () => "");
}

function configOf(env: Env): Config {
  const reading = read({ ...right, ...env });
  if ("problems" in reading) throw new Error(reading.problems.map(describeProblem).join("\n"));
  return reading.config;
}

function linesOf(env: Env): readonly string[] {
  const reading = read({ ...right, ...env });
  return "problems" in reading ? reading.problems.map(describeProblem) : [];
}

test("two tokens are enough, and everything else has a default", () => {
  expect(configOf({})).toEqual({
    slack: {
      botToken: "xoxb-1-2-abc",
      apiUrl: null,
      receive: { mode: "socket", appToken: "xapp-1-A0-3-abc" },
    },
    kubeconfig: null,
    store: { kind: "sqlite", path: "whatsrunning.sqlite" },
    http: { host: "127.0.0.1", port: 3000 },
    claimsToken: null,
    logLevel: "info",
    defaultEnvironment: "prod",
    environments: null,
    incidents: { channels: [], pattern: null },
    registries: new Map(),
    registryCredentials: null,
    issuers: [],
    people: new Map(),
    issueLink: null,
  });
});

test("each of them is read", () => {
  const config = configOf({
    SLACK_APP_TOKEN: "",
    SLACK_SIGNING_SECRET: "8f742231b10e8888abcd990011223344\n",
    SLACK_API_URL: "http://127.0.0.1:4000/api/",
    KUBECONFIG: "/a:/b",
    REDIS_URL: "rediss://bot:hunter22@redis.example:6379/1",
    HOST: "::",
    PORT: "0",
    CLAIMS_TOKEN: "0123456789abcdef",
    LOG_LEVEL: "DEBUG",
  });
  expect(config).toMatchObject({
    slack: {
      apiUrl: "http://127.0.0.1:4000/api/",
      receive: { mode: "http", signingSecret: "8f742231b10e8888abcd990011223344" },
    },
    kubeconfig: "/a:/b",
    store: { kind: "redis", url: "rediss://bot:hunter22@redis.example:6379/1" },
    http: { host: "::", port: 0 },
    claimsToken: "0123456789abcdef",
    logLevel: "debug",
  });
  expect(secretsOf(config)).toEqual([
    "xoxb-1-2-abc",
    "8f742231b10e8888abcd990011223344",
    "0123456789abcdef",
    "rediss://bot:hunter22@redis.example:6379/1",
    "hunter22",
  ]);
});

test("without any, all that is missing is said at once", () => {
  const reading = read({});
  expect("problems" in reading && reading.problems.map(describeProblem)).toEqual([
    "SLACK_BOT_TOKEN is missing: it must be the Bot User OAuth Token of the app's OAuth & Permissions page (xoxb-…)",
    "SLACK_APP_TOKEN or SLACK_SIGNING_SECRET is missing: set SLACK_APP_TOKEN (xapp-…) for Socket Mode, or SLACK_SIGNING_SECRET to get requests over HTTP",
  ]);
});

test("with both ways in, Socket Mode is taken and the signing secret is said to be unused", () => {
  const reading = read({ ...right, SLACK_SIGNING_SECRET: "8f742231b10e8888abcd990011223344" });
  expect(reading).toMatchObject({
    config: { slack: { receive: { mode: "socket" } } },
    unused: ["SLACK_SIGNING_SECRET"],
  });
});

const apiUrl =
  "SLACK_API_URL must be an https address, or http on this machine, without password or query, e.g. https://slack.com/api/";
const redis = "REDIS_URL must be a redis:// or rediss:// address, e.g. rediss://redis.example:6379";
const port = "PORT must be a whole number from 0 to 65535, e.g. 3000";
const claims = "CLAIMS_TOKEN must be at least 16 characters without spaces, e.g. what `openssl rand -hex 32` prints";
const secret =
  "SLACK_SIGNING_SECRET must be the signing secret of the app's Basic Information page, e.g. 8f742231b10e8888abcd990011223344";
test.each([
  ["SLACK_BOT_TOKEN", "hunter2hunter2", "SLACK_BOT_TOKEN must be a bot token (xoxb-…)"],
  [
    "SLACK_BOT_TOKEN",
    "xapp-1-hunter2",
    "SLACK_BOT_TOKEN must be a bot token (xoxb-…), not an app-level token: that is SLACK_APP_TOKEN",
  ],
  ["SLACK_BOT_TOKEN", "xoxp-1-hunter2", "SLACK_BOT_TOKEN must be a bot token (xoxb-…), not a user token"],
  ["SLACK_BOT_TOKEN", "xoxe-1-hunter2", "SLACK_BOT_TOKEN must be a bot token (xoxb-…), not a refresh token"],
  [
    "SLACK_BOT_TOKEN",
    "xoxe.xoxb-1-hunter2",
    "SLACK_BOT_TOKEN must be a bot token (xoxb-…), not one that expires: turn token rotation off",
  ],
  [
    "SLACK_BOT_TOKEN",
    '"xoxb-1-hunter2"',
    "SLACK_BOT_TOKEN must be written without the quotes around it: here they are part of the value",
  ],
  ["SLACK_APP_TOKEN", "hunter2hunter2", "SLACK_APP_TOKEN must be an app-level token (xapp-…)"],
  [
    "SLACK_APP_TOKEN",
    "xoxb-1-hunter2",
    "SLACK_APP_TOKEN must be an app-level token (xapp-…), not a bot token: that is SLACK_BOT_TOKEN",
  ],
  ["SLACK_APP_TOKEN", "xoxp-1-hunter2", "SLACK_APP_TOKEN must be an app-level token (xapp-…), not a user token"],
  ["SLACK_SIGNING_SECRET", "hunter2", secret],
  ["SLACK_SIGNING_SECRET", "xoxb-hunter2-hunter2-hunter2", secret],
  ["SLACK_API_URL", "hunter2", apiUrl],
  ["SLACK_API_URL", "http://hunter2.example/api/", apiUrl],
  ["SLACK_API_URL", "http://127.0.0.1.hunter2.example/api/", apiUrl],
  ["SLACK_API_URL", "https://bob:hunter2@slack.example/api/", apiUrl],
  ["SLACK_API_URL", "https://slack.example/api/?token=hunter2", apiUrl],
  ["REDIS_URL", "hunter2:6379", redis],
  ["REDIS_URL", "http://bob:hunter2@redis.example", redis],
  ["REDIS_URL", "redis://", redis],
  ["HOST", "hunter2 hunter2", "HOST must be an address to listen on, e.g. 0.0.0.0"],
  ["PORT", "hunter2", port],
  ["PORT", "65536", port],
  ["PORT", "-1", port],
  ["PORT", "3000.5", port],
  ["CLAIMS_TOKEN", "hunter2", claims],
  ["CLAIMS_TOKEN", "hunter2 hunter2 hunter2", claims],
  ["LOG_LEVEL", "hunter2", "LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent, e.g. info"],
])("%s=%s is refused in one line that does not repeat it", (name, value, line) => {
  expect(linesOf({ [name]: value })).toEqual([line]);
  expect(line).not.toContain("hunter2");
});

test.each(["https://slack-gov.com/api/", "http://localhost:1", "http://127.0.0.1:1/api", "http://[::1]:1/api/"])(
  "SLACK_API_URL may be %s",
  (url) => expect(configOf({ SLACK_API_URL: url }).slack.apiUrl).toBe(url),
);

test(".env.example has exactly those that are read", () => {
  const asked = new Set<string>();
  const env = new Proxy<Env>({}, { get: (_, name) => void asked.add(String(name)) });
  read(env);
  const example = readFileSync(new URL("../../.env.example", import.meta.url), "utf8");
  const named = [...example.matchAll(/^(\w+)=(.*)$/gm)];
  expect(new Set(named.map(([, name]) => name))).toEqual(asked);
  expect(named.filter(([, , value]) => value !== "")).toEqual([]);
});
