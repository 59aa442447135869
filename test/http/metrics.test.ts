import { describe, expect, test } from "vitest";
import type { Sight } from "../../src/core/answer.ts";
import { createMetrics } from "../../src/http/metrics.ts";
import { openServer } from "../../src/http/server.ts";

const now = 1_800_000_000_000;
const sights: readonly Sight[] = [
  { cluster: "prod-eu", freshness: { state: "live", at: now - 3_000 } },
  {
    cluster: "prod-us",
    freshness: { state: "behind", at: now - 240_000, because: "the API server cannot be reached" },
  },
  { cluster: "lab", freshness: { state: "unread", because: null } },
];

const allIsWell = () => ({ slack: true, clusters: [] });

describe("what we count about ourselves", () => {
  test("is read over HTTP, by name and unit", async () => {
    const metrics = createMetrics({ seen: () => sights, now: () => now });
    metrics.watchEnded({ cluster: "prod-eu", resource: "pods", reason: "expired" });
    metrics.watchEnded({ cluster: "prod-eu", resource: "pods", reason: "expired" });
    metrics.listed({ cluster: "prod-eu", resource: "pods" });
    metrics.answered({ question: "typed", seconds: 0.002 });
    const log = { error: () => {} };
    const options = { host: "127.0.0.1", port: 0, receive: null, health: allIsWell, metrics: metrics.text, log };
    await using server = await openServer(options);

    const response = await fetch(`http://127.0.0.1:${server.port}/metrics`);
    const lines = (await response.text()).split("\n");
    expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(lines).toEqual(
      expect.arrayContaining([
        'whatsrunning_watch_ends_total{cluster="prod-eu",resource="pods",reason="expired"} 2',
        'whatsrunning_lists_total{cluster="prod-eu",resource="pods"} 1',
        'whatsrunning_answer_seconds_bucket{le="0.0025",question="typed"} 1',
        'whatsrunning_answer_seconds_count{question="typed"} 1',
        'whatsrunning_view_age_seconds{cluster="prod-eu"} 3',
        'whatsrunning_view_age_seconds{cluster="prod-us"} 240',
        'whatsrunning_view_current{cluster="prod-eu"} 1',
        'whatsrunning_view_current{cluster="prod-us"} 0',
        'whatsrunning_view_current{cluster="lab"} 0',
      ]),
    );
    expect(lines.filter((it) => it.includes("view_age_seconds{") && it.includes("lab"))).toEqual([]);
    expect(lines.some((it) => it.startsWith("whatsrunning_nodejs_eventloop_lag_p99_seconds "))).toBe(true);
  });
});
