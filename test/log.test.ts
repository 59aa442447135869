import type { Logger as SlackLogger, LogLevel as SlackLevel } from "@slack/bolt";
import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { boltLogger, createLog, type BoltLogger } from "../src/log.ts";

/** A text that is a secret in the place where it stands, and the part of it that must not be seen. */
const hex = "0123456789abcdef".repeat(4);
const secrets = [
  ["a bot token", "xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcHrzzqgy", "19874698323"],
  ["a user token", "xoxp-17653672481-pdFZKVeTuE8sk7oO", "pdFZKVeTuE8sk7oO"],
  ["a rotating token", "xoxe.xoxp-1-Mi0yLTE3NjUzNjcyNDgx", "Mi0yLTE3NjUzNjcyNDgx"],
  ["a browser cookie", "d=xoxd-zVtQ1Zt6UNmxNNQ", "zVtQ1Zt6UNmxNNQ"],
  ["an app-level token", "xapp-1-A0123-4567890-0f1e2d3c4b5a", "0f1e2d3c4b5a"],
  ["a workflow token", "xwfp-1234567890-abcdefABCDEF", "abcdefABCDEF"],
  ["a GitHub token", "ghp_16C7e42F292c6912E7710c838347Ae178B4a", "292c6912E77"],
  ["a GitHub app token", "ghs_16C7e42F292c6912E7710c838347Ae178B4a", "292c6912E77"],
  ["a fine-grained GitHub token", "github_pat_11AAAAAAA0abcdefghijkl_mnopqrstuv", "mnopqrstuv"],
  ["a GitLab token", "glpat-zzYYxxWWvvUUttSSrrQQ", "vvUUttSS"],
  ["an AWS key", "AKIAIOSFODNN7EXAMPLE", "IOSFODNN7EXAMPLE"],
  ["a JWT", "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJib2IifQ.c2lnbmF0dXJl", "c2lnbmF0dXJl"],
  ["a bearer token", "Bearer 7f3c.opaque~token/value+1=", "opaque~token/value"],
  ["basic credentials", "Basic Ym9iOmh1bnRlcjI=", "Ym9iOmh1bnRlcjI"],
  ["a password in a Redis address", "rediss://bot:s3cr3t:p@ss@redis.example:6379/1", "s3cr3t"],
  ["a password without a name", "redis://:s3cr3tpass@redis.example", "s3cr3tpass"],
  ["a password in any address", "https://bob:s3cr3tpass@git.example/x", "s3cr3tpass"],
  ["a response address", "https://hooks.slack.com/commands/T01/123456/kLmNoPq", "kLmNoPq"],
  ["a response address of a button", "https://hooks.slack.com/actions/T01/123456/kLmNoPq", "kLmNoPq"],
  ["a response address with escaped slashes", String.raw`https:\/\/hooks.slack.com\/app\/T01\/kLmNoPq`, "kLmNoPq"],
  ["a request's signature", `v0=${hex}`, hex],
  [
    "a private key",
    "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADAN\nBgkqhkiG9w0B\n-----END PRIVATE KEY-----",
    "BgkqhkiG9w0B",
  ],
  ["half a private key", "-----BEGIN RSA PRIVATE KEY-----\nMIIEvQIBADAN\nBgkqhkiG9w0B", "BgkqhkiG9w0B"],
  ["a Socket Mode ticket", "wss://wss.slack.com/link/?ticket=0a1b2c3d-4e5f&app_id=A01", "0a1b2c3d"],
  ["JSON within a text", '{"trigger_id":"13345224609.738474920.8088930838d88f","x":1}', "8088930838d88f"],
  ["JSON within JSON within a text", String.raw`{\"trigger_id\":\"13345224609.8088930838d88f\"}`, "8088930838d88f"],
  ["a form", "token=gIkuvaNzQIHg97ATvDxqgjtO&team=T01", "gIkuvaNzQIHg97ATvDxqgjtO"],
  ["a dumped object", "{ token: 'gIkuvaNzQIHg97ATvDxqgjtO' }", "gIkuvaNzQIHg97ATvDxqgjtO"],
  ["a dumped header", "authorization: token gIkuvaNz and more", "gIkuvaNz"],
  ["our own signing secret", "8f742231b10e8888abcd990011223344", "8f742231b10e8888abcd990011223344"],
] as const;

function capture(level: "trace" | "debug" | "info" = "trace") {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLog({ level, secrets: ["", "8f742231b10e8888abcd990011223344"], destination });
  const records = () => lines.map((line): unknown => JSON.parse(line));
  return { log, lines, records };
}

describe("no way of logging shows", () => {
  test.each(secrets)("%s", (_, secret, heart) => {
    const { log, lines, records } = capture();
    const cause = new Error(`cause ${secret}`);
    const err = Object.assign(new Error(`fault ${secret}`, { cause }), { data: { text: secret }, original: cause });

    log.info(secret);
    log.info("with %s and %o", secret, { text: secret });
    log.info({ text: secret, deep: { er: [{ text: `before ${secret} after` }] } }, "nested");
    log.info({ [secret]: "in a name", headers: { "x-odd": secret }, raw: ["authorization", secret] }, "names");
    log.error(err);
    log.error({ err, error: err, errors: [err] }, "errors");
    log.error({ err: new AggregateError([err], secret) }, "several errors");
    log.child({ text: secret }).warn("bindings");
    log.info({ text: JSON.stringify({ text: secret }) }, "JSON within");
    log.info({ text: { toJSON: () => secret } }, "by itself");
    boltLogger(log, "info").error(secret, err, { text: secret });

    expect(records()).toHaveLength(11);
    const escaped = JSON.stringify(heart).slice(1, -1);
    for (const line of lines) expect(line).not.toContain(escaped);
  });

  test.each([
    "token",
    "bot_token",
    "SLACK_BOT_TOKEN",
    "accessToken",
    "Authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
    "response_url",
    "responseUrl",
    "response_urls",
    "trigger_id",
    "triggerId",
    "password",
    "passphrase",
    "client_secret",
    "signingSecret",
    "privateKey",
    "private_key",
    "client-key-data",
    "x-slack-signature",
    "ticket",
    "auth",
    "credentials",
  ])("the field %s, at any depth and of any type", (name) => {
    const { log, lines, records } = capture();
    log.info(
      { [name]: "opaque", a: { [name]: 4711, b: [{ c: { d: { e: { [name]: ["opaque", { f: 4711 }] } } } }] } },
      "x",
    );
    log.child({ [name]: "opaque" }).info({ err: Object.assign(new Error("x"), { config: { [name]: "opaque" } }) }, "x");
    expect(records()).toHaveLength(2);
    expect(lines.join("")).not.toMatch(/opaque|4711/);
  });

  test("the bytes of a buffer", () => {
    const { log, records } = capture();
    log.info({ body: Buffer.from("xoxb-1-2-3") }, "x");
    expect(records()).toMatchObject([{ body: "[bytes]" }]);
  });
});

describe("what is no secret stays", () => {
  const digest = `sha256:${hex}`;
  test.each([
    digest,
    `127.0.0.1:5000/shop/checkout@${digest}`,
    `http://127.0.0.1:5000/v2/shop/checkout/manifests/${digest}`,
    `docker-pullable://nginx:1.25@${digest}`,
    `docker-pullable://nginx@${digest}`,
    "3b18e512dba79e4c8300dd08aeb37f8e728b8dad",
    "7b0f0c4e-5a5f-4c5e-9b0a-0d4f0a3c9d11",
    "alice@example.org deployed checkout:v1.2.3",
    "https://registry.example:8443/a/b?tag=v1#x@y",
    'Bearer realm="https://auth.example/token",service="registry.example"',
    "Basic authentication is off",
    "the token is missing; a bot token starts with xoxb-",
    "token: expired",
    "hooks.slack.com did not answer",
    "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
  ])("%s", (text) => {
    const { log, records } = capture();
    log.info({ text, [text]: true }, text.replaceAll("%", ""));
    expect(records()).toMatchObject([{ text, [text]: true, msg: text }]);
  });

  test("such as whether there is a token at all", () => {
    const { log, records } = capture();
    log.info({ token: null, secret: false, password: "" }, "x");
    expect(records()).toMatchObject([{ token: null, secret: false, password: "" }]);
  });

  test("a line tells when, how bad and why", () => {
    const { log, lines, records } = capture();
    log.error({ err: new Error("outer", { cause: new Error("inner") }), workload: "shop/web" }, "could not read");
    expect(lines[0]).toMatch(/^\{"level":"error","time":"20[^"]+Z",.*\}\n$/);
    expect(records()).toMatchObject([
      { workload: "shop/web", msg: "could not read", err: { type: "Error", message: "outer: inner" } },
    ]);
  });

  test("levels below the one asked for are silent", () => {
    const { log, lines } = capture("info");
    log.debug("no");
    log.info("yes");
    expect(lines).toHaveLength(1);
  });
});

describe("whatever is logged", () => {
  const secret = fc.constantFrom(...secrets);
  // closes what is open, so that the text before cannot run on into the secret and be a longer, other thing
  const around = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.constantFrom("\n", '"', "\\", "\\n", "é", "://", "{"),
  );

  test("each call is one line of JSON, and no secret in it survives its surroundings", () => {
    fc.assert(
      fc.property(secret, around, around, fc.jsonValue(), ([, text, heart], before, after, more) => {
        const { log, lines } = capture();
        log.info({ text: `${before} ${text} ${after}`, more }, `${before}\n${text}\n${after}`.replaceAll("%", ""));
        expect(lines).toHaveLength(1);
        expect(lines[0]?.indexOf("\n")).toBe((lines[0]?.length ?? 0) - 1);
        expect(JSON.stringify(JSON.parse(lines[0] ?? ""))).not.toContain(JSON.stringify(heart).slice(1, -1));
      }),
      { numRuns: 500 },
    );
  });

  test("what is circular, deep or throws is logged as far as it goes", () => {
    const { log, lines, records } = capture();
    const circle: Record<string, unknown> = { token: "opaque" };
    circle["self"] = circle;
    let deep: Record<string, unknown> = { text: "the bottom" };
    for (let at = 0; at < 3_000; at += 1) deep = { token: "opaque", deep };
    log.info({ circle }, "x");
    log.info({ deep }, "x");
    log.info({ odd: { token: "opaque", toJSON: () => JSON.parse("opaque") } }, "x");
    expect(records()).toMatchObject([{ msg: "x" }, { msg: "x" }, { msg: "x" }]);
    expect(lines.join("")).not.toContain("opaque");
  });
});

describe("Bolt's logger", () => {
  test("has the type that Bolt wants", () => {
    expectTypeOf<BoltLogger<SlackLevel>>().toExtend<SlackLogger>();
  });

  test("turns Bolt's chatter down to debug and keeps warnings and errors", () => {
    const { log, records } = capture();
    const bolt = boltLogger(log, "info");
    bolt.debug("a", 1);
    bolt.info("connected", "again");
    bolt.warn("slow", { retry: 1 });
    bolt.error(new Error("broken"));
    bolt.error("could not", new Error("broken"), { at: "x" });
    expect(records()).toMatchObject([
      { level: "debug", part: "bolt", msg: "a", details: [1] },
      { level: "debug", msg: "connected again" },
      { level: "warn", msg: "slow", details: [{ retry: 1 }] },
      { level: "error", msg: "broken", err: { message: "broken" } },
      { level: "error", msg: "could not", err: { message: "broken" }, details: [{ at: "x" }] },
    ]);
  });

  test("remembers the level Bolt sets and leaves ours alone", () => {
    const { log, lines } = capture("info");
    const bolt = boltLogger<"info" | "debug">(log, "info");
    bolt.setName("web-api:1");
    bolt.setLevel("debug");
    bolt.debug("still silent");
    expect(bolt.getLevel()).toBe("debug");
    expect(lines).toEqual([]);
  });
});
