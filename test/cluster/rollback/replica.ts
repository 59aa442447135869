import { vi } from "vitest";
import { type Bot, startBot } from "../../../demo/bot.ts";
import { pause } from "./driving.ts";

/** The real bot, killed and started again, and what it last said of any operation. */
export function createReplica(env: Readonly<Record<string, string>>) {
  let bot: Bot | null = null;
  let seen = 0;

  async function start(): Promise<void> {
    const started = await startBot(env);
    bot = started;
    seen = 0;
    await vi.waitFor(
      async () => {
        if (bot !== started) return; // it was ended already
        if (!(await started.ready())) throw new Error("it is not ready");
      },
      { timeout: 30_000 },
    );
  }

  function lastStep(): string {
    return bot?.output.flatMap(stepIn).at(-1) ?? "nothing";
  }

  return {
    start,
    lastStep,
    /** From now on `hasSaid` is about what it says. */
    listen(): void {
      seen = bot?.output.length ?? 0;
    },
    hasSaid: (step: string) => bot?.output.slice(seen).flatMap(stepIn).includes(step) ?? false,
    async end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
      const ending = bot;
      bot = null;
      await ending?.stop(signal);
    },
  };
}

export type Replica = ReturnType<typeof createReplica>;

/** The first one that says it is at this step. */
export async function whoeverIsAt(step: string, all: readonly Replica[], withinMs: number): Promise<Replica> {
  const end = Date.now() + withinMs;
  for (const it of all) it.listen();
  while (Date.now() < end) {
    const found = all.find((it) => it.hasSaid(step));
    if (found) return found;
    await pause(1);
  }
  throw new Error(`nobody was at "${step}" within ${withinMs} ms`);
}

function stepIn(line: string): readonly string[] {
  const step = /"step":"([a-z ]+)"/.exec(line)?.[1];
  return step === undefined ? [] : [step];
}
