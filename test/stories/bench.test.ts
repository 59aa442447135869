import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const main = fileURLToPath(new URL("../../bench/main.ts", import.meta.url));
const run = promisify(execFile);

test("every benchmark runs end to end over a small cluster, and each of its answers is right", async () => {
  const { stdout } = await run(process.execPath, [main, "--small"], { timeout: 150_000 });
  expect(stdout.match(/^B\d\w? .*: every answer was right$/gm)).toEqual([
    "B1 Answer: every answer was right",
    "B1e Everything in an environment: every answer was right",
    "B2 Where: every answer was right",
    "B3 Cold start to truth: every answer was right",
    "B4 Acknowledging while relisting: every answer was right",
    "B5 From a deploy to its message: every answer was right",
    "B6 Memory: every answer was right",
    "B7 The way back: every answer was right",
  ]);
}, 160_000);

test("a benchmark that does not exist is a mistake, not a success", async () => {
  const ended = run(process.execPath, [main, "B9"], { timeout: 10_000 });
  await expect(ended).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining("B1, B1e, B2, B3, B4") });
});
