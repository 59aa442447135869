import { expect, test } from "vitest";
import { createOverview } from "../../../src/flows/answer/everything.ts";
import * as given from "../../core/given.ts";
import { viewOf } from "../../core/look.ts";

const prod = { name: "prod", aliases: [], places: [{ cluster: "prod-eu", namespaces: null }] } as const;
const nameOf = (nth: number): string => `service-${String(nth).padStart(4, "0")}`;

function service(nth: number, tag = "1.4.2") {
  const name = nameOf(nth);
  const template = given.template(given.image(tag), { config: name });
  const workload = given.workload({ name, service: name, uid: name, replicas: 1, template });
  const revision = given.revision(1, { name: `${name}-1`, uid: `${name}-1`, owner: name, template });
  return { workload, revision, pod: given.pod(revision, { name: `${name}-pod` }) };
}

const services = Array.from({ length: 1_000 }, (_, nth) => service(nth));

function world() {
  const view = viewOf(services.flatMap((it) => Object.values(it)));
  let now = given.now;
  const overview = createOverview({ view, aliases: given.noAliases, clock: { now: () => now } });
  return { view, everything: async () => overview.everything(prod), pass: (ms: number) => void (now += ms) };
}

/** One turn of the event loop. */
const turn = async (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

test("others get their turns while a large environment is judged", async () => {
  let turns = 0;
  const over = new AbortController();
  const all = world()
    .everything()
    .finally(() => over.abort());
  while (!over.signal.aborted) {
    await turn();
    turns += 1;
  }
  expect((await all).known.rows).toHaveLength(1_000);
  expect(turns).toBeGreaterThan(15);
});

test("all who ask meanwhile get the same, and who asks later gets it anew", async () => {
  const { everything } = world();
  const [first, second] = [everything(), everything()];
  expect(await second).toBe(await first);
  expect(await everything()).not.toBe(await first);
});

test("what changes meanwhile is told as it is when its turn comes, and what has gone is left out", async () => {
  const { view, everything, pass } = world();
  const all = everything();
  await turn();
  const changed = service(998, "1.5.0");
  for (const record of Object.values(changed)) view.apply({ kind: "put", record });
  view.apply({ kind: "gone", what: "workload", cluster: "prod-eu", uid: nameOf(999) });
  view.apply({ kind: "lost", stream: { cluster: "prod-eu", of: "pods", namespace: null }, because: "it broke" });
  pass(5_000);
  const { known, at } = await all;
  const found = known.rows.find((it) => it.service === nameOf(998));
  expect(found?.worst.workload).toBe(changed.workload);
  expect(found?.worst.verdicts[0].kind).toBe("uniform");
  expect(known.rows.map((it) => it.service)).not.toContain(nameOf(999));
  expect(at, "nothing of it is older than the moment it is told of").toBe(given.now);
  expect(known.sight).toEqual([{ cluster: "prod-eu", freshness: { state: "live", at: given.now } }]);
});
