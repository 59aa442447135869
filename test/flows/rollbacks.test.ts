import { afterAll, expect, test } from "vitest";
import type { PastQuestion } from "../../src/core/past/question.ts";
import { ended } from "../../src/core/operation/step.ts";
import { recallRollbacks } from "../../src/flows/recall/rollbacks.ts";
import { confirmed, operating, stepped } from "../../src/records/operating.ts";
import { createSqliteStore } from "../../src/store/sqlite.ts";
import { pastMessage } from "../../src/views/past.ts";
import { validateMessage } from "../../sim/slack/blocks/validate.ts";
import { minute, now, workload } from "../core/given.ts";
import { intent, plan } from "../core/operation/given.ts";
import { viewOf } from "../core/look.ts";
import { showing } from "../views/past/given.ts";

const store = createSqliteStore({ path: ":memory:", clock: { now: () => now } });
afterAll(() => store[Symbol.asyncDispose]());

const place = { cluster: "prod-eu", namespaces: ["shop"] };
const deps = { store, view: viewOf([]), places: [place] };

type Asked = PastQuestion & { readonly kind: "rollbacks" };

test("what was rolled back is listed from the newest on, page by page, and what is under way is counted", async () => {
  for (let nth = 0; nth < 12; nth += 1) {
    const of = { ...plan().of, name: `checkout-${nth}` };
    await store.commit(confirmed(`c${nth}`, intent({ id: `p${nth}`, at: now + nth * minute, plan: plan({ of }) })));
  }
  const first = await store.read(operating.operation("p11"));
  if (!first) throw new Error("it is not there");
  await store.commit(stepped("end", first, ended(first.value, { state: "expired", at: now })).commit);

  const asked: Asked = { kind: "rollbacks", environment: "prod", after: null };
  const newest = await recallRollbacks(asked, deps);
  expect(newest.operations.map((it) => it.intent.id)).toEqual(Array.from({ length: 10 }, (_, at) => `p${11 - at}`));
  const older: Asked = { ...asked, after: newest.after };
  const rest = await recallRollbacks(older, deps);
  expect(rest.operations.map((it) => it.intent.id)).toEqual(["p1", "p0"]);
  expect(rest.after).toBe(null);

  const message = pastMessage(newest, { ...showing(newest), question: asked });
  expect(validateMessage({ channel: "C1", ...message })).toEqual([]);
  expect(message.text).toContain("The newest 10 rollbacks in prod, 9 under way.");
  expect(pastMessage(rest, { ...showing(rest), question: older }).text).toContain("The next 2 rollbacks in prod");
  const none = await recallRollbacks({ ...asked, environment: "staging" }, deps);
  expect(pastMessage(none, showing(none)).text).toContain("I rolled back nothing in staging.");
});

const carrying = (name: string, operation: string) =>
  workload({ name, uid: name, notes: { "whatsrunning.dev/operation": operation } });

test("a workload that carries an operation nobody has a record of is ours, and that is said", async () => {
  const view = viewOf([
    carrying("known", "p1"),
    carrying("stray", "void:p99"),
    workload({ name: "none", uid: "none" }),
  ]);
  const answer = await recallRollbacks({ kind: "rollbacks", environment: "prod", after: null }, { ...deps, view });
  expect(answer.lost.map((it) => [it.subject.name, it.operation])).toEqual([["stray", "p99"]]);
  const message = pastMessage(answer, showing({ kind: "rollbacks", environment: "prod", after: null }));
  expect(message.text).toContain("carries operation p99, which is ours, and its record is lost");
  expect(validateMessage({ channel: "C1", ...message })).toEqual([]);
});
