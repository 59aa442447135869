import { systemClock as clock } from "../src/clock.ts";
import type { Asking } from "../src/flows/ask.ts";
import { openServer } from "../src/http/server.ts";
import { createLog } from "../src/log.ts";
import { createSlack } from "../src/slack/app.ts";
import type { Message } from "../src/views/message.ts";
import { createInformerView } from "./informer-view.ts";

/** The peer: our door to Slack and our server, with client-node's informers in place of our view of the cluster. */

const { SLACK_BOT_TOKEN = "", SLACK_SIGNING_SECRET = "", SLACK_API_URL = null, KUBECONFIG = "" } = process.env;
const log = createLog({ level: "info" });
const view = createInformerView(KUBECONFIG);
let listed = false;

async function ask(words: string): Promise<Message> {
  const [name = ""] = words.split(" ");
  const found = view.find(name);
  const images = found?.pods.flatMap((it) => it.status?.containerStatuses?.map((status) => status.imageID) ?? []) ?? [];
  const annotations = found?.deployment.metadata?.annotations ?? {};
  const by = annotations["whatsrunning.dev/deployer"] ?? "?";
  const commit = annotations["whatsrunning.dev/commit"] ?? "?";
  const text = `${name}: ${images.length} pods run ${[...new Set(images)].join(", ")}, by ${by} from commit ${commit}`;
  return { text, blocks: [{ type: "section", text: { type: "mrkdwn", text } }], attachments: [] };
}

const asking: Asking = { ask, again: () => ask(""), about: ask, wanted: () => null };
const slack = createSlack({
  settings: {
    botToken: SLACK_BOT_TOKEN,
    apiUrl: SLACK_API_URL,
    receive: { mode: "http", signingSecret: SLACK_SIGNING_SECRET },
  },
  asking,
  log,
  clock,
  newReference: () => "bench",
});
const server = await openServer({
  host: "127.0.0.1",
  port: 0,
  receive: slack.receive,
  health: () => ({ slack: slack.connected(), clusters: [{ name: "bench", listed }] }),
  metrics: async () => ({ type: "text/plain", body: "" }),
  log,
});
process.once("SIGTERM", () => process.exit(0));
const reading = view.start();
await slack.start();
log.info({ port: server.port, mode: "http" }, "ready to be asked");
await reading;
listed = true;
