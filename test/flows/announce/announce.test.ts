import { describe, expect, test } from "vitest";
import type { ClusterRecord, Pod, Revision, Workload } from "../../../src/core/workload.ts";
import { fenceKey } from "../../../src/core/operation/trace.ts";
import { records as kept } from "../../../src/records.ts";
import { confirmed } from "../../../src/records/operating.ts";
import * as given from "../../core/given.ts";
import * as operations from "../../core/operation/given.ts";
import { deploys, startAnnouncing } from "./world.ts";

type World = Awaited<ReturnType<typeof startAnnouncing>>;

const { digest, second, minute, hour } = given;

function revisionOf(world: World, number: number, tag: string, more: Partial<Revision> = {}): Revision {
  const template = given.template(given.image(tag));
  return given.revision(number, { template, createdAt: world.now(), ...more });
}

/** The workload as its controller shows it while `fresh` pods of the last revision are ready. */
function at(
  revisions: readonly Revision[],
  pods: readonly Pod[],
  more: Partial<Workload> = {},
): readonly ClusterRecord[] {
  const [current] = revisions.slice(-1);
  const fresh = pods.filter((it) => it.owner === current?.uid);
  const ready = pods.filter((it) => it.ready).length;
  const isDone = fresh.filter((it) => it.ready).length === 3 && pods.length === 3;
  const counts = { total: pods.length, updated: fresh.length, ready, available: ready };
  const template = current ? { template: current.template } : {};
  const conditions = [isDone ? { ...given.rolledOut, updatedAt: null } : given.underWay];
  return [given.workload({ ...template, counts, conditions, ...more }), ...revisions, ...pods];
}

const old = digest("a");
const fresh = digest("b");

function started(world: World) {
  const one = revisionOf(world, 1, "1.4.2", { createdAt: world.now() - hour });
  const bot = world.bot();
  bot.list(...at([one], given.pods(3, one, { digest: old })));
  return { bot, one };
}

describe("a deploy", () => {
  test("is one message that is edited as it goes, with its details in the thread", async () => {
    await using world = await startAnnouncing();
    const { bot, one } = started(world);
    await bot.settle(2);
    expect(world.said()).toEqual([]);

    const two = revisionOf(world, 2, "1.5.0");
    bot.put(...at([one, two], given.pods(3, one, { digest: old })));
    await bot.settle(4);
    expect(world.said().map((it) => it.text)).toEqual([expect.stringMatching(/^checkout in prod: deploy started\./)]);

    const some = [...given.pods(1, two, { digest: fresh }), ...given.pods(2, one, { digest: old })];
    bot.put(...at([one, two], some));
    await bot.settle(4);
    expect(world.said()[0]?.text).toMatch(/deploy in progress, 1 of 3 pods ready/);

    bot.put({ ...given.pod(one), name: "gone" });
    bot.list(...at([one, two], given.pods(3, two, { digest: fresh })));
    await bot.settle();
    const [message, ...more] = world.said();
    expect(more).toEqual([]);
    expect(message?.text).toMatch(/^checkout in prod: deploy done, 3 of 3 pods ready after \d+ s\./);
    expect(message?.shown).toContain("sha256:aaaaaaaaaaaa` → `sha256:bbbbbbbbbbbb` (tag `1.5.0`)");
    expect(message?.replies).toEqual([expect.objectContaining({ broadcast: false })]);
  });

  test("is told once by two bots, and by one that starts again", async () => {
    await using world = await startAnnouncing();
    const { bot, one } = started(world);
    await bot.settle(2);
    const other = world.bot();
    const two = revisionOf(world, 2, "1.5.0");
    const all = at([one, two], given.pods(3, two, { digest: fresh }));
    other.list(...at([one], given.pods(3, one, { digest: old })));
    await other.settle(1);
    other.put(...all);
    bot.list(...all);
    await Promise.all([bot.settle(6), other.settle(6)]);
    const third = world.bot();
    third.list(...all);
    await third.settle(6);
    expect(world.said().map((it) => [it.text.slice(0, 29), it.replies.length])).toEqual([
      ["checkout in prod: deploy done", 1],
    ]);
  });

  test("that happened while nobody was looking says so, and between what", async () => {
    await using world = await startAnnouncing();
    const { bot, one } = started(world);
    await bot.settle(15);
    world.later(hour);
    const two = revisionOf(world, 2, "1.5.0", { createdAt: world.now() - 10 * minute });
    const later = world.bot();
    later.list(...at([one, two], given.pods(3, two, { digest: fresh })));
    await later.settle();
    const [message] = world.said();
    expect(message?.shown).toContain("while I was not looking");
  });

  test("with a bad image is a failure within seconds, shown to the channel once with its cause and what to do", async () => {
    await using world = await startAnnouncing({ mention: "U0ALICE" });
    const { bot, one } = started(world);
    await bot.settle(2);
    const two = revisionOf(world, 2, "1.5.0");
    const waiting = { reason: "ImagePullBackOff", message: 'Back-off pulling image "ghcr.io/acme/checkout:1.5.0"' };
    const bad = given.pod(two, { digest: null, container: { ready: false, waiting } });
    bot.put(...at([one, two], [...given.pods(3, one, { digest: old }), bad]));
    await bot.settle(8);
    const [message, ...more] = world.said();
    expect(more).toEqual([]);
    expect(message?.text).toMatch(/^checkout in prod: deploy failed, 0 of 3 new pods ready\./);
    expect(message?.shown).toMatch(/checkout-2-x.*ImagePullBackOff.*see that the registry serves this image/);
    expect(message?.replies.filter((it) => it.broadcast).map((it) => it.text)).toEqual([
      expect.stringContaining("<@U0ALICE>"),
    ]);

    // and back: the message says so, and the channel hears that it is over
    const back = { ...one, number: 3, returned: true };
    bot.list(...at([two, back], given.pods(3, back, { digest: old }), { generation: 8, observedGeneration: 8 }));
    await bot.settle();
    const [first, second_] = world.said();
    expect(first?.text).toMatch(/^checkout in prod: rolled back to sha256:aaaaaaaaaaaa/);
    expect(first?.replies.filter((it) => it.broadcast)).toHaveLength(2);
    expect(second_?.text).toMatch(/^checkout in prod: rollback done/);
  });

  test("that is replaced half-way is superseded", async () => {
    await using world = await startAnnouncing();
    const { bot, one } = started(world);
    await bot.settle(2);
    const two = revisionOf(world, 2, "1.5.0");
    bot.put(...at([one, two], given.pods(3, one, { digest: old })));
    await bot.settle(4);
    const three = revisionOf(world, 3, "1.6.0");
    bot.list(...at([one, two, three], given.pods(3, three, { digest: digest("c") })));
    await bot.settle();
    expect(world.said().map((it) => it.text)).toEqual([
      expect.stringMatching(/deploy superseded by sha256:c/),
      expect.stringMatching(/deploy done/),
    ]);
  });
});

describe("what is no deploy is not told", () => {
  test.each<[string, (world: World, one: Revision) => readonly ClusterRecord[]]>([
    ["scaling", (_, one) => at([one], given.pods(5, one, { digest: old }), { replicas: 5 })],
    ["a pod that is replaced", (_, one) => at([one], given.pods(2, one, { digest: old }))],
    [
      "a restart",
      (world, one) => {
        const notes = { "kubectl.kubernetes.io/restartedAt": "2026-11-23T13:59:00Z" };
        const again = revisionOf(world, 2, "1.4.2", { template: given.template(given.image("1.4.2"), { notes }) });
        return at([one, again], given.pods(3, again, { digest: old }));
      },
    ],
  ])("%s", async (_, change) => {
    await using world = await startAnnouncing();
    const { bot, one } = started(world);
    await bot.settle(2);
    bot.list(...change(world, one));
    await bot.settle(6);
    expect(world.said()).toEqual([]);
  });

  test("but a restart that brings another image under the same tag is", async () => {
    await using world = await startAnnouncing();
    const { bot, one } = started(world);
    await bot.settle(2);
    const notes = { "kubectl.kubernetes.io/restartedAt": "2026-11-23T13:59:00Z" };
    const again = revisionOf(world, 2, "1.4.2", { template: given.template(given.image("1.4.2"), { notes }) });
    bot.put(...at([one, again], given.pods(3, one, { digest: old })));
    await bot.settle(4);
    expect(world.said()).toEqual([]);
    bot.list(...at([one, again], given.pods(3, again, { digest: fresh })));
    await bot.settle();
    expect(world.said().map((it) => it.shown)).toEqual([expect.stringContaining("Tag moved")]);
  });

  test("and where somebody wants to hear of restarts, they are told", async () => {
    await using world = await startAnnouncing({ restarts: true });
    const { bot, one } = started(world);
    await bot.settle(2);
    const notes = { "kubectl.kubernetes.io/restartedAt": "2026-11-23T13:59:00Z" };
    const again = revisionOf(world, 2, "1.4.2", { template: given.template(given.image("1.4.2"), { notes }) });
    bot.list(...at([one, again], given.pods(3, again, { digest: old })));
    await bot.settle();
    expect(world.said().map((it) => it.text)).toEqual([expect.stringMatching(/restart done/)]);
  });
});

describe("several at once", () => {
  test("workloads of one service and release are one message", async () => {
    await using world = await startAnnouncing();
    const one = revisionOf(world, 1, "1.4.2", { createdAt: world.now() - hour });
    const bot = world.bot();
    bot.list(...webAndWorker(at([one], given.pods(3, one, { digest: old }))));
    await bot.settle(2);
    const two = revisionOf(world, 2, "1.5.0");
    bot.list(...webAndWorker(at([one, two], given.pods(3, two, { digest: fresh }))));
    await bot.settle();
    expect(world.said().map((it) => it.text)).toEqual([
      expect.stringMatching(/deploy done in 2 workloads, 6 of 6 pods/),
    ]);
  });

  test("a storm is one summary, with each of them in its thread, in order", async () => {
    await using world = await startAnnouncing();
    const one = revisionOf(world, 1, "1.4.2", { createdAt: world.now() - hour });
    const bot = world.bot();
    const names = Array.from({ length: 60 }, (_, index) => `service-${String(index).padStart(2, "0")}`);
    const all = (records: readonly ClusterRecord[]) => names.flatMap((it) => named(records, it, it));
    bot.list(...all(at([one], given.pods(3, one, { digest: old }))));
    await bot.settle(2);
    const two = revisionOf(world, 2, "1.5.0");
    bot.list(...all(at([one, two], given.pods(3, two, { digest: fresh }))));
    await bot.observe();
    world.later(second);
    await bot.settle(40);
    const [storm, ...more] = world.said();
    expect(more).toEqual([]);
    expect(storm?.text).toMatch(/^60 releases at once in prod: 60 done/);
    expect(storm?.replies.map((it) => it.text.slice(0, 12))).toEqual(["Page 1 of 3:", "Page 2 of 3:", "Page 3 of 3:"]);
  });
});

describe("channels", () => {
  test("a service has its own, and one that is closed is told once and holds up no other", async () => {
    await using world = await startAnnouncing({ services: new Map([["checkout", "C0AWAY"]]) });
    const { bot, one } = started(world);
    await bot.settle(2);
    const two = revisionOf(world, 2, "1.5.0");
    bot.list(...at([one, two], given.pods(3, two, { digest: fresh })));
    await bot.settle(8);
    expect(bot.closed).toEqual(["C0AWAY"]);
    expect(world.said(deploys)).toEqual([]);
    await world.slack.invite({ by: "U0ALICE", user: "U0SIMBOT", channel: "C0AWAY" });
    world.later(2 * minute);
    await bot.settle();
    expect(world.said("C0AWAY").map((it) => it.text)).toEqual([expect.stringMatching(/deploy done/)]);
  });

  test("how it ended is told, however often Slack says that it is too much", async () => {
    await using world = await startAnnouncing();
    const { bot, one } = started(world);
    await bot.settle(2);
    const two = revisionOf(world, 2, "1.5.0");
    bot.put(...at([one, two], given.pods(3, one, { digest: old })));
    await bot.settle(4);
    world.slack.failNext("chat.update", { kind: "rate-limited", seconds: 2 }, 3);
    bot.list(...at([one, two], given.pods(3, two, { digest: fresh })));
    await bot.settle(20);
    expect(world.said().map((it) => it.text)).toEqual([expect.stringMatching(/deploy done/)]);
  });
});

function named(records: readonly ClusterRecord[], name: string, service: string): readonly ClusterRecord[] {
  const text = JSON.stringify(records)
    .replaceAll('"deployment-checkout"', JSON.stringify(`deployment-${name}`))
    .replaceAll(/"(replicaset-|checkout-)([^"]*)"/g, `"${name}-$1$2"`)
    .replaceAll('"name":"checkout","uid"', `"name":"${name}","uid"`)
    .replaceAll('"service":"checkout"', `"service":"${service}"`);
  const parsed: readonly ClusterRecord[] = JSON.parse(text);
  return parsed;
}

function webAndWorker(records: readonly ClusterRecord[]): readonly ClusterRecord[] {
  return ["web", "worker"].flatMap((it) => named(records, it, "checkout"));
}

describe("a rollback of ours", () => {
  test.each([
    ["where its own message stands, it is not told again", deploys, 0],
    ["elsewhere it is told as any release", "C0INC", 1],
  ])("%s", async (_, channel, told) => {
    await using world = await startAnnouncing();
    const { bot, one } = started(world);
    await bot.settle(2);
    const two = revisionOf(world, 2, "1.5.0");
    bot.list(...at([one, two], given.pods(3, two, { digest: fresh })));
    await bot.settle();
    const [first] = world.said();
    const before = world.said().length;

    // pinned to what the tag stood for: a revision that was never there before
    const pinned = given.template(`ghcr.io/shop/checkout@${old}`);
    const of = { cluster: "uid-prod-eu", namespace: "shop", kind: "Deployment", name: "checkout" } as const;
    const to = operations.side("good", { template: pinned.hash });
    const asked = { ...operations.intent().asked, where: { channel, thread: null } };
    const intent = operations.intent({ plan: operations.plan({ of, to }), at: world.now(), asked });
    await world.store.commit(confirmed("c1", intent));
    const three = revisionOf(world, 3, "-", { template: pinned });
    bot.list(...at([one, two, three], given.pods(3, three, { digest: old }), { notes: { [fenceKey]: intent.id } }));
    await bot.settle();
    expect(world.said().length - before).toBe(told);
    expect(world.said().find((it) => it.ts === first?.ts)?.text).toMatch(/rolled back/);
    const page = await world.store.range(kept.ledger(of), { before: null, limit: 1 });
    expect(page[0]?.value.end?.by).toBe("rollback");
  });
});
