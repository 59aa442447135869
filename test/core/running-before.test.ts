import { describe, expect, test } from "vitest";
import {
  aliasesOf,
  digest,
  hour,
  image,
  minute,
  noAliases,
  now,
  pod,
  pods,
  revision,
  template,
  templateContainer,
  workload,
  writer,
} from "./given.ts";
import { look } from "./look.ts";
import { onV1, onV2, toV2, v1, v2 } from "./two-releases.ts";

const [a, b, c] = [digest("a"), digest("b"), digest("c")];
const onV2Only = workload({ template: v2.template });

const before = (name: string, how: string, ...digests: readonly string[]) => ({ revision: { name }, how, digests });

describe("what ran before", () => {
  const pinnedV1 = revision(1, { template: template(image(a)) });
  const restartedV2 = revision(3, { template: template(image("1.5.0"), { config: "restarted" }) });
  const restarted = workload({ template: restartedV2.template });

  type Row = readonly [rule: string, scene: NonNullable<Parameters<typeof look>[0]>, previous: object | null];
  test.each<Row>([
    ["is nothing when this is the first release", { revisions: [v1] }, null],
    [
      "is known by the digest that its pods still run",
      { workload: toV2, revisions: [v1, v2], pods: [...onV1(2), ...onV2(1)] },
      before("checkout-1", "seen running", a),
    ],
    [
      "is known by every digest that its pods ran, where its tag had moved",
      { workload: toV2, revisions: [v1, v2], pods: [...onV1(2), pod(v1, { digest: c }), ...onV2(1)] },
      before("checkout-1", "seen running", a, c),
    ],
    [
      "is known by the digest that its template names",
      { workload: onV2Only, revisions: [pinnedV1, v2], pods: onV2(3) },
      before("checkout-1", "named by digest", a),
    ],
    [
      "is only a name when nobody saw its pods",
      { workload: onV2Only, revisions: [v1, v2], pods: onV2(3) },
      before("checkout-1", "reference only"),
    ],
    [
      "is not the same image, restarted",
      { workload: restarted, revisions: [v1, v2, restartedV2], pods: pods(3, restartedV2, { digest: b }) },
      before("checkout-1", "reference only"),
    ],
    [
      "is not the same image, restarted, whose old pods ran the same digest",
      {
        workload: restarted,
        revisions: [v1, v2, restartedV2],
        pods: [...onV2(1), ...pods(3, restartedV2, { digest: b })],
      },
      before("checkout-1", "reference only"),
    ],
    [
      "is the same tag with another digest, when it moved before a restart",
      {
        workload: restarted,
        revisions: [v1, v2, restartedV2],
        pods: [...onV2(1), ...pods(3, restartedV2, { digest: c })],
      },
      before("checkout-2", "seen running", b),
    ],
    [
      "is not another name of the same image, as far as the registry tells",
      {
        workload: restarted,
        revisions: [v1, v2, restartedV2],
        pods: [...onV2(1), ...pods(3, restartedV2, { digest: c })],
        aliases: aliasesOf([b, c]),
      },
      before("checkout-1", "reference only"),
    ],
    [
      "is the release that was left, after a rollback",
      {
        workload: workload({ template: v1.template }),
        revisions: [{ ...v1, number: 3, returned: true }, v2],
        pods: [...onV1(3), ...onV2(1, { terminating: true })],
      },
      before("checkout-2", "seen running", b),
    ],
    [
      "is what still runs, before the controller has looked",
      { workload: workload({ template: v2.template, generation: 8 }), revisions: [v1], pods: onV1(3) },
      before("checkout-1", "seen running", a),
    ],
    [
      "is the main container's, where the container has another name now",
      {
        workload: onV2Only,
        revisions: [revision(1, { template: template("", { containers: [templateContainer({ name: "app" })] }) }), v2],
        pods: [
          ...onV2(3),
          pod(revision(1, { template: template("", { containers: [templateContainer({ name: "app" })] }) })),
        ],
      },
      before("checkout-1", "seen running", a),
    ],
  ])("%s", (_, scene, previous) => {
    const answer = look({ aliases: noAliases, ...scene });
    expect({ previous: answer.previous }).toMatchObject({ previous });
  });
});

const names = (scene: Parameters<typeof look>[0]) =>
  look(scene).provenance.deployers.map(({ value: it }) => (it.kind === "person" ? it.name : it.tool.name));

const two = (worker: string) =>
  template("", { containers: [templateContainer(), templateContainer({ name: "worker", image: worker })] });

describe("who is told to have deployed it", () => {
  const alice = { "whatsrunning.dev/deployer": "alice", "whatsrunning.dev/commit": "3f9a1c7d2b4e" };
  const set = writer({ at: now - minute });

  test("the person whose pipeline wrote the annotations of this revision", () => {
    expect(names({ revisions: [{ ...v1, notes: alice }] })).toEqual(["alice", "kubectl apply"]);
  });

  test("the person whose pipeline wrote into the template", () => {
    const noted = template(image("1.4.2"), { notes: alice });
    expect(names({ workload: workload({ template: noted }) })).toEqual(["alice", "kubectl apply"]);
  });

  test("nobody but the tool, after kubectl set image left the pipeline's annotations behind", () => {
    const edited = workload({ template: v2.template, notes: alice, writers: [set] });
    const revisions = [v1, v2].map((it) => ({ ...it, notes: alice }));
    expect(names({ workload: edited, revisions, pods: onV2(3) })).toEqual(["kubectl set"]);
  });

  test("nor after that release was restarted", () => {
    const again = revision(3, { template: template(image("1.5.0"), { config: "restarted" }), notes: alice });
    const edited = workload({ template: again.template, notes: alice, writers: [set] });
    const revisions = [...[v1, v2].map((it) => ({ ...it, notes: alice })), again];
    expect(names({ workload: edited, revisions, pods: pods(3, again, { digest: b }) })).toEqual(["kubectl set"]);
  });

  test("nobody but the tool, after kubectl rollout undo brought back what alice had deployed", () => {
    const undone = workload({ template: v1.template, notes: alice, writers: [writer({ manager: "kubectl" })] });
    const revisions = [{ ...v1, number: 3, returned: true, notes: alice }, v2];
    expect(names({ workload: undone, revisions, pods: onV1(3) })).toEqual(["kubectl"]);
  });

  test("what the workload itself says, while it has no revision yet", () => {
    const first = workload({ generation: 1, observedGeneration: 0, notes: alice });
    expect(names({ workload: first, revisions: [], pods: [] })).toEqual(["alice", "kubectl apply"]);
  });

  test("the tool that changed the second container, where that is what changed", () => {
    const [older, newer] = [revision(1, { template: two("worker:1") }), revision(2, { template: two("worker:2") })];
    const writers = [
      writer({ manager: "helm", at: now - hour }),
      writer({ at: now - 2 * hour, containers: ["worker"] }),
    ];
    expect(names({ workload: workload({ template: newer.template, writers }), revisions: [older, newer] })).toEqual([
      "kubectl set",
    ]);
  });
});
