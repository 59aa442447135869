import { createHmac, randomBytes } from "node:crypto";
import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

/**
 * Slack's side of one slash command, and no more: what is measured is the bot. Whether Slack would accept the answers is
 * asked elsewhere, of a stand-in that is strict.
 */

/** Times in ms from the first byte sent: to the end of the acknowledgement, to the end of the answer. */
export type Asked = {
  readonly status: number;
  readonly ackMs: number;
  readonly answered: Promise<{ readonly ms: number; readonly body: unknown }>;
};

const answerWithinMs = 60_000;

export async function startSlack() {
  const signingSecret = randomBytes(16).toString("hex");
  const botToken = `xoxb-${randomBytes(12).toString("hex")}`;
  const waiting = new Map<string, (body: unknown) => void>();
  const agent = new Agent({ keepAlive: true });
  let asked = 0;

  async function take(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const body = await text(req);
    const [, door, id = ""] = (req.url ?? "").split("/");
    if (door === "response") waiting.get(id)?.(JSON.parse(body));
    res.writeHead(200, { "content-type": "application/json" });
    res.end(JSON.stringify({ ok: true, team_id: "T0BENCH", user_id: "U0BOT", bot_id: "B0BOT", team: "t", user: "u" }));
  }

  const server = createServer((req, res) => {
    take(req, res).catch(() => res.destroy());
  });
  server.keepAliveTimeout = 600_000; // an answer that meets a connection just closed would be lost, and is no part of this
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;

  /** Types `/whatsrunning <words>`, signed as Slack signs. */
  async function ask(port: number, words: string): Promise<Asked> {
    const id = String((asked += 1));
    const body = new URLSearchParams({
      command: "/whatsrunning",
      text: words,
      team_id: "T0BENCH",
      team_domain: "bench",
      channel_id: "C0BENCH",
      channel_name: "bench",
      user_id: "U0BENCH",
      user_name: "bench",
      api_app_id: "A0BENCH",
      trigger_id: `1.2.${id}`,
      response_url: `${url}/response/${id}`,
    }).toString();
    const answer = Promise.withResolvers<unknown>();
    const late = setTimeout(() => answer.reject(new Error(`no answer to "${words}"`)), answerWithinMs);
    waiting.set(id, answer.resolve);
    const start = performance.now();
    const answered = answer.promise
      .then((it) => ({ ms: performance.now() - start, body: it }))
      .finally(() => {
        clearTimeout(late);
        waiting.delete(id);
      });
    answered.catch(() => null); // whoever waits for it hears of it
    const status = await post({ port, body, headers: signed(body) });
    return { status, ackMs: performance.now() - start, answered };
  }

  async function post({ port, body, headers }: Post): Promise<number> {
    const sent = request({ host: "127.0.0.1", port, path: "/slack/events", method: "POST", agent, headers });
    const answer = Promise.withResolvers<number>();
    sent.on("error", answer.reject);
    sent.on("response", (response) => {
      response.resume().on("end", () => answer.resolve(response.statusCode ?? 0));
    });
    sent.end(body);
    return answer.promise;
  }

  function signed(body: string): Readonly<Record<string, string>> {
    const seconds = String(Math.floor(Date.now() / 1_000));
    const signature = createHmac("sha256", signingSecret).update(`v0:${seconds}:${body}`).digest("hex");
    return {
      "content-type": "application/x-www-form-urlencoded",
      "content-length": String(Buffer.byteLength(body)),
      "x-slack-request-timestamp": seconds,
      "x-slack-signature": `v0=${signature}`,
    };
  }

  return {
    ask,
    /** What a bot needs to be of this workspace. */
    env: { SLACK_BOT_TOKEN: botToken, SLACK_SIGNING_SECRET: signingSecret, SLACK_API_URL: `${url}/api/` },
    async close(): Promise<void> {
      agent.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

type Post = {
  readonly port: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
};
