import { setTimeout as sleep } from "node:timers/promises";
import { type Bot, startBot } from "../bot.ts";

/** The bot's process, which is started again when it was killed on purpose, and not when it ended by itself. */
export type Keeper = AsyncDisposable & {
  /** Resolves with a sentence when it ended and nobody wanted that. */
  readonly ended: Promise<string>;
  bot(): Bot;
  /** At once and without a word, as when a node dies. Resolves once another one can be asked. */
  kill(): Promise<void>;
};

const restartAfterMs = 1_500;

export async function keepBot(env: Readonly<Record<string, string>>): Promise<Keeper> {
  const ended = Promise.withResolvers<string>();
  let killing: Promise<void> | null = null;
  let closed = false;
  let bot = await startBot(env);
  void watch(bot);

  async function watch(one: Bot): Promise<void> {
    const code = await one.ended;
    if (one !== bot || killing !== null || closed) return;
    ended.resolve(`the bot ended with ${code}:\n${one.output.slice(-5).join("\n")}`);
  }

  async function replace(): Promise<void> {
    await bot.stop("SIGKILL");
    await sleep(restartAfterMs);
    if (closed) return;
    bot = await startBot(env);
    void watch(bot);
  }

  return {
    ended: ended.promise,
    bot: () => bot,
    async kill() {
      killing ??= replace()
        .catch((err: unknown) => ended.resolve(String(err)))
        .finally(() => {
          killing = null;
        });
      await killing;
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      await killing;
      await bot.stop();
    },
  };
}
