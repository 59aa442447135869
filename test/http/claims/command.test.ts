import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { runClaimCommand } from "../../../src/http/claims/command.ts";
import { built, digest, openDoor, shared } from "./door.ts";
import { now } from "./issuer.ts";

const args = ["built", "--image", built.image];

/** Time passes only where it is slept. */
function clockAt(at: number) {
  const slept: number[] = [];
  const passed = () => slept.reduce((sum, it) => sum + it, at);
  return { slept, now: passed, sleep: async (ms: number) => void slept.push(ms) };
}

async function answering(answer: (req: IncomingMessage, res: ServerResponse) => void) {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return { url, [Symbol.asyncDispose]: close };
}

describe("npm run claim", () => {
  test("tells the bot all that was said, and the time of it", async () => {
    await using door = await openDoor();
    const more = ["--commit", "a1b9f2e", "--manifest-commit", "b1b9f2e", "--environment", "prod"];
    const git = ["--subject", "Ship it", "--parents", "c1b9f2e\nd1b9f2e\n"];
    const url = `http://127.0.0.1:${door.port}/`;
    const ended = await runClaimCommand({ args: [...args, ...more, ...git], url, token: shared, clock: clockAt(now) });
    expect(ended).toEqual({ code: 0, words: `the bot has it: built ${built.image}` });
    expect((await door.stored()).records).toMatchObject([
      {
        stage: "built",
        digest,
        commit: "a1b9f2e",
        subject: "Ship it",
        parents: ["c1b9f2e", "d1b9f2e"],
        manifestCommit: "b1b9f2e",
        environment: "prod",
        at: now,
      },
    ]);
  });

  test.each<[string, readonly string[], Readonly<Record<string, string | null>>, RegExp]>([
    ["no stage", ["--image", built.image], {}, /^name one stage: built, scanned, promoted, deployed\n/],
    ["two stages", ["built", "scanned", "--image", built.image], {}, /^name one stage/],
    ["an unknown stage", ["tested", "--image", built.image], {}, /^there is no stage of that name/],
    ["no image", ["built"], {}, /^--image is missing\n/],
    ["an unknown option", [...args, "--enviroment", "prod"], {}, /^Unknown option '--enviroment'/],
    ["no address", args, { url: null }, /^WHATSRUNNING_URL must be /],
    ["an address that would show the token", args, { url: "http://bot.example" }, /^WHATSRUNNING_URL must be /],
    ["no token", args, { token: null }, /^CLAIMS_TOKEN must be a token/],
    ["a token that cannot be sent", args, { token: "a\nb" }, /^CLAIMS_TOKEN must be a token, without spaces$/],
  ])("ends with 2 for %s", async (_, wrong, settings, words) => {
    const given = { url: "http://127.0.0.1:1", token: shared, ...settings };
    expect(await runClaimCommand({ args: wrong, clock: clockAt(now), ...given })).toEqual({
      code: 2,
      words: expect.stringMatching(words),
    });
  });

  test.each([
    [["--commit", "main"], shared, "the bot answers 400: commit must be a commit of 7 to 64 hexadecimal digits"],
    [[], "wrong-wrong-wrong", "the bot answers 401: the token is not the shared one"],
  ])("ends with 1, at once, where the bot refuses: %j", async (more, token, words) => {
    await using door = await openDoor();
    const clock = clockAt(now);
    const url = `http://127.0.0.1:${door.port}`;
    expect(await runClaimCommand({ args: [...args, ...more], url, token, clock })).toEqual({ code: 1, words });
    expect(clock.slept).toEqual([]);
  });

  test("tries again while the bot is not there, as the very same claim, and as late as it is asked to", async () => {
    const bodies: string[] = [];
    await using bot = await answering((req, res) => {
      void text(req).then((body) => answerNext(body, req, res));
    });
    function answerNext(body: string, req: IncomingMessage, res: ServerResponse): void {
      bodies.push(body);
      if (bodies.length === 1) return void req.socket.destroy();
      if (bodies.length === 2) return void res.writeHead(429, { "retry-after": "7" }).end();
      return void (bodies.length === 3 ? res.writeHead(502).end("<html>") : res.writeHead(202).end("{}"));
    }
    const clock = clockAt(now);
    expect(await runClaimCommand({ args, url: bot.url, token: shared, clock })).toMatchObject({ code: 0 });
    expect(clock.slept).toEqual([1_000, 7_000, 4_000]);
    expect(new Set(bodies).size).toBe(1);
  });

  test("ends with 3 when it cannot be reached in time, and repeats no page of a proxy", async () => {
    const nowhere = await runClaimCommand({ args, url: "http://127.0.0.1:1", token: shared, clock: clockAt(now) });
    expect(nowhere).toMatchObject({ code: 3, words: expect.stringMatching(/^gave up: could not reach http.*\(/) });
    await using proxy = await answering((_, res) => void res.writeHead(502).end("<h1>Bad gateway</h1>"));
    const clock = clockAt(now);
    expect(await runClaimCommand({ args, url: proxy.url, token: shared, clock })).toEqual({
      code: 3,
      words: "gave up: the bot answers 502",
    });
    expect(clock.now() - now).toBeLessThan(60_000);
    await using silent = await answering(() => undefined);
    const quiet = { url: silent.url, token: shared, clock: clockAt(now), tryMs: 20, giveUpMs: 2_000 };
    expect(await runClaimCommand({ args, ...quiet })).toMatchObject({
      words: expect.stringMatching(/it does not answer/),
    });
  });

  test("takes its token to no other address", async () => {
    await using stranger = await answering(() => expect.unreachable());
    await using bot = await answering((_, res) => void res.writeHead(307, { location: stranger.url }).end());
    expect(await runClaimCommand({ args, url: bot.url, token: shared, clock: clockAt(now) })).toEqual({
      code: 1,
      words: "the bot answers 307",
    });
  });
});
