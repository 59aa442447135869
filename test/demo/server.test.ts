import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Desk } from "../../demo/desk/desk.ts";
import type { Sight, Spot } from "../../demo/desk/sight.ts";
import { openPage, type Page } from "../../demo/server/server.ts";
import { emptyStage } from "../../demo/stage.ts";

const spot = { person: "U01ALICE", channel: "C0DEPLOYS" };

let page: Page;
let done: object[];
let watchers: Set<() => void>;

beforeEach(async () => {
  done = [];
  watchers = new Set();
  page = await openPage({ desk: createDesk(), stage: emptyStage, port: 0 });
});
afterEach(async () => {
  await page[Symbol.asyncDispose]();
});

/** Remembers what it was told to do. */
function createDesk(): Desk {
  return {
    see,
    watch,
    type: async (it) => act(it),
    press: async (it) => act(it),
    submit: async (it) => {
      await act(it);
      return { errors: { reason: "Say more." }, notice: null };
    },
    dismiss: async (it) => act(it),
    shortcut: async (it) => act(it),
    suggest: async (it) => {
      await act(it);
      return [{ value: "a", label: "A", description: null }];
    },
    payload: (id) => (id === "p1" ? "{}" : null),
  };
}

function see({ person, channel }: Spot): Sight {
  return {
    channel,
    person: `${person}, ${done.length}`,
    items: [],
    people: [],
    places: [],
    modal: null,
    commands: [],
    shortcuts: [],
    names: {},
    seen: [],
  };
}

function watch(changed: () => void): () => void {
  watchers.add(changed);
  return () => watchers.delete(changed);
}

async function act(what: object): Promise<void> {
  done.push(what);
  for (const changed of watchers) changed();
}

describe("only the page itself may act", () => {
  const json = { "content-type": "application/json" };
  const typed = JSON.stringify({ ...spot, thread: null, text: "/whatsrunning" });

  test("with the token that is in the page", async () => {
    const token = /content="([\w-]{32})"/.exec((await ask("/")).text)?.[1] ?? "";
    const reply = await ask("/type", { method: "POST", headers: { ...json, "x-demo-token": token }, body: typed });
    expect(reply.status).toBe(204);
    expect(done).toEqual([{ ...spot, thread: null, text: "/whatsrunning" }]);
  });

  test.each([
    ["without a token", () => json, 403],
    ["with another one", () => ({ ...json, "x-demo-token": "x".repeat(page.token.length) }), 403],
    ["with a part of it", () => ({ ...json, "x-demo-token": page.token.slice(0, -1) }), 403],
    ["from another page", () => ({ ...json, "x-demo-token": page.token, origin: "http://evil.example" }), 403],
    ["from a page on another port", () => ({ ...json, "x-demo-token": page.token, origin: "http://127.0.0.1:1" }), 403],
    ["from nowhere", () => ({ ...json, "x-demo-token": page.token, origin: "null" }), 403],
    ["as a form could", () => ({ "content-type": "text/plain", "x-demo-token": page.token }), 415],
  ])("%s: refused", async (_, headers, status) => {
    expect((await ask("/type", { method: "POST", headers: headers(), body: typed })).status).toBe(status);
    expect(done).toEqual([]);
  });

  test.each([
    ["/type", { ...spot, thread: null, text: "   " }],
    ["/type", { ...spot, thread: null, text: "a".repeat(3_001) }],
    ["/type", { ...spot, text: "a" }],
    ["/type", { thread: null, text: "a" }],
    ["/type", "not an object"],
    ["/press", { ...spot, message: "1.2", blockId: "b" }],
    ["/press", { ...spot, message: "1.2", blockId: "b", actionId: "share", value: 5 }],
    ["/submit", { ...spot, view: "V1", values: { reason: { text: "a" } } }],
    ["/lever", { id: 5 }],
  ])("%s with %j is not what the page sends", async (path, body) => {
    expect((await post(path, JSON.stringify(body))).status).toBe(400);
    expect(done).toEqual([]);
  });

  test("nor more than anybody types, nor something that is no JSON", async () => {
    expect(
      (await post("/type", JSON.stringify({ ...spot, thread: null, text: "a", more: "a".repeat(20_000) }))).status,
    ).toBe(400);
    expect((await post("/type", "{")).status).toBe(400);
    expect((await post("/elsewhere", "{}")).status).toBe(404);
  });
});

test("what is asked back is answered", async () => {
  const submitted = await post(
    "/submit",
    JSON.stringify({ ...spot, view: "V1", values: { reason: "a", tick: ["b"] } }),
  );
  expect(JSON.parse(submitted.text)).toEqual({ errors: { reason: "Say more." }, notice: null });
  const where = { ...spot, message: "1.2", blockId: "b", actionId: "open", query: "ch" };
  const offered = await post("/suggest", JSON.stringify(where));
  expect(JSON.parse(offered.text)).toEqual([{ value: "a", label: "A", description: null }]);
  expect((await ask("/payload?id=p1")).text).toBe("{}");
  expect((await ask("/payload?id=p2")).status).toBe(404);
});

describe("a name that is pointed at this machine sees nothing", () => {
  test.each(["evil.example", "127.0.0.1", "localhost:1", "127.0.0.1.evil.example:80", "0.0.0.0:80"])(
    "%s",
    async (host) => {
      for (const path of ["/", "/events", "/main.ts"]) {
        const reply = await ask(path, { headers: { host } });
        expect([400, 421]).toContain(reply.status);
        expect(reply.text).not.toContain(page.token);
      }
    },
  );

  test("localhost is this machine", async () => {
    const { port } = new URL(page.url);
    expect((await ask("/", { headers: { host: `localhost:${port}` } })).status).toBe(200);
  });
});

describe("the page", () => {
  test.each(["/", "/main.ts", "/style/base.css", "/icon.svg", "/nothing", "/type"])(
    "%s has the headers",
    async (path) => {
      const { headers } = await ask(path);
      expect(headers["content-security-policy"]).toMatch(/^default-src 'self';.* frame-ancestors 'none'/);
      expect(headers["content-security-policy"]).not.toContain("unsafe");
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "same-origin",
      });
    },
  );

  test("has no script or style of its own, so that the policy holds", async () => {
    const { text } = await ask("/");
    expect(text).not.toMatch(/<script(?![^>]*\ssrc="\/)|<style|\sstyle=|\son\w+=|https?:/);
  });

  test("is served with all that it imports, as JavaScript", async () => {
    const seen = new Set<string>();
    const waiting = ["/main.ts"];
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      if (seen.has(path)) continue;
      seen.add(path);
      const { status, text, headers } = await ask(path);
      expect([path, status, headers["content-type"]]).toEqual([path, 200, "text/javascript; charset=utf-8"]);
      expect(text).not.toMatch(/\bimport type\b|innerHTML|insertAdjacentHTML|document\.write/);
      waiting.push(
        ...Array.from(
          text.matchAll(/from "(\.[\w./-]+\.ts)"/g),
          ([, it = ""]) => new URL(it, new URL(path, "http://page")).pathname,
        ),
      );
    }
    expect(seen.size).toBeGreaterThan(5);
  });

  test.each([
    "/../start.ts",
    "/%2e%2e/start.ts",
    "/..%2fstart.ts",
    "/page/main.ts",
    "//etc/passwd",
    "/index.html",
    "/tsconfig.json",
  ])("%s is not there", async (path) => {
    expect((await ask(path)).status).toBe(404);
  });
});

test("the conversation is told at once and after each change, until somebody leaves", async () => {
  const leaving = new AbortController();
  const reply = await fetch(new URL("/events?person=alice&channel=C0", page.url), { signal: leaving.signal });
  const told: string[] = [];
  const reading = (async () => {
    for await (const chunk of reply.body ?? []) told.push(Buffer.from(chunk).toString());
  })().catch(() => null);
  await expect.poll(() => told.join("")).toContain('"person":"alice, 0"');
  await post("/press", JSON.stringify({ ...spot, message: "1.2", blockId: "b", actionId: "share" }));
  await expect.poll(() => told.join("")).toContain('"person":"alice, 1"');
  expect(done).toEqual([{ ...spot, message: "1.2", blockId: "b", actionId: "share" }]);
  leaving.abort();
  await reading;
  await expect.poll(() => watchers.size).toBe(0);
});

test("a port that is taken is said, and another one is used", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const address = other.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  await using second = await openPage({ desk: createDesk(), stage: emptyStage, port });
  expect(second.portTaken).toBe(port);
  expect(new URL(second.url).port).not.toBe(String(port));
  expect((await fetch(second.url)).status).toBe(200);
  expect(page.portTaken).toBeNull();
  other.close();
});

type Asked = { readonly method?: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: string };

async function post(path: string, body: string) {
  return ask(path, {
    method: "POST",
    headers: { "content-type": "application/json", "x-demo-token": page.token },
    body,
  });
}

/** Says `Host` and writes the path as told, which `fetch` does not. Of what never ends, the beginning. */
async function ask(path: string, { method = "GET", headers = {}, body }: Asked = {}) {
  const { hostname, port } = new URL(page.url);
  const outgoing = request({ hostname, port, path, method, headers, agent: false });
  outgoing.end(body);
  const answered = Promise.withResolvers<IncomingMessage>();
  outgoing.on("response", answered.resolve).on("error", answered.reject);
  const incoming = await answered.promise;
  const chunks = await incoming.toArray();
  return { status: incoming.statusCode, headers: incoming.headers, text: Buffer.concat(chunks).toString() };
}
