import { parseArgs } from "node:util";
import { startDemo } from "./start.ts";

const usualPort = 4270;
const help = `npm run demo                             the bot over two clusters made up for it
npm run demo -- --kubeconfig PATH        the bot over a real cluster, which it only reads
npm run demo -- --port NUMBER            the page on that port, ${usualPort} if left out`;

const stopping = Promise.withResolvers<null>();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => stopping.resolve(null));

// Node calls its type stripping for other readers than itself an experiment; that is not the visitor's concern.
process.removeAllListeners("warning");
process.on("warning", (it) => {
  if (it.name !== "ExperimentalWarning") process.stderr.write(`${it.stack}\n`);
});

try {
  await run();
} catch (err) {
  // Ctrl-C reaches the bot too, and it may be gone before we are asked to go.
  if (!(await isStopping())) {
    process.stderr.write(`The demo cannot go on: ${err instanceof Error ? err.message : String(err)}\n`);
    process.exitCode = 1;
  }
}

async function run(): Promise<void> {
  const wanted = readArguments();
  if (wanted === null) return say(help);
  await using demo = await startDemo(wanted);
  if (demo.portTaken !== null) say(`Port ${demo.portTaken} is in use, so this is on another one.`);
  say(wanted.kubeconfig === null ? "The bot runs over two clusters made up for it." : realCluster(wanted.kubeconfig));
  say(`\n  Open ${demo.url}\n\nCtrl-C ends it, and leaves nothing behind.`);
  const failed = await Promise.race([stopping.promise, demo.botEnded]);
  if (failed !== null) throw new Error(failed);
}

/** Null: somebody asks what there is to write. */
function readArguments() {
  const { values } = parseArgs({
    options: { kubeconfig: { type: "string" }, port: { type: "string" }, help: { type: "boolean", short: "h" } },
  });
  if (values.help === true) return null;
  const port = Number(values.port ?? usualPort);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error("--port must be from 0 to 65535");
  const kubeconfig = values.kubeconfig ?? process.env["KUBECONFIG"] ?? "";
  return kubeconfig === ""
    ? { kubeconfig: null, port, redisUrl: process.env["REDIS_URL"] || null }
    : { kubeconfig, port, environment: environmentFor(process.env) };
}

/** Programs that log in to real clusters look for their own files and settings. Nothing of ours may come along. */
function environmentFor(all: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const ours = /^(SLACK_|WHATSRUNNING_|REDIS_URL$|STATE_FILE$|CLAIMS_TOKEN$|LOG_LEVEL$|PORT$|HOST$|NODE_OPTIONS$)/;
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === undefined || ours.test(name) ? [] : [[name, value]])),
  );
}

function realCluster(kubeconfig: string): string {
  return `The bot runs over the cluster of ${kubeconfig}, and only reads there.`;
}

async function isStopping(): Promise<boolean> {
  const soon = new Promise<boolean>((resolve) => setTimeout(resolve, 100, false));
  return Promise.race([stopping.promise.then(() => true), soon]);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
