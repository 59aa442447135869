import { defineConfig } from "vitest/config";

const stories = "test/stories/**/*.test.ts";
const cluster = "test/cluster/**/*.test.ts";

export default defineConfig({
  test: {
    projects: [
      // Fast, and needs nothing but this machine's loopback.
      { test: { name: "unit", include: ["test/**/*.test.ts"], exclude: [stories, cluster] } },
      // From the typed command to the answer read, over the real adapters.
      { test: { name: "stories", include: [stories], testTimeout: 20_000 } },
      // Against the Kubernetes API server that KUBECONFIG names.
      {
        test: { name: "cluster", include: [cluster], testTimeout: 60_000, hookTimeout: 60_000, fileParallelism: false },
      },
    ],
  },
});
