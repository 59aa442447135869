import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  aliasesOf,
  crashing,
  deadlineExceeded,
  digest,
  image,
  noAliases,
  pod,
  podsRefused,
  rolledOut,
  starting,
  template,
  underWay,
  workload,
  repository,
} from "./given.ts";
import { look } from "./look.ts";
import { v1, v2 } from "./two-releases.ts";

const [a, b, c] = [digest("a"), digest("b"), digest("c")];

describe("whatever the cluster looks like", () => {
  const digests = fc.constantFrom(a, b, c, null);
  const somePod = fc
    .record({
      of: fc.constantFrom(v1, v2),
      runs: digests,
      bare: fc.boolean(),
      image: fc.constantFrom(image("1.4.2"), image("1.5.0"), image(a), "Not A Name"),
      terminating: fc.boolean(),
      phase: fc.constantFrom("Pending", "Running", "Failed", "Succeeded", "Unknown"),
      state: fc.constantFrom({}, crashing, starting),
    })
    .map(({ of, runs, bare, state, terminating, phase, image: asked }) => {
      const imageId = runs === null ? "" : bare ? runs : `${repository}@${runs}`;
      return pod(of, { digest: runs, terminating, phase, container: { ...state, image: asked, imageId } });
    });
  const world = fc.record({
    pods: fc
      .array(somePod)
      .map((all) => all.map((it, index) => ({ ...it, name: `pod-${index}`, uid: `pod-${index}` }))),
    wants: fc.constantFrom(v1.template, v2.template, template(image(b)), template("Not A Name")),
    revisions: fc.subarray([v1, v2]),
    observed: fc.constantFrom(6, 7),
    paused: fc.boolean(),
    replicas: fc.nat(4),
    conditions: fc.subarray([rolledOut, underWay, podsRefused, deadlineExceeded]),
    aliases: fc.constantFrom(noAliases, aliasesOf([a, b]), aliasesOf([a, b], [c])),
  });

  test("uniform is never said while a counted pod is of another revision, or two images run under one container", () => {
    fc.assert(
      fc.property(world, ({ wants, observed, paused, replicas, conditions, ...scene }) => {
        const given = workload({ template: wants, observedGeneration: observed, paused, replicas, conditions });
        const answer = look({ ...scene, workload: given });
        const [first, ...more] = answer.verdicts;
        if (first.kind !== "uniform") return;

        expect(more).toEqual([]);
        const known = scene.pods.filter((it) => scene.revisions.some(({ uid }) => uid === it.owner));
        const counted = known.filter((it) => !it.terminating && it.phase !== "Failed" && it.phase !== "Succeeded");
        expect(counted.filter((it) => it.owner !== answer.revision?.uid)).toEqual([]);
        const running = new Set(
          counted.flatMap((it) => it.containers.map(({ imageId }) => imageId.split("@").at(-1) ?? "")),
        );
        const [one, ...others] = [...running].filter((it) => it !== "");
        const same = (it: string) => it === one || scene.aliases(it)?.has(one ?? "");
        expect(others.filter((it) => !same(it))).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });
});
