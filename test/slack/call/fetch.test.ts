import { once } from "node:events";
import { createServer as createTcp, type Socket } from "node:net";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { fetchWithin } from "../../../src/slack/call/fetch.ts";

const posted = { method: "POST", headers: { "Content-Type": "application/json" }, body: '{"text":"schön"}' };

describe("what is posted", () => {
  test("comes whole, with its length in bytes, and its answer is read", async () => {
    await using slack = await answering(async (req, res) => {
      const got = { type: req.headers["content-type"], length: req.headers["content-length"], body: await text(req) };
      res.writeHead(201, { "Retry-After": "7" }).end(JSON.stringify(got));
    });
    const answer = await fetchWithin(5_000)(slack.url, posted);
    expect(answer).toMatchObject({ ok: true, status: 201, statusText: "Created", url: `${slack.url}/` });
    expect(answer.headers.get("retry-after")).toBe("7");
    expect(answer.headers.get("Retry-After")).toBe("7");
    expect(answer.headers.get("x-none")).toBeNull();
    expect(await answer.json()).toEqual({ type: "application/json", length: "17", body: posted.body });
    expect(new TextDecoder().decode(await answer.arrayBuffer())).toBe(await answer.text());
  });

  test("uses the connection of what was posted before", async () => {
    const connections = new Set<Socket>();
    await using slack = await answering((req, res) => {
      connections.add(req.socket);
      res.end("ok");
    });
    const post = fetchWithin(5_000);
    for (let times = 0; times < 3; times += 1) expect((await post(slack.url, posted)).ok).toBe(true);
    expect(connections.size).toBe(1);
  });

  test("is refused by a status that says so, which is an answer", async () => {
    await using slack = await answering((_, res) => res.writeHead(429, { "retry-after": "30" }).end());
    expect(await fetchWithin(5_000)(slack.url, posted)).toMatchObject({ ok: false, status: 429 });
  });

  test("goes to no other address than that", async () => {
    await using elsewhere = await answering((_, res) => res.end("what was meant for Slack"));
    await using slack = await answering((_, res) => res.writeHead(307, { location: elsewhere.url }).end());
    expect(await fetchWithin(5_000)(slack.url, posted)).toMatchObject({ ok: false, status: 307 });
  });

  test("is text: a file is not for this", async () => {
    await expect(fetchWithin(5_000)("http://127.0.0.1:1", { method: "POST", body: new FormData() })).rejects.toThrow(
      "Slack is posted text",
    );
  });
});

describe("when Slack", () => {
  test("cannot be reached, it says why", async () => {
    const slack = await answering(() => {});
    await slack[Symbol.asyncDispose]();
    await expect(fetchWithin(5_000)(slack.url, posted)).rejects.toThrow("ECONNREFUSED");
  });

  test("says nothing, there is an end", async () => {
    await using slack = await answering(() => {});
    await expect(fetchWithin(50)(slack.url, posted)).rejects.toMatchObject({ name: "TimeoutError" });
  });

  test("says no more in the middle of an answer, there is an end", async () => {
    await using slack = await answering((_, res) => void res.writeHead(200).write("{"));
    await expect(fetchWithin(50)(slack.url, posted)).rejects.toMatchObject({ name: "TimeoutError" });
  });

  test("goes in the middle of an answer, that is no answer", async () => {
    await using slack = await answering((_, res) => {
      res.writeHead(200, { "content-length": 100 }).write("{", () => res.destroy());
    });
    await expect(fetchWithin(5_000)(slack.url, posted)).rejects.toThrow("aborted");
  });

  test("takes the connection and nothing that comes, there is an end", async () => {
    await using slack = await deaf();
    await expect(fetchWithin(50)(slack.url, posted)).rejects.toMatchObject({ name: "TimeoutError" });
  });

  test("was not asked because we stop, it says so", async () => {
    const stopped = AbortSignal.abort(new Error("we are closing"));
    await using slack = await answering((_, res) => res.end("ok"));
    await expect(fetchWithin(5_000)(slack.url, { ...posted, signal: stopped })).rejects.toThrow("we are closing");
  });
});

async function answering(answer: (req: IncomingMessage, res: ServerResponse) => unknown) {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: urlOf(server.address()), [Symbol.asyncDispose]: async () => close(server) };

  async function close(it: typeof server): Promise<void> {
    it.closeAllConnections();
    it.close();
    await once(it, "close");
  }
}

/** Takes a connection and never says a word, as a server whose process is frozen. */
async function deaf() {
  const sockets = new Set<Socket>();
  const server = createTcp({ pauseOnConnect: true }, (it) => void sockets.add(it)).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: urlOf(server.address()),
    async [Symbol.asyncDispose]() {
      for (const it of sockets) it.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function urlOf(address: string | { readonly port: number } | null): string {
  return `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
}
