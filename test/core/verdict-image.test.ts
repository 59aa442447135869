import { describe, expect, test } from "vitest";
import type { Running } from "../../src/core/running.ts";
import {
  aliasesOf,
  digest,
  image,
  pod,
  pods,
  repository,
  revision,
  starting,
  template,
  templateContainer,
  workload,
} from "./given.ts";
import { v1, v2, toV2, onV1, onV2 } from "./two-releases.ts";
import { look } from "./look.ts";

const [a, b, c] = [digest("a"), digest("b"), digest("c")];
const at = (it: string): string => `${repository}@${it}`;

type Row = readonly [situation: string, answer: Running, verdicts: readonly object[]];
const rolling = (fresh: number, old: number, paused = false) => ({ kind: "rolling", fresh, old, paused });

const wrong = (running: string, count: number) => ({ kind: "drifted", container: "checkout", running, pods: count });

const pinned = revision(1, { template: template(image(a)) });
const wantsPinned = workload({ template: pinned.template });

describe("what runs is not what is asked for", () => {
  test.each<Row>([
    [
      "one pod was edited in place",
      look({
        revisions: [v1],
        pods: [...onV1(2), pod(v1, { container: { image: image("hotfix"), imageId: at(c) } })],
      }),
      [{ ...wrong(image("hotfix"), 1), wanted: image("1.4.2") }],
    ],
    [
      "one pod was edited to another tag, with its digest",
      look({
        revisions: [v1],
        pods: [...onV1(2), pod(v1, { container: { image: `${image("hotfix")}@${c}`, imageId: at(c) } })],
      }),
      [{ ...wrong(`${image("hotfix")}@${c}`, 1), wanted: image("1.4.2") }],
    ],
    [
      "every pod has another image than the template",
      look({ revisions: [v1], pods: onV1(3, { container: { image: "mirror.example/acme/checkout:1.4.2" } }) }),
      [{ ...wrong("mirror.example/acme/checkout:1.4.2", 3), wanted: image("1.4.2") }],
    ],
    [
      "all pods run another digest, and the registry knows both",
      look({
        workload: wantsPinned,
        pods: pods(3, pinned, { digest: b }),
        aliases: aliasesOf([a], [b]),
      }),
      [{ ...wrong(b, 3), wanted: a }],
    ],
    [
      "one pod of three runs another digest, and the registry knows both",
      look({
        workload: wantsPinned,
        revisions: [pinned],
        pods: [...pods(2, pinned, { digest: a }), pod(pinned, { digest: b })],
        aliases: aliasesOf([a], [b]),
      }),
      [{ ...wrong(b, 1), wanted: a }],
    ],
  ])("%s", (_, answer, verdicts) => {
    expect(answer.verdicts).toMatchObject(verdicts);
  });
});

describe("one tag, several digests", () => {
  test.each<Row>([
    [
      "the tag moved while pods came and went",
      look({ revisions: [v1], pods: [...onV1(2), pod(v1, { digest: b })] }),
      [
        {
          kind: "mixed",
          container: "checkout",
          groups: [
            { digest: a, pods: [{}, {}] },
            { digest: b, pods: [{}] },
          ],
        },
      ],
    ],
    [
      "it is the second container whose tag moved",
      look(
        (() => {
          const two = template("", {
            containers: [templateContainer(), templateContainer({ name: "worker", image: "ghcr.io/acme/worker:edge" })],
          });
          const v = revision(1, { template: two });
          const [one, other] = [
            pod(v, { name: "first" }),
            pod(v, { name: "second", digest: b, container: { imageId: at(a) } }),
          ];
          return { workload: workload({ template: two }), revisions: [v], pods: [one, other] };
        })(),
      ),
      [{ kind: "mixed", container: "worker" }],
    ],
    [
      "also while a rollout is under way",
      look({ workload: toV2, revisions: [v1, v2], pods: [...onV1(1), ...onV2(1), pod(v2, { digest: c })] }),
      [rolling(2, 1), { kind: "mixed", container: "checkout" }],
    ],
    [
      "the old release's digests are not mixed with the new one's",
      look({ workload: toV2, revisions: [v1, v2], pods: [...onV1(2), ...onV2(1)] }),
      [rolling(1, 2)],
    ],
  ])("%s", (_, answer, verdicts) => {
    expect(answer.verdicts).toMatchObject(verdicts);
  });
});

const why = (kind: string, more: object = {}) => ({ kind: "unknown", why: { kind, ...more } });

describe("unknown is said as unknown", () => {
  test.each<Row>([
    ["the pods were never read, whatever the counts say", look({ podsUnread: true }), [why("pods unread")]],
    ["pods are wanted, and there are none", look({ revisions: [v1], pods: [] }), [why("no pods")]],
    [
      "no pod has started",
      look({ revisions: [v1], pods: onV1(3, { digest: null, container: starting }) }),
      [why("not started", { container: "checkout" })],
    ],
    [
      "one node of three reports the configuration's digest",
      look({ revisions: [v1], pods: [...onV1(2), pod(v1, { container: { imageId: c } })] }),
      [why("not comparable", { container: "checkout" })],
    ],
    [
      "one node of three writes what cannot be read",
      look({ revisions: [v1], pods: [...onV1(2), pod(v1, { container: { imageId: "garbage!" } })] }),
      [why("unreadable", { raw: "garbage!" })],
    ],
    [
      "CRI-O names the platform's manifest of a pinned image, and nobody has looked",
      look({ workload: wantsPinned, pods: pods(3, pinned, { digest: b }) }),
      [why("unverified", { wanted: a, reported: b })],
    ],
    [
      "one node of three names a pinned image otherwise: no tag has moved",
      look({ workload: wantsPinned, revisions: [pinned], pods: [...pods(2, pinned), pod(pinned, { digest: b })] }),
      [why("unverified", { wanted: a, reported: b })],
    ],
  ])("%s", (_, answer, verdicts) => {
    expect(answer.verdicts).toMatchObject(verdicts);
  });
});
