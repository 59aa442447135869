import { SignJWT, UnsecuredJWT, exportSPKI } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { built, nothing, openDoor } from "./door.ts";
import { now, seconds, startIssuer, type TestIssuer } from "./issuer.ts";

let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer[Symbol.asyncDispose]());
beforeEach(() => {
  issuer.asked.length = 0;
  Object.assign(issuer.given, { keys: [issuer.first.jwk], answer: null, about: {}, moved: false });
});

const open = (more: Parameters<typeof openDoor>[0] = {}) =>
  openDoor({
    token: null,
    issuers: [{ issuer: issuer.url, audience: "whatsrunning", repositories: ["acme/shop"] }],
    ...more,
  });

describe("a job of a repository that the configuration names", () => {
  test("is believed, and what its platform signed fills the gaps", async () => {
    await using door = await open();
    const { status, body } = await door.sendAs(await issuer.token());
    const verified = ["commit", "actor", "source", "run"];
    expect([status, body]).toEqual([202, { ...built, voucher: "oidc", verified }]);
    expect((await door.stored()).records).toMatchObject([
      {
        commit: "a1b9f2e0c4d5e6f708192a3b4c5d6e7f80910a1b",
        actor: "alice",
        source: `${issuer.url}/acme/shop`,
        run: `${issuer.url}/acme/shop/actions/runs/17`,
        voucher: {
          kind: "oidc",
          issuer: issuer.url,
          subject: "repo:acme/shop:ref:refs/heads/main",
          repository: "acme/shop",
          workflow: "acme/shop/.github/workflows/build.yml@refs/heads/main",
          verified,
        },
      },
    ]);
  });

  test("may sign with an elliptic curve, and have an audience among others", async () => {
    await using door = await open();
    const curve = await issuer.keyPair("curve", "ES256");
    issuer.given.keys = [issuer.first.jwk, curve.jwk];
    expect((await door.sendAs(await issuer.token({ aud: ["x", "whatsrunning"] }, { key: curve }))).status).toBe(202);
  });

  test("may carry GitLab's words", async () => {
    await using door = await open();
    const gitlab = {
      project_path: "acme/shop",
      user_login: "bob",
      pipeline_id: "5",
      job_id: "9",
      repository: undefined,
    };
    const job = await issuer.token({ ...gitlab, actor: undefined, run_id: undefined });
    const run = `${issuer.url}/acme/shop/-/jobs/9`;
    expect((await door.sendAs(job, { ...built, actor: "bob", run })).status).toBe(202);
    expect((await door.stored()).records).toMatchObject([{ actor: "bob", run, voucher: { repository: "acme/shop" } }]);
    expect((await door.sendAs(job, { ...built, run: `${issuer.url}/acme/shop/-/jobs/99` })).body).toMatchObject({
      status: 400,
      field: "run",
    });
  });

  test.each([
    ["commit", { commit: "b".repeat(40) }],
    ["actor", { actor: "mallory" }],
    ["source", { source: "https://git.example/acme/other" }],
    ["run", { run: "https://git.example/acme/shop/actions/runs/18" }],
  ])("cannot contradict its token: %s", async (field, wrong) => {
    await using door = await open();
    const { status, type, body } = await door.sendAs(await issuer.token(), { ...built, ...wrong });
    expect([status, type]).toEqual([400, "application/problem+json"]);
    expect(body).toMatchObject({ field, detail: `${field} must be what the job's token says, or be left out` });
    expect(await door.stored()).toEqual(nothing);
  });

  test("may say the same as its token in other words", async () => {
    await using door = await open();
    const same = { commit: "A1B9F2E", actor: "alice", source: `${issuer.url}/acme/shop.git` };
    expect((await door.sendAs(await issuer.token(), { ...built, ...same })).status).toBe(202);
    expect((await door.stored()).records).toMatchObject([{ commit: "a1b9f2e0c4d5e6f708192a3b4c5d6e7f80910a1b" }]);
  });

  test("that deploys does not lend its own commit to the image", async () => {
    await using door = await open();
    const deployed = { ...built, stage: "deployed", environment: "prod" };
    await door.sendAs(await issuer.token(), deployed);
    await door.sendAs(await issuer.token(), { ...deployed, commit: "b".repeat(40) });
    expect((await door.stored()).records).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({ commit: null }),
        expect.objectContaining({ commit: "b".repeat(40) }),
      ]),
    );
  });
});

describe("a token is refused, and nothing stored,", () => {
  const cases: Readonly<Record<string, readonly [number, RegExp, () => Promise<string> | string]>> = {
    "that nobody signed": [
      401,
      /must be signed with RS256 or ES256/,
      () => new UnsecuredJWT({ iss: issuer.url, aud: "whatsrunning", repository: "acme/shop" }).encode(),
    ],
    "signed with the public key as if that were a secret": [
      401,
      /must be signed with RS256 or ES256/,
      async () =>
        new SignJWT({ iss: issuer.url, aud: "whatsrunning", repository: "acme/shop", sub: "x", iat: seconds })
          .setProtectedHeader({ alg: "HS256", kid: "one" })
          .setExpirationTime(seconds + 300)
          .sign(new TextEncoder().encode(await exportSPKI(issuer.first.publicKey))),
    ],
    "of an algorithm that no platform uses": [
      401,
      /must be signed with RS256 or ES256/,
      async () => issuer.token({}, { key: await issuer.keyPair("one", "RS384") }),
    ],
    "of another issuer": [401, /issuer is none/, () => issuer.token({ iss: "https://token.evil.example" })],
    "of no issuer": [401, /not known/, () => issuer.token({ iss: undefined })],
    "for another audience": [401, /another audience/, () => issuer.token({ aud: "sts.amazonaws.com" })],
    "for no audience": [401, /another audience/, () => issuer.token({ aud: undefined })],
    "with a key that its issuer does not publish": [
      401,
      /not signed by its issuer/,
      async () => issuer.token({}, { key: await issuer.keyPair("two") }),
    ],
    "signed by somebody else under the name of a published key": [
      401,
      /not signed by its issuer/,
      async () => issuer.token({}, { key: await issuer.keyPair("one") }),
    ],
    "changed after it was signed": [
      401,
      /not signed by its issuer/,
      async () => {
        const [head, , signature] = (await issuer.token()).split(".");
        const [, payload] = (await issuer.token({ actor: "root" })).split(".");
        return [head, payload, signature].join(".");
      },
    ],
    "that has expired": [
      401,
      /has expired: by the clock here it is 2026-11-25T14:02/,
      () => issuer.token({ exp: seconds - 31 }),
    ],
    "that never expires": [401, /claim exp is not right/, () => issuer.token({ exp: undefined })],
    "that is old": [401, /too old: by the clock/, () => issuer.token({ iat: seconds - 3_700 })],
    "of the future": [401, /not valid yet: by the clock/, () => issuer.token({ iat: seconds + 600 })],
    "not valid yet": [401, /not valid yet: by the clock/, () => issuer.token({ nbf: seconds + 600 })],
    "of no subject": [401, /claim sub is not right/, () => issuer.token({ sub: undefined })],
    "with an extension that must be understood": [401, /cannot be read/, unsignable],
    "of another repository": [
      403,
      /does not name the repository acme\/other$/,
      () => issuer.token({ repository: "acme/other" }),
    ],
    "of a repository that only looks the same": [403, /does not name/, () => issuer.token({ repository: "acme/Shop" })],
    "of no repository": [403, /names no repository/, () => issuer.token({ repository: undefined })],
    "with a repository that is no text": [
      403,
      /names no repository/,
      () => issuer.token({ repository: ["acme/shop"] }),
    ],
    "in two parts": [401, /not known/, () => "eyJhbGciOiJSUzI1NiJ9.e30"],
    "that is no token": [401, /not known/, () => "correct-horse"],
  };

  test.each(Object.entries(cases))("%s", async (_, [status, why, token]) => {
    await using door = await open();
    const answer = await door.sendAs(await token());
    expect(answer).toMatchObject({
      status,
      type: "application/problem+json",
      body: { detail: expect.stringMatching(why) },
    });
    expect(answer.headers.get("www-authenticate")).toBe(status === 401 ? "Bearer" : null);
    expect(await door.stored()).toEqual(nothing);
  });

  test("and the address that it names for its own key is never asked", async () => {
    await using stranger = await startIssuer();
    await using door = await open();
    const header = { jku: `${stranger.url}/.well-known/jwks`, jwk: stranger.first.jwk, x5u: stranger.url };
    const token = await issuer.token({}, { key: stranger.first, header });
    expect((await door.sendAs(token)).status).toBe(401);
    expect(stranger.asked).toEqual([]);
  });

  test("and no token is repeated in a log or an answer", async () => {
    await using door = await open();
    const token = await issuer.token({ repository: "acme/other" });
    const { body } = await door.sendAs(token);
    for (const part of token.split(".")) {
      expect(JSON.stringify(body)).not.toContain(part);
      expect(door.said.join("\n")).not.toContain(part);
    }
    expect(door.said).toHaveLength(1);
  });
});

describe("the keys of an issuer", () => {
  test("are read once for many jobs", async () => {
    await using door = await open();
    const token = await issuer.token();
    const answers = await Promise.all(Array.from({ length: 20 }, () => door.sendAs(token)));
    expect(new Set(answers.map((it) => it.status))).toEqual(new Set([202]));
    expect(issuer.asked).toEqual(["/.well-known/openid-configuration", "/.well-known/jwks"]);
    expect((await door.stored()).records).toHaveLength(1);
  });

  test("are read again for a new key, but not for every key that somebody invents", async () => {
    await using door = await open();
    expect((await door.sendAs(await issuer.token())).status).toBe(202);
    const next = await issuer.keyPair("next");
    issuer.given.keys = [issuer.first.jwk, next.jwk];
    const token = await issuer.token({}, { key: next });
    for (let tries = 0; tries < 5; tries += 1) expect((await door.sendAs(token)).status).toBe(401);
    expect(issuer.asked).toHaveLength(2);
    door.clock.at += 30_000;
    expect((await door.sendAs(token)).status).toBe(202);
    expect(issuer.asked).toHaveLength(4);
  });

  test("that a platform has withdrawn are not believed after ten minutes", async () => {
    await using door = await open();
    const token = await issuer.token({ exp: seconds + 3_600 });
    expect((await door.sendAs(token)).status).toBe(202);
    issuer.given.keys = [(await issuer.keyPair("next")).jwk];
    door.clock.at = now + 10 * 60_000;
    expect((await door.sendAs(token)).status).toBe(401);
  });

  test("are good for an hour when the platform does not answer", async () => {
    await using door = await open();
    const token = await issuer.token({ exp: seconds + 7_200 });
    expect((await door.sendAs(token)).status).toBe(202);
    issuer.given.answer = (_, res) => res.writeHead(500).end();
    door.clock.at = now + 50 * 60_000;
    expect((await door.sendAs(token)).status).toBe(202);
  });

  test.each<[string, (at: TestIssuer) => void]>([
    ["it is broken", (at) => (at.given.answer = (_, res) => res.writeHead(500).end())],
    ["it hangs", (at) => (at.given.answer = () => undefined)],
    ["it sends elsewhere", (at) => (at.given.moved = true)],
    ["it sends no JSON", (at) => (at.given.answer = (_, res) => res.end("<html>"))],
    ["it sends no end of bytes", (at) => (at.given.about = { padding: "x".repeat(300_000) })],
    ["it names another issuer", (at) => (at.given.about = { issuer: "https://other.example" })],
    ["its keys are none", (at) => (at.given.keys = [{ kty: "RSA", kid: "one", n: "?", e: "?" }])],
  ])("cannot be had: %s. Then nobody can tell, which is not a refusal", async (_, breakIt) => {
    await using door = await open({ limits: { keysMs: 300 } });
    breakIt(issuer);
    const { status, headers, body } = await door.sendAs(await issuer.token());
    expect([status, headers.get("retry-after")]).toEqual([503, "30"]);
    expect(body).toMatchObject({ detail: "the keys of the token's issuer cannot be had" });
    expect(await door.stored()).toEqual(nothing);
  });

  test("are asked for at no other host, whatever the issuer says of it", async () => {
    await using stranger = await startIssuer();
    stranger.given.keys = issuer.given.keys;
    issuer.given.about = { jwks_uri: `${stranger.url}/.well-known/jwks` };
    await using door = await open();
    expect((await door.sendAs(await issuer.token())).status).toBe(503);
    expect(stranger.asked).toEqual([]);
  });

  test("are not asked for again and again while they cannot be had, and are once they can", async () => {
    await using door = await open();
    const token = await issuer.token();
    issuer.given.answer = (_, res) => res.writeHead(500).end();
    for (let tries = 0; tries < 5; tries += 1) expect((await door.sendAs(token)).status).toBe(503);
    expect(issuer.asked).toHaveLength(1);
    issuer.given.answer = null;
    door.clock.at += 30_000;
    expect((await door.sendAs(token)).status).toBe(202);
  });
});

/** jose does not sign what it would not read, so the header is put in front by hand. */
async function unsignable(): Promise<string> {
  const [, payload, signature] = (await issuer.token()).split(".");
  const head = Buffer.from(JSON.stringify({ alg: "RS256", kid: "one", crit: ["x"], x: 1 })).toString("base64url");
  return [head, payload, signature].join(".");
}
