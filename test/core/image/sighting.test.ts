import { describe, expect, test } from "vitest";
import { sightingsOf } from "../../../src/core/image/sighting.ts";
import type { Surroundings } from "../../../src/core/view.ts";
import { digest, image, pod, revision, template, templateContainer, workload } from "../given.ts";

const [a, b, c] = [digest("a"), digest("b"), digest("c")];
const checkout = { registry: "ghcr.io", repository: "acme/checkout" };

function around(given: Partial<Surroundings>): Surroundings {
  return { revisions: [], pods: [], seen: () => [], ...given };
}

describe("digests worth looking up", () => {
  test("what runs, in the repository that the pod names and in the one that the runtime names", () => {
    const pods = [pod(revision(1), { container: { image: image("1"), imageId: `mirror.example/acme/checkout@${a}` } })];
    expect(sightingsOf(workload(), around({ pods }))).toEqual([
      {
        digest: a,
        as: "manifest",
        repositories: [checkout, { registry: "mirror.example", repository: "acme/checkout" }],
      },
    ]);
  });

  test("the image's own id, as what it is", () => {
    const pods = [pod(revision(1), { container: { image: image("1"), imageId: `docker://${a}` } })];
    expect(sightingsOf(workload(), around({ pods }))).toEqual([{ digest: a, as: "config", repositories: [checkout] }]);
  });

  test("what revisions name, now and before", () => {
    const revisions = [revision(1, { template: template(image(b)) })];
    const found = sightingsOf(workload({ template: template(image(c)) }), around({ revisions }));
    expect(found.map((it) => it.digest)).toEqual([c, b]);
  });

  test("main containers first", () => {
    const containers = [
      templateContainer({ name: "proxy", role: "sidecar", image: image(a) }),
      templateContainer({ image: image(b) }),
    ];
    const found = sightingsOf(workload({ template: template("", { containers }) }), around({}));
    expect(found.map((it) => it.digest)).toEqual([b, a]);
  });

  test("nothing that was loaded by hand, has not started or cannot be read", () => {
    const ids = [`docker.io/library/import-2026-01-01@${a}`, "", "what?"];
    const pods = ids.map((imageId, at) => pod(revision(1), { name: `pod-${at}`, container: { imageId } }));
    expect(sightingsOf(workload(), around({ pods }))).toEqual([]);
  });
});
