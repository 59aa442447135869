import fc from "fast-check";
import { expect, test } from "vitest";
import { parseImageId } from "../../../src/core/image/image-id.ts";

const hex = "3f9a1c7d2b4e".padEnd(64, "0");
const digest = `sha256:${hex}`;

test.each([
  ["containerd", `ghcr.io/shop/checkout@${digest}`, { kind: "repoDigest", name: "ghcr.io/shop/checkout", digest }],
  ["containerd, from Docker Hub", `nginx@${digest}`, { kind: "repoDigest", name: "docker.io/library/nginx", digest }],
  [
    "containerd, another repository of the same bytes",
    `docker.io/acme/copy@${digest}`,
    { kind: "repoDigest", name: "docker.io/acme/copy", digest },
  ],
  ["containerd, image removed from the node while it runs", digest, { kind: "imageId", digest }],
  ["kind load", digest, { kind: "imageId", digest }],
  [
    "ctr images import",
    `docker.io/library/import-2026-11-22@${digest}`,
    { kind: "imported", name: "docker.io/library/import-2026-11-22", digest },
  ],
  ["CRI-O", `quay.io/shop/checkout@${digest}`, { kind: "repoDigest", name: "quay.io/shop/checkout", digest }],
  ["CRI-O 1.28.0 to 1.28.3, 1.29.0 to 1.29.1, and after its own restart", hex, { kind: "imageId", digest }],
  [
    "dockershim and cri-dockerd",
    `docker-pullable://ghcr.io/shop/checkout@${digest}`,
    { kind: "repoDigest", name: "ghcr.io/shop/checkout", digest },
  ],
  ["dockershim and cri-dockerd without a repository digest", `docker://${digest}`, { kind: "imageId", digest }],
  [
    "name, tag and digest",
    `ghcr.io/shop/checkout:1.4.2@${digest}`,
    { kind: "repoDigest", name: "ghcr.io/shop/checkout", digest },
  ],
  ["not started yet", "", { kind: "pending" }],
  ["a name without a digest", "ghcr.io/shop/checkout:1", { kind: "unreadable", raw: "ghcr.io/shop/checkout:1" }],
  ["a scheme and nothing", "docker://", { kind: "unreadable", raw: "docker://" }],
  ["garbage", "what is this?", { kind: "unreadable", raw: "what is this?" }],
])("imageID as %s writes it", (_, raw, expected) => {
  expect(parseImageId(raw)).toEqual(expected);
});

test("whatever a runtime writes, reading it answers", () => {
  fc.assert(
    fc.property(fc.string(), (raw) => {
      expect(parseImageId(raw).kind).toMatch(/^(repoDigest|imported|imageId|pending|unreadable)$/);
    }),
  );
});
