import { expect, test } from "vitest";
import type { Pod, Workload } from "../../src/core/workload.ts";
import { spoken, verdictWords } from "../../src/views/words/headline.ts";
import { counts, crashing, image, template } from "../core/given.ts";
import { look } from "../core/look.ts";
import { db1, db2, member, set } from "../core/stateful-set.ts";

const words = (given: Partial<Workload>, pods: readonly Pod[]): string => {
  const running = look({ workload: set(given), revisions: [db1, db2], pods });
  return verdictWords(running.verdicts[0], running, spoken);
};
const half = [member(0, db1), member(1, db1), member(2, db2)];

test("what keeps old pods on purpose is not called a rollout under way", () => {
  expect(words({ partition: 2, counts: counts(3, { updated: 1 }) }, half)).toMatch(
    /^ is rolled out only in part, as its partition says: 1 pod on .*, 2 still on /,
  );
  expect(words({ strategy: "OnDelete", counts: counts(3, { updated: 1 }) }, half)).toMatch(
    /^ takes its new revision only as its pods are deleted: 1 pod on .*, 2 still on /,
  );
});

test("the pod that holds everything up is named, with what would help", () => {
  const back = { template: template(image("1.4.2")), updateRevision: "db-1a", counts: counts(3, { ready: 2 }) };
  const said = words(back, [member(0, db1), member(1, db1), member(2, db2, { container: crashing })]);
  expect(said).toContain("pod db-2 has CrashLoopBackOff");
  expect(said).toContain("It is of an older revision, and all others wait until somebody deletes it");
});
