import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";

const Reply = z.object({
  id: z.number().optional(),
  result: z.record(z.string(), z.unknown()).optional(),
  error: z.object({ message: z.string() }).optional(),
});
type Result = Readonly<Record<string, unknown>>;

export type Browser = AsyncDisposable & {
  /** A command of the Chrome DevTools Protocol. */
  send(method: string, params?: object, sessionId?: string): Promise<Result>;
};

const quiet = ["--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const answerWithinMs = 20_000;

/** A Chromium without a window and with a profile of its own, spoken to over pipes. */
export async function openBrowser(program: string): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), "whatsrunning-browser-"));
  const always = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-pipe"];
  const child = spawn(program, [...always, ...quiet, `--user-data-dir=${profile}`], {
    stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
  });
  const ended = Promise.withResolvers<never>();
  ended.promise.catch(() => null); // told to whoever waits for an answer
  child.once("error", ended.reject);
  child.once("exit", (code) => ended.reject(new Error(`${program} ended with ${code}`)));
  const [, , , commands, replies] = child.stdio;
  if (!(commands instanceof Writable) || !(replies instanceof Readable)) throw new Error("there are no pipes");
  commands.on("error", ended.reject);

  const waiting = new Map<number, PromiseWithResolvers<Result>>();
  let unread = "";
  replies.setEncoding("utf8").on("data", (chunk: string) => {
    const messages = (unread + chunk).split("\0");
    unread = messages.pop() ?? "";
    for (const message of messages) {
      const { id, result = {}, error } = Reply.parse(JSON.parse(message));
      const asked = waiting.get(id ?? 0);
      if (error) asked?.reject(new Error(error.message));
      else asked?.resolve(result);
    }
  });

  let last = 0;
  return {
    async send(method, params = {}, sessionId) {
      const id = (last += 1);
      const asked = Promise.withResolvers<Result>();
      waiting.set(id, asked);
      commands.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
      const late = sleep(answerWithinMs, null, { ref: false }).then(() => {
        throw new Error(`${method} was not answered`);
      });
      return Promise.race([asked.promise, ended.promise, late]);
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, "exit");
        child.kill("SIGKILL");
        await gone;
      }
      await rm(profile, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}
