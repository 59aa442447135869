import { expect, test } from "vitest";
import type { PodContainer } from "../../../src/core/workload.ts";
import { createSharing } from "../../../src/kubernetes/project/sharing.ts";
import { podContainer } from "../../core/given.ts";

const copyOf = (text: string) => Buffer.from(text).toString();

const main = (given: Partial<PodContainer> = {}) => podContainer({ name: "main", role: "main", image: "web:1" }, given);

test("pods that run the same have the same containers, and a pod that does not has its own", () => {
  const { twin } = createSharing();
  const first = twin([main(), main({ name: "proxy" })]);
  expect(twin([main(), main({ name: "proxy" })])).toBe(first);
  for (const other of [
    [main()],
    [main(), main({ name: "proxy", ready: false })],
    [main(), main({ name: "proxy", imageId: "ghcr.io/mesh/proxy@sha256:1" })],
    [main(), main({ name: "proxy", waiting: { reason: "CrashLoopBackOff", message: "" } })],
  ])
    expect(twin(other)).toBe(other);
});

test("texts come back as they were, however many there are", () => {
  const { intern } = createSharing();
  for (let nth = 0; nth < 25_000; nth += 1) {
    const text = `uid-${nth % 12_000}`;
    expect(intern(copyOf(text))).toBe(text);
  }
});
