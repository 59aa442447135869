import { afterAll, describe, expect, test } from "vitest";
import * as given from "../../core/given.ts";
import { doomed } from "./mortal.ts";
import { deploys, startAnnouncing } from "./world.ts";

/**
 * One deploy, told by bots of which the first dies at each of its steps in turn: before the step, and after it but before its
 * answer. Those who come later know nothing but what is in the store.
 */

const one = (created: number) =>
  given.revision(1, { template: given.template(given.image("1.4.2")), createdAt: created });
const two = (created: number) =>
  given.revision(2, { template: given.template(given.image("1.5.0")), createdAt: created });

async function dieAt(at: number, when: "before" | "after", scopes: readonly string[]) {
  await using world = await startAnnouncing({ scopes });
  const before = one(world.now() - given.hour);
  const old = given.pods(3, before, { digest: given.digest("a") });
  const workload = given.workload({ template: before.template });
  const first = world.bot();
  first.list(workload, before, ...old);
  await first.settle(2);

  const after = two(world.now());
  const begun = [
    given.workload({ template: after.template, counts: given.counts(3, { updated: 0 }), conditions: [given.underWay] }),
    before,
    after,
    ...old,
  ];
  const done = [
    given.workload({ template: after.template, conditions: [{ ...given.rolledOut, updatedAt: null }] }),
    before,
    after,
    ...given.pods(3, after, { digest: given.digest("b") }),
  ];

  const death = doomed(at, when);
  const mortal = world.bot(death);
  mortal.list(workload, before, ...old);
  const life = async () => {
    await mortal.observe();
    mortal.put(...begun);
    await mortal.settle(4);
    mortal.list(...done);
    await mortal.settle(6);
    return null;
  };
  const died = await Promise.race([death.died, life()]);

  const heir = world.bot();
  heir.list(...done);
  await heir.settle(25);
  const { slack } = world;
  const ours = slack.messagesFor("U0ALICE", deploys).filter((it) => !JSON.stringify(it).includes("said twice"));
  const alone = ours.filter((it) => it.thread === null || it.thread === it.ts);
  const details = ours.filter((it) => !alone.includes(it));
  return { died, deeds: death.deeds, alone: alone.map((it) => it.text), details: details.length };
}

function isDone(text: string): boolean {
  return text.startsWith("checkout in prod: deploy done, 3 of 3 pods ready");
}

const whens = ["before", "after"] as const;

describe("a bot that dies at any step of telling a deploy", { timeout: 60_000 }, () => {
  const deaths = new Map<string, number>();
  const count = (readable: boolean, when: string, step: string) => {
    const name = `${readable ? "history readable" : "no history"}: ${when} "${step}"`;
    deaths.set(name, (deaths.get(name) ?? 0) + 1);
  };
  afterAll(() => {
    process.stdout.write(`${[...deaths].map(([name, times]) => `${name} ${times}`).join("\n")}\n`);
  });

  test.each(whens)("leaves each message there once, where the history can be read: %s it", async (when) => {
    for (let at = 0; ; at += 1) {
      const { died, deeds, alone, details } = await dieAt(at, when, ["chat:write", "channels:history"]);
      const where = `${when} ${deeds.at(-1) ?? ""} (${at})`;
      expect(alone, where).toEqual([expect.stringMatching(/^checkout in prod: deploy done, 3 of 3 pods ready/)]);
      expect(details, where).toBe(1);
      if (died === null) break; // it outlived the deploy
      count(true, when, died);
    }
    for (const step of ["note", "intend to post", "post", "remember", "intend to edit", "edit", "rest"])
      expect(deaths.get(`history readable: ${when} "${step}"`), step).toBeGreaterThan(0);
  });

  test.each(whens)(
    "leaves at most one message twice, where it cannot, and what is kept is true: %s it",
    async (when) => {
      for (let at = 0; ; at += 1) {
        const { died, alone, details } = await dieAt(at, when, ["chat:write"]);
        expect(alone.some(isDone), `${when} ${died}`).toBe(true);
        const twice = died === "post" || died === "intend to post" || died === "remember" ? 1 : 0;
        expect(alone.length + details, `${when} ${died}`).toBeLessThanOrEqual(2 + twice);
        if (died === null) break;
        count(false, when, died);
      }
    },
  );
});
