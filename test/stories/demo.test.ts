import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Conversation, Item } from "../../demo/desk/conversation.ts";
import { startKubernetes, type SimKubernetes } from "../../sim/kubernetes/server.ts";
import { manifest } from "../contract/kubernetes/place.ts";
import type { Inline } from "../../demo/desk/mrkdwn.ts";

const spot = { person: "U01ALICE", channel: "C0DEPLOYS" };

type Message = Extract<Item, { readonly kind: "message" }>;

describe("a visitor without a workspace or a cluster", { timeout: 30_000 }, () => {
  let demo: Awaited<ReturnType<typeof startDemo>>;
  beforeAll(async () => {
    demo = await startDemo();
  }, 30_000);
  afterAll(async () => {
    await demo.stop();
    await rm(demo.folder, { recursive: true, force: true });
  });

  test("types a command and reads the answer, which only they see", async () => {
    const answer = await demo.ask("/whatsrunning checkout prod");
    expect(answer).toMatchObject({ onlyYou: true, app: true, author: "whatsrunning" });
    expect(words(answer.text)).toMatch(
      /^checkout in prod: all 3 pods run sha256:[0-9a-f]{12} \(tag 1\.4\.2\)\. Deployed 4[23] minutes ago by Alice Anderson \(alice@/,
    );
    expect(answer.attachments.map((it) => it.color)).toContain("#16A34A");
    expect(JSON.stringify(answer)).not.toContain("not drawn");
  });

  test("sees every state that the scenario is made of", async () => {
    const told = async (where: string) => words((await demo.ask(`/whatsrunning ${where}`)).text);
    const patient = { timeout: 10_000, interval: 250 }; // pods begin to fail a moment after they began
    await expect
      .poll(() => told("prod"), patient)
      .toMatch(/^8 services in prod: 1 stuck, 1 running mixed digests, 1 rolling out, 4 healthy, 1 scaled to zero\./);
    await expect.poll(() => told("staging"), patient).toMatch(/^4 services in staging: 4 healthy/);
    const storefront = JSON.stringify(await demo.ask("/whatsrunning storefront"));
    expect(storefront).toContain("docker.io/envoyproxy/envoy@sha256:");
    expect(storefront).toContain("/acme/migrate@sha256:");
  });

  test("opens a service from the list, in place of it, and shares it", async () => {
    const list = await demo.ask("/whatsrunning prod");
    await demo.press(list, "Open a service…", "ledger");
    await expect.poll(async () => words((await demo.message(list.id)).text)).toMatch(/^ledger in prod: both pods run/);
    await demo.press(await demo.message(list.id), "Share to channel");
    const shared = async () => (await demo.messages()).filter((it) => !it.onlyYou).map((it) => words(it.text));
    await expect.poll(shared).toContainEqual(expect.stringMatching(/^ledger in prod: .* Shared by alice\.$/));
  });

  test("is told what Slack would not let them do", async () => {
    await demo.post("/type", { ...spot, thread: null, text: "/deploy checkout" });
    const notices = (await demo.see()).items.filter((it) => it.kind === "notice");
    expect(notices.map((it) => it.text)).toEqual(["not possible in Slack: /deploy is not a command of the manifest"]);
  });

  test("ends it with Ctrl-C, and nothing is left behind", async () => {
    expect(await readdir(demo.folder)).toEqual([expect.stringMatching(/^whatsrunning-demo-/)]);
    const children = await demo.children();
    expect(children).toHaveLength(1);
    expect(await demo.stop()).toBe(0);
    expect(await readdir(demo.folder)).toEqual([]);
    for (const child of children) expect(() => process.kill(child, 0)).toThrow("ESRCH");
  });
});

describe("a visitor with a cluster", { timeout: 30_000 }, () => {
  let kubernetes: SimKubernetes;
  let folder: string;
  beforeAll(async () => {
    kubernetes = await startKubernetes({ context: "mine" });
    folder = await mkdtemp(join(tmpdir(), "whatsrunning-story-"));
    await writeFile(join(folder, "kubeconfig"), kubernetes.kubeconfig);
    const body = JSON.stringify(manifest({ name: "api", image: "ghcr.io/mine/api:7", replicas: 1 }));
    const headers = { authorization: `Bearer ${kubernetes.token}`, "content-type": "application/json" };
    const deployments = new URL("/apis/apps/v1/namespaces/default/deployments", kubernetes.url);
    const created = await fetch(deployments, { method: "POST", headers, body });
    if (!created.ok) throw new Error(await created.text());
  });
  afterAll(async () => {
    await kubernetes.close();
    await rm(folder, { recursive: true, force: true });
  });

  test.each(["--kubeconfig", "KUBECONFIG"])("names it with %s and asks about what is there", async (way) => {
    const kubeconfig = join(folder, "kubeconfig");
    const demo = await startDemo(
      way === "KUBECONFIG" ? { env: { KUBECONFIG: kubeconfig } } : { args: [way, kubeconfig] },
    );
    const found = async () => words((await demo.ask("/whatsrunning api")).text);
    await expect.poll(found, { timeout: 15_000 }).toMatch(/^api in prod: its one pod runs sha256:/);
    expect(await demo.stop()).toBe(0);
    await rm(demo.folder, { recursive: true, force: true });
  });
});

type Started = { readonly args?: readonly string[]; readonly env?: Readonly<Record<string, string>> };

/** As `npm run demo` starts it, with a folder of its own for temporary files. */
async function startDemo({ args = [], env = {} }: Started = {}) {
  const folder = await mkdtemp(join(tmpdir(), "whatsrunning-story-"));
  const child = spawn(process.execPath, ["demo/main.ts", "--port", "0", ...args], {
    env: { PATH: process.env["PATH"] ?? "", TMPDIR: folder, ...env },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = once(child, "exit").then(([code]): unknown => code);
  const url = await addressIn(child.stdout);
  const page = await (await fetch(url)).text();
  const token = /name="demo-token" content="([^"]+)"/.exec(page)?.[1] ?? "";

  async function post(path: string, body: object): Promise<void> {
    const headers = { "content-type": "application/json", "x-demo-token": token };
    const reply = await fetch(new URL(path, url), { method: "POST", headers, body: JSON.stringify(body) });
    expect(reply.status, await reply.text()).toBe(204);
  }

  /** The first event of the stream, which is the conversation as it is now. */
  async function see(): Promise<Conversation> {
    const reply = await fetch(new URL(`/events?${new URLSearchParams(spot).toString()}`, url));
    let text = "";
    for await (const chunk of reply.body ?? []) {
      text += Buffer.from(chunk).toString();
      if (text.endsWith("\n\n")) break;
    }
    const now: Conversation = JSON.parse(text.slice("data: ".length));
    return now;
  }

  async function messages(): Promise<readonly Message[]> {
    return (await see()).items.filter((it) => it.kind === "message");
  }

  async function message(id: string): Promise<Message> {
    const found = (await messages()).find((it) => it.id === id);
    if (!found) throw new Error(`there is no message ${id}`);
    return found;
  }

  return {
    folder,
    post,
    see,
    messages,
    message,
    async ask(text: string): Promise<Message> {
      const before = (await messages()).length;
      await post("/type", { ...spot, thread: null, text });
      await expect.poll(async () => (await messages()).length).toBe(before + 1);
      const [answer] = (await messages()).slice(-1);
      if (!answer) throw new Error("there is no answer");
      return answer;
    },
    async press(at: Message, label: string, value?: string): Promise<void> {
      const rows = [...at.blocks, ...at.attachments.flatMap((it) => it.blocks)].filter((it) => it.kind === "actions");
      const found = rows.flatMap(({ blockId, elements }) => elements.map((it) => ({ blockId, element: it })));
      const [one] = found.filter(({ element }) => "label" in element && element.label === label);
      if (!one || !("actionId" in one.element)) throw new Error(`there is no ${label}`);
      await post("/press", { ...spot, message: at.id, blockId: one.blockId, actionId: one.element.actionId, value });
    },
    /** The processes that it started. */
    async children(): Promise<readonly number[]> {
      const listing = spawn("ps", ["-A", "-o", "pid=,ppid="], { stdio: ["ignore", "pipe", "ignore"] });
      const lines = Buffer.concat(await listing.stdout.toArray())
        .toString()
        .trim()
        .split("\n");
      return lines.flatMap((it) => {
        const [pid, parent] = it.trim().split(/\s+/).map(Number);
        return pid !== undefined && parent === child.pid ? [pid] : [];
      });
    },
    async stop(): Promise<unknown> {
      child.kill("SIGINT");
      const code = await ended;
      return code;
    },
  };
}

async function addressIn(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface(output)) {
    const address = /http:\/\/127\.0\.0\.1:\d+\//.exec(line)?.[0];
    if (address !== undefined) return address;
  }
  throw new Error("the demo ended before it gave an address");
}

function words(text: readonly Inline[]): string {
  return text
    .map((it) => ("text" in it ? it.text : ""))
    .join("")
    .replaceAll("\u2060", "");
}
