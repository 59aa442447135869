import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClaimsDoor } from "../../../src/http/claims.ts";
import type { Store } from "../../../src/ports.ts";
import { createRedisStore } from "../../../src/store/redis.ts";
import { createSqliteStore } from "../../../src/store/sqlite.ts";
import { type RedisServer, startRedis } from "../../store/redis-server.ts";
import { built, digest, nothing, openDoor, shared } from "./door.ts";
import { now } from "./issuer.ts";

const whole = {
  ...built,
  tag: "1.4.2",
  commit: "a1b9f2e0c4d5e6f708192a3b4c5d6e7f80910a1b",
  source: "https://git.example/acme/shop",
  actor: "alice",
  run: "https://git.example/acme/shop/runs/17",
  environment: "prod",
  manifestCommit: "b1b9f2e",
  migration: "compatible",
  subject: "Ship it (#12)",
  parents: ["c1b9f2e"],
  at: "2026-11-25T15:00:00+01:00",
};

let redis: RedisServer & AsyncDisposable;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

let installations = 0;
const stores: Readonly<Record<string, () => Store & AsyncDisposable>> = {
  SQLite: () => createSqliteStore({ path: ":memory:", clock: { now: () => now } }),
  Redis: () =>
    createRedisStore({ url: redis.url, installation: `claims-${(installations += 1)}`, clock: { now: () => now } }),
};

describe.each(Object.entries(stores))("a claim, in %s,", (_, openStore) => {
  test("is kept with all that was said, and with who stood in for it", async () => {
    await using store = openStore();
    await using door = await openDoor({ store });
    const { status, body } = await door.send(whole);
    expect([status, body]).toEqual([202, { ...built, voucher: "token", verified: [] }]);
    const { image: _image, ...said } = whole;
    expect(await door.recording.claimsOf(digest)).toEqual({
      complete: true,
      claims: [
        {
          ...said,
          repository: "ghcr.io/acme/checkout",
          digest,
          at: Date.UTC(2026, 10, 25, 14),
          receivedAt: now,
          voucher: { kind: "token" },
        },
      ],
    });
  });

  test("sent again is the same claim, also ten times at once", async () => {
    await using store = openStore();
    await using door = await openDoor({ store });
    const first = await door.send(whole);
    const stored = await door.stored();
    door.clock.at += 60_000;
    const again = await Promise.all(Array.from({ length: 10 }, () => door.send(whole)));
    for (const it of again) expect([it.status, it.body]).toEqual([first.status, first.body]);
    expect(await door.stored()).toEqual(stored);
    expect(stored.records).toHaveLength(1);
  });

  test("is found by a commit and by its beginning, and not by another", async () => {
    await using store = openStore();
    await using door = await openDoor({ store });
    await door.send(whole);
    await door.send({ ...whole, stage: "scanned" });
    await door.send({ ...whole, stage: "deployed", commit: "ffffff1" });
    const stagesFrom = async (commit: string) =>
      (await door.recording.claimsFrom(commit)).claims.map((it) => it.stage).toSorted();
    expect(await stagesFrom(whole.commit)).toEqual(["built", "scanned"]);
    expect(await stagesFrom("a1b9f2e")).toEqual(["built", "scanned"]);
    expect(await stagesFrom("a1b9f2f")).toEqual([]);
  });
});

describe("a claim is refused, and nothing stored,", () => {
  test.each<[string, string, unknown]>([
    ["without a stage", "stage", { image: built.image }],
    ["of an unknown stage", "stage", { ...built, stage: "tested" }],
    ["without an image", "image", { stage: "built" }],
    ["about an image by tag", "image", { ...built, image: "ghcr.io/acme/checkout:1.4.2" }],
    ["about half a digest", "image", { ...built, image: "ghcr.io/acme/checkout@sha256:abc" }],
    ["about no image", "image", { ...built, image: `<!channel>@${digest}` }],
    ["about an endless image", "image", { ...built, image: `${"a/".repeat(2000)}b@${digest}` }],
    ["about an image that is a number", "image", { ...built, image: 5 }],
    ["with no tag", "tag", { ...built, tag: "a tag" }],
    ["with two tags", "tag", { ...built, image: `ghcr.io/acme/checkout:1@${digest}`, tag: "2" }],
    ["with a branch as its commit", "commit", { ...built, commit: "main" }],
    ["with a commit that is too short", "commit", { ...built, commit: "a1b9f2" }],
    ["with a list as its commit", "commit", { ...built, commit: ["a1b9f2e"] }],
    ["with a script as its source", "source", { ...built, source: "javascript:alert(1)" }],
    ["with a password in its run", "run", { ...built, run: "https://u:hunter2hunter2@ci.example/1" }],
    ["with a line break in its actor", "actor", { ...built, actor: "alice\nroot" }],
    ["with half a character", "actor", `{"stage":"built","image":"${built.image}","actor":"\\ud800"}`],
    ["with an endless environment", "environment", { ...built, environment: "x".repeat(64) }],
    ["with an unknown migration", "migration", { ...built, migration: "maybe" }],
    ["with a date of people", "at", { ...built, at: "25/11/2026" }],
    ["of the future", "at", { ...built, at: "2026-11-25T14:12:01Z" }],
    ["of the last century", "at", { ...built, at: "1999-12-31T00:00:00Z" }],
    ["with a misspelt field", "enviroment", { ...built, enviroment: "prod" }],
    [
      "with a field that reaches for the prototype",
      "__proto__",
      `{"stage":"built","image":"${built.image}","__proto__":{"x":1}}`,
    ],
  ])("%s: it names %s", async (_, field, body) => {
    await using door = await openDoor();
    const answer = await door.send(body);
    expect([answer.status, answer.type]).toEqual([400, "application/problem+json"]);
    expect(answer.body).toMatchObject({ type: "about:blank", status: 400, field, errors: [{ field }] });
    expect(JSON.stringify(answer.body)).not.toMatch(/hunter2|<!channel>/);
    expect(await door.stored()).toEqual(nothing);
  });

  test("with several faults: it names them all", async () => {
    await using door = await openDoor();
    const { body } = await door.send({ stage: "x", image: "y", commit: "z" });
    expect(body).toMatchObject({ field: "stage", errors: [{ field: "stage" }, { field: "commit" }] });
  });

  test.each(["", "null", "[]", '"built"', "{", "stage=built", "\u0000"])("when its body is %j", async (body) => {
    await using door = await openDoor();
    expect(await door.send(body)).toMatchObject({ status: 400, body: { detail: "the body must be one JSON object" } });
    expect(await door.stored()).toEqual(nothing);
  });

  test.each([
    ["no token", ""],
    ["another token", "Bearer correct-horse-battery-staplf"],
    ["the beginning of the token", `Bearer ${shared.slice(0, -1)}`],
    ["more than the token", `Bearer ${shared}x`],
    ["the token and something else", `Bearer ${shared} x`],
    ["another scheme", `Basic ${Buffer.from(`x:${shared}`).toString("base64")}`],
    ["the token alone", shared],
  ])("from somebody with %s", async (_, authorization) => {
    await using door = await openDoor();
    const answer = await door.send(built, { authorization });
    expect([answer.status, answer.type, answer.headers.get("www-authenticate")]).toEqual([
      401,
      "application/problem+json",
      "Bearer",
    ]);
    expect(JSON.stringify([answer.body, door.said])).not.toContain("correct-horse");
    expect(await door.stored()).toEqual(nothing);
  });

  test.each([
    { "content-type": "text/plain" },
    { "content-type": "application/x-www-form-urlencoded" },
    { "content-type": "" },
    { "content-encoding": "gzip" },
  ])("with %j", async (headers) => {
    await using door = await openDoor();
    expect((await door.send(built, headers)).status).toBe(415);
    expect(await door.stored()).toEqual(nothing);
  });

  test("when it is larger than any claim, whatever length it announces", async () => {
    await using door = await openDoor();
    expect((await door.send({ ...built, actor: "x".repeat(17_000) })).status).toBe(413);
    const head = `POST /v1/claims HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${shared}\r\ncontent-type: application/json`;
    const chunk = `4000\r\n${"x".repeat(0x4000)}\r\n`;
    const answer = await raw(door.port, `${head}\r\ntransfer-encoding: chunked\r\n\r\n${chunk}${chunk}`);
    expect(answer).toMatch(/^HTTP\/1\.1 413 [^]*connection: close/i);
    expect(await door.stored()).toEqual(nothing);
  });

  test("without its body being taken for the next request", async () => {
    await using door = await openDoor();
    const smuggled = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
    const head = `POST /v1/claims HTTP/1.1\r\nhost: x\r\ncontent-length: ${smuggled.length}\r\n\r\n`;
    expect((await raw(door.port, head + smuggled)).match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 401"]);
  });

  test("when its body does not come", async () => {
    await using door = await openDoor({ limits: { bodyMs: 50 } });
    const head = `POST /v1/claims HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${shared}\r\ncontent-type: application/json`;
    expect(await raw(door.port, `${head}\r\ncontent-length: 100\r\n\r\n{`)).toMatch(/^HTTP\/1\.1 408 /);
    expect(await door.stored()).toEqual(nothing);
  });

  test("when there are too many, and taken once their time has come", async () => {
    await using door = await openDoor({ limits: { claims: { perSecond: 0.5, burst: 3 } } });
    for (const actor of ["a", "b", "c"]) expect((await door.send({ ...built, actor })).status).toBe(202);
    const answer = await door.send({ ...built, actor: "d" });
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, "2"]);
    expect((await door.stored()).records).toHaveLength(3);
    door.clock.at += 2_000;
    expect((await door.send({ ...built, actor: "d" })).status).toBe(202);
  });

  test("and a flood of wrong tokens fills no log and shuts nobody out", async () => {
    await using door = await openDoor({ limits: { refusals: { perSecond: 1, burst: 5 } } });
    const wrong = await Promise.all(Array.from({ length: 50 }, () => door.sendAs("wrong-wrong-wrong")));
    expect(wrong.filter((it) => it.status === 401)).toHaveLength(5);
    expect(wrong.filter((it) => it.status === 429)).toHaveLength(45);
    expect(door.said).toHaveLength(5);
    expect((await door.send(built)).status).toBe(202);
  });

  test("and a flood of right ones that are too many fills no log either", async () => {
    const limits = { claims: { perSecond: 1, burst: 1 }, refusals: { perSecond: 1, burst: 5 } };
    await using door = await openDoor({ limits });
    const answers = await Promise.all(Array.from({ length: 50 }, () => door.send(built)));
    expect(answers.filter((it) => it.status === 429)).toHaveLength(49);
    expect(door.said).toHaveLength(6);
  });

  test("when the store is down, with word to send it again; then it is kept", async () => {
    await using own = await startRedis();
    await using store = createRedisStore({ url: own.url, clock: { now: () => now } });
    await using door = await openDoor({ store });
    expect((await door.send(built)).status).toBe(202);
    await own.kill();
    const answer = await door.send({ ...built, stage: "scanned" });
    expect([answer.status, answer.type, answer.headers.get("retry-after")]).toEqual([
      503,
      "application/problem+json",
      "5",
    ]);
    expect(door.said.some((it) => it.includes("could not keep a claim"))).toBe(true);
    await own.restart();
    await expect.poll(async () => (await door.send({ ...built, stage: "scanned" })).status).toBe(202);
    expect((await door.stored()).records).toHaveLength(2);
  });
});

describe("the door", () => {
  test("does not exist while nobody could be believed", async () => {
    await using door = await openDoor();
    const { recording, clock } = door;
    const log = { error: () => {}, warn: () => {}, info: () => {} };
    expect(createClaimsDoor({ recording, token: null, issuers: [], clock, log })).toBeNull();
  });

  test("takes nothing but POST", async () => {
    await using door = await openDoor();
    expect((await fetch(`http://127.0.0.1:${door.port}/v1/claims`)).status).toBe(405);
  });

  test("takes nothing that is left out for something said: nothing, null and an empty text are one", async () => {
    await using door = await openDoor();
    await door.send(built);
    await door.send({ ...built, tag: "", commit: null, at: "" });
    expect((await door.stored()).records).toHaveLength(1);
  });

  test("says in its log who claimed what, and no secret", async () => {
    await using door = await openDoor();
    await door.send(whole);
    expect(door.said).toEqual([
      JSON.stringify(["kept a claim", { stage: "built", repository: "ghcr.io/acme/checkout", digest, by: "token" }]),
    ]);
  });
});

/** Everything that comes back until the other side hangs up. */
async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let answer = "";
  socket.on("error", () => undefined); // it hangs up before all was sent
  socket.setEncoding("utf8").on("data", (it: string) => (answer += it));
  socket.write(text);
  await once(socket, "close");
  return answer;
}
