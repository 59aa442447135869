import { defineConfig } from "vitest/config";

const stories = "test/stories/**/*.test.ts";
const cluster = "test/cluster/**/*.test.ts";

// A machine that is busy with other things may take a while: what is polled for is true sooner or later.
const expect = { poll: { timeout: 5_000 } };

export default defineConfig({
  test: {
    projects: [
      // Fast, and needs nothing but this machine's loopback.
      {
        test: {
          name: "unit",
          expect,
          testTimeout: 20_000,
          include: ["test/**/*.test.ts"],
          exclude: [stories, cluster],
        },
      },
      // From the typed command to the answer read, over the real adapters.
      { test: { name: "stories", expect, include: [stories], testTimeout: 20_000 } },
      // Against the Kubernetes API server that KUBECONFIG names.
      {
        test: {
          name: "cluster",
          expect,
          include: [cluster],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
