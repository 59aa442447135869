import { describe, expect, test } from "vitest";
import type { ClusterRecord } from "../../../src/core/workload.ts";
import { createAsking } from "../../../src/flows/ask.ts";
import * as given from "../../core/given.ts";
import { viewOf } from "../../core/look.ts";
import { recallsNothing } from "../remembered.ts";

const environments = [
  {
    name: "prod",
    aliases: [],
    places: [
      { cluster: "prod-eu", namespaces: null },
      { cluster: "prod-us", namespaces: null },
    ],
  },
] as const;
const revision = given.revision(1);
const known = [given.workload(), revision, ...given.pods(3, revision)];
const stream = { cluster: "prod-eu", of: "pods", namespace: null } as const;

/** checkout as it was a minute ago with three pods; read directly it has one. */
const now = [given.workload({ replicas: 1, counts: given.counts(1) }), revision, given.pod(revision)];

const unreachable = async () => Promise.reject(new Error("the API server cannot be reached"));

type Case = {
  readonly heardAt?: number;
  readonly lost?: boolean;
  readonly look: (stop: AbortSignal) => Promise<readonly ClusterRecord[]>;
};

function world({ heardAt = given.now - given.minute, lost = true, look }: Case) {
  const view = viewOf(known, heardAt);
  if (lost) view.apply({ kind: "lost", stream, because: "the API server cannot be reached" });
  let looked = 0;
  const clusters = [
    {
      name: "prod-eu",
      look: async (_: unknown, stop: AbortSignal) => {
        looked += 1;
        return look(stop);
      },
    },
  ];
  let passed = 0;
  const clock = { now: () => given.now + passed, sleep: async () => {} };
  const asking = createAsking({
    view,
    clusters,
    environments,
    default: "prod",
    links: {},
    aliases: given.noAliases,
    recall: recallsNothing,
    clock,
    lookMs: 100,
  });
  return { ask: asking.ask, looked: () => looked, apply: view.apply, pass: (ms: number) => void (passed += ms) };
}

describe("a view that is not good enough is helped by one direct reading", () => {
  test("and the answer is what was read, and says so", async () => {
    const { ask } = world({ look: async () => now });
    const { text, attachments } = await ask("checkout");
    expect(text).toMatch(/^checkout in prod: its one pod runs sha256:a+/);
    expect(JSON.stringify(attachments)).toContain("read from prod-eu directly just now, since its watch is broken");
  });

  test("also when the stream is open and has been quiet for longer than it may", async () => {
    const quiet = world({ heardAt: given.now - 80 * given.second, lost: false, look: async () => now });
    expect((await quiet.ask("checkout")).text).toMatch(/^checkout in prod: its one pod/);
    const fine = world({ heardAt: given.now - 60 * given.second, lost: false, look: async () => now });
    await fine.ask("checkout");
    expect(fine.looked()).toBe(0);
  });

  test("and a workload that is gone is said to be gone", async () => {
    const { ask } = world({ look: async () => [] });
    expect((await ask("checkout")).text).toMatch(/^checkout in prod is gone/);
  });

  test.each<[string, Case["look"]]>([
    ["fails", unreachable],
    [
      "takes too long",
      async (stop) => {
        const { promise, reject } = Promise.withResolvers<never>();
        stop.addEventListener("abort", () => reject(stop.reason));
        return promise;
      },
    ],
  ])("one that %s leaves the answer as it was known, with its age", async (_, look) => {
    const { ask } = world({ look });
    const { text } = await ask("checkout");
    expect(text).toMatch(/^As it was 1 minute ago: checkout in prod: all 3 pods run/);
    expect(text).toContain("prod-eu cannot be seen since");
  });

  test("and nothing is called live that has been quiet for too long and cannot be read", async () => {
    const { ask } = world({ heardAt: given.now - 80 * given.second, lost: false, look: unreachable });
    const { text, attachments } = await ask("checkout");
    expect(text).toMatch(/^As it was 1 minute ago: checkout in prod: all 3 pods run/);
    expect(text).toMatch(
      /prod-eu cannot be seen since .*: its watch has gone quiet, and it could not be read directly\./,
    );
    expect(JSON.stringify(attachments)).not.toContain("live from prod-eu");
  });

  test("and a kind that cannot be read casts no doubt on another", async () => {
    const { ask, looked, apply } = world({ heardAt: given.now, lost: false, look: async () => now });
    const because = "we are not allowed to watch daemonsets in all namespaces (403)";
    apply({ kind: "lost", stream: { ...stream, of: "daemonsets" }, because });
    expect((await ask("checkout")).text).toMatch(/^checkout in prod: all 3 pods run/);
    expect(looked()).toBe(0);
    const { text } = await ask("prod");
    expect(text).toMatch(/^1 service in prod, as far as it can be seen: 1 healthy\./);
    expect(text).toContain("prod-eu cannot be seen since 2026-11-23 14:00:00 UTC");
  });

  test("and a hundred people who ask at once cause one reading", async () => {
    const { ask, looked } = world({ look: async () => now });
    const answers = await Promise.all(Array.from({ length: 100 }, async () => ask("checkout")));
    expect(looked()).toBe(1);
    expect(new Set(answers.map((it) => it.text)).size).toBe(1);
  });

  test("one reading is good for all who ask within seconds, and each is told how old it is", async () => {
    const { ask, looked, pass } = world({ look: async () => now });
    await ask("checkout");
    pass(2_000);
    const { text, attachments } = await ask("checkout");
    expect(text).toMatch(/^checkout in prod: its one pod runs/);
    expect(JSON.stringify(attachments)).toContain("read from prod-eu directly 2 seconds ago");
    expect(looked()).toBe(1);
    pass(1_500);
    expect(JSON.stringify((await ask("checkout")).attachments)).toContain("read from prod-eu directly just now");
    expect(looked()).toBe(2);
  });

  test("that nobody can tell is good to know for as long", async () => {
    const { ask, looked, pass } = world({ look: unreachable });
    for (let nth = 0; nth < 5; nth += 1) expect((await ask("checkout")).text).toMatch(/^As it was 1 minute ago/);
    expect(looked()).toBe(1);
    pass(3_500);
    await ask("checkout");
    expect(looked()).toBe(2);
  });

  test("a reading does not outlive a clock that is put back", async () => {
    const { ask, looked, pass } = world({ look: async () => now });
    await ask("checkout");
    pass(-10_000);
    await ask("checkout");
    expect(looked()).toBe(2);
  });

  test("and what the watch told since is not taken back by it", async () => {
    const { ask, looked, apply, pass } = world({ look: async () => now });
    await ask("checkout");
    pass(1_000);
    for (const of of ["deployments", "replicasets", "pods"] as const) {
      apply({ kind: "heard", stream: { ...stream, of }, at: given.now + 500 });
      apply({ kind: "lost", stream: { ...stream, of }, because: "the API server cannot be reached" });
    }
    await ask("checkout");
    expect(looked()).toBe(2);
  });

  test("more of one name than can be read are not called live when their watch has gone quiet", async () => {
    const { ask, looked, apply } = world({
      heardAt: given.now - 80 * given.second,
      lost: false,
      look: async () => now,
    });
    for (const name of ["a", "b", "c", "d", "e"]) {
      apply({ kind: "put", record: given.workload({ name, uid: name }) });
    }
    const { text } = await ask("checkout");
    expect(looked()).toBe(0);
    expect(text).toContain("its watch has gone quiet, and it could not be read directly");
  });

  test("a cluster that was never read is named as missing, while the other answers", async () => {
    const { ask } = world({ lost: false, heardAt: given.now, look: async () => now });
    expect((await ask("checkout")).text).toMatch(/all 3 pods run .* prod-us is still being read for the first time\./);
  });
});
