import { defineConfig } from "vitest/config";

const stories = "test/stories/**/*.test.ts";
const cluster = "test/cluster/**/*.test.ts";
/** They break the API server that all others need: they come last. */
const faults = ["forgetting", "watch-faults", "worst-day"].map((it) => `test/cluster/${it}.test.ts`);
const browser = "test/browser/**/*.test.ts";

// A machine that is busy with other things may take a while: what is polled for is true sooner or later.
const expect = { poll: { timeout: 8_000 } };

export default defineConfig({
  test: {
    maxWorkers: 2, // most tests wait for something: on two cores one worker takes twice as long
    projects: [
      // Fast, and needs nothing but this machine's loopback.
      {
        test: {
          name: "unit",
          expect,
          testTimeout: 20_000,
          include: ["test/**/*.test.ts"],
          exclude: [stories, cluster, browser],
        },
      },
      // From the typed command to the answer read, over the real adapters.
      { test: { name: "stories", expect, include: [stories], testTimeout: 20_000 } },
      // The demo's page in a real browser, one for all files.
      {
        test: {
          name: "browser",
          expect,
          include: [browser],
          globalSetup: "test/browser/setup.ts",
          testTimeout: 30_000,
          hookTimeout: 30_000,
          maxWorkers: 2,
        },
      },
      // Against the Kubernetes API server that KUBECONFIG names.
      {
        test: {
          name: "cluster",
          expect,
          include: [cluster],
          exclude: faults,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "faults",
          expect,
          include: faults,
          testTimeout: 60_000,
          hookTimeout: 180_000, // a server that was broken gets its time to come back
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
