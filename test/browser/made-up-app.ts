import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { createDesk } from "../../demo/desk/desk.ts";
import { createInspector } from "../../demo/desk/inspect.ts";
import { channels, people } from "../../demo/desk/workspace.ts";
import { openPage } from "../../demo/server/server.ts";
import { emptyStage } from "../../demo/stage.ts";
import { startSlack } from "../../sim/slack/server.ts";

export type Payload = Readonly<Record<string, never>> & {
  readonly type: string;
  readonly trigger_id: string;
  readonly value?: string;
  readonly actions?: readonly Readonly<Record<string, unknown>>[];
  readonly view?: { readonly id: string; readonly hash: string; readonly state: { readonly values: object } };
};

type Answer = (payload: Payload) => object | null | Promise<object | null>;

export type App = Awaited<ReturnType<typeof startApp>>;

/** The page over an app of this test alone: what it answers with shows what the page makes of it. */
export async function startApp() {
  await using opened = new AsyncDisposableStack();
  const heard: Payload[] = [];
  let answer: Answer | null = null;

  const server = createServer((request, response) => {
    void (async () => {
      const payload = await payloadOf(request);
      heard.push(payload);
      const said = (await answer?.(payload)) ?? null;
      response.writeHead(200, { "content-type": "application/json" }).end(said === null ? "" : JSON.stringify(said));
    })();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  opened.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const requestUrl = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/`;
  const slack = opened.adopt(await startSlack({ manifest, people, channels, requestUrl }), (it) => it.close());
  const inspector = createInspector(slack);
  const desk = createDesk({ slack, inspector, now: Date.now, commands: [], shortcuts: [] });
  const page = opened.use(await openPage({ desk, stage: emptyStage, port: 0 }));

  async function call(method: string, args: object): Promise<void> {
    const reply = await fetch(new URL(method, slack.apiUrl), {
      method: "POST",
      headers: { authorization: `Bearer ${slack.botToken}`, "content-type": "application/json; charset=utf-8" },
      body: JSON.stringify(args),
      signal: AbortSignal.timeout(5_000),
    });
    const said = await reply.text();
    if (!said.includes('"ok":true')) throw new Error(`${method}: ${said}`);
  }

  const all = opened.move();
  return {
    url: page.url,
    slack,
    heard,
    call,
    /** What it answers from now on; what it answers with is what it acknowledges with. */
    answerWith: (it: Answer) => {
      answer = it;
    },
    post: async (content: object) => call("chat.postMessage", { channel: "C0DEPLOYS", ...content }),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

async function payloadOf(request: IncomingMessage): Promise<Payload> {
  const body = Buffer.concat(await request.toArray()).toString();
  const payload: Payload = JSON.parse(new URLSearchParams(body).get("payload") ?? "{}");
  return payload;
}

const manifest = {
  features: { bot_user: { display_name: "whatsrunning" } },
  oauth_config: { scopes: { bot: ["chat:write", "commands"] } },
  settings: {
    interactivity: { is_enabled: true, message_menu_options_url: "https://app.example/" },
    socket_mode_enabled: false,
  },
};
