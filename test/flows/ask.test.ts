import { describe, expect, test } from "vitest";
import { createAsking } from "../../src/flows/ask.ts";
import * as given from "../core/given.ts";
import { viewOf } from "../core/look.ts";
import { recallsNothing } from "./remembered.ts";

const clock = { now: () => given.now, sleep: async () => {} };
const environments = [
  { name: "prod", aliases: ["production"], places: [{ cluster: "prod-eu", namespaces: ["shop"] }] },
  { name: "staging", aliases: [], places: [{ cluster: "staging", namespaces: null }] },
] as const;

function asking(records = [...checkout(), ...checkout({ cluster: "staging", namespace: "qa" })]) {
  const view = viewOf(records);
  return {
    view,
    ...createAsking({
      view,
      clusters: [],
      environments,
      default: "prod",
      links: {},
      aliases: given.noAliases,
      recall: recallsNothing,
      clock,
    }),
  };
}

function checkout(where: { readonly cluster?: string; readonly namespace?: string; readonly name?: string } = {}) {
  const workload = given.workload({ ...where });
  const revision = given.revision(1, where.cluster ? { cluster: where.cluster } : {});
  return [workload, revision, ...given.pods(3, revision)];
}

describe("asking", () => {
  test("answers about a service in the default environment", async () => {
    expect((await asking().ask("checkout")).text).toMatch(
      /^checkout in prod: all 3 pods run sha256:a{12} \(tag 1\.4\.2\)\./,
    );
  });

  test("finds an environment by its alias, in a sentence", async () => {
    expect((await asking().ask("what's running in production?")).text).toMatch(/^1 service in prod: 1 healthy/);
  });

  test("keeps environments apart", async () => {
    expect((await asking().ask("checkout staging")).text).toMatch(/^checkout in staging/);
    expect((await asking([...checkout({ namespace: "other" })]).ask("checkout prod")).text).toMatch(
      /^I do not see checkout in prod/,
    );
  });

  test("finds a workload by its own name where the label says another", async () => {
    const { view, ask } = asking([]);
    view.apply({ kind: "put", record: given.workload({ name: "checkout-web-7", service: "Checkout" }) });
    for (const name of ["checkout-web-7", "Checkout", "checkout"])
      expect((await ask(name)).text).toMatch(/^Checkout in prod|^As|^Not/);
  });

  test("answers a pressed button as of now, not as of the message", async () => {
    const { view, ask, again } = asking();
    const before = (await ask("checkout")).text;
    view.apply({ kind: "put", record: given.workload({ replicas: 0, counts: given.counts(0) }) });
    for (const pod of given.pods(3, given.revision(1))) {
      view.apply({ kind: "gone", what: "pod", cluster: "prod-eu", uid: pod.uid });
    }
    const after = (await again({ kind: "service", service: "checkout", environment: "prod" }, "reader")).text;
    expect(before).not.toBe(after);
    expect(after).toMatch(/scaled to zero/);
  });

  test("a button about an environment that is gone from the configuration says so", async () => {
    const message = await asking().again({ kind: "environment", environment: "qa", page: 0 }, "reader");
    expect(message.text).toMatch(/^I do not know qa .* There is: prod, staging\./);
  });

  test("an answer for the channel has no Share button, one for the reader has", async () => {
    const { again } = asking();
    const question = { kind: "service", service: "checkout", environment: "prod" } as const;
    expect(JSON.stringify(await again(question, "reader"))).toContain('"share"');
    expect(JSON.stringify(await again(question, "channel"))).not.toContain('"share"');
  });

  test("what is not seen live is not said as if it were", async () => {
    const { view, ask } = asking();
    const stream = { cluster: "prod-eu", of: "pods", namespace: null } as const;
    view.apply({ kind: "lost", stream, because: "connection refused" });
    expect((await ask("checkout")).text).toMatch(
      /^As it was a moment ago: checkout in prod: .* prod-eu cannot be seen since/,
    );
  });
});
