import { expect, test } from "vitest";
import { agreements } from "../../src/core/agreement.ts";
import type { Running } from "../../src/core/running.ts";
import * as given from "./given.ts";
import { look } from "./look.ts";

const eu = look();
/** The same in another cluster, but for what is given. */
function on(cluster: string, scene: Parameters<typeof look>[0] = {}): Running {
  const workload = given.workload({ ...scene.workload, cluster });
  return look({ revisions: [given.revision(1, { cluster, template: workload.template })], ...scene, workload });
}
const revision = given.revision(1, { cluster: "prod-us" });

test.each<[string, Running, number]>([
  ["the same digest and tag in another cluster", on("prod-us"), 1],
  ["another digest", on("prod-us", { pods: given.pods(3, revision, { digest: given.digest("b") }) }), 2],
  [
    "another tag of the same digest",
    on("prod-us", { workload: given.workload({ template: given.template(given.image("1.4.3")) }) }),
    2,
  ],
  ["not all ready", on("prod-us", { pods: [...given.pods(2, revision), given.pod(revision, { ready: false })] }), 2],
  [
    "two digests",
    on("prod-us", { pods: [...given.pods(2, revision), given.pod(revision, { digest: given.digest("b") })] }),
    2,
  ],
  ["scaled to zero", on("prod-us", { workload: given.workload({ replicas: 0 }), pods: [] }), 2],
])("beside a healthy one, %s makes that many parts", (_, other, parts) => {
  const found = agreements([eu, other], () => true);
  expect(found.length).toBe(parts);
  expect(found.flat()).toEqual([eu, other]);
});

test("what is not seen as it is now stands alone, however alike", () => {
  const us = on("prod-us");
  expect(agreements([eu, us], (it) => it !== us)).toEqual([[eu], [us]]);
});
