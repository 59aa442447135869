import { describe, expect, test } from "vitest";
import { firstNotReady, firstTrouble, type Trouble } from "../../src/core/trouble.ts";
import type { Pod, PodContainer } from "../../src/core/workload.ts";
import {
  crashing,
  image,
  minute,
  now,
  pod,
  podContainer,
  revision,
  second,
  starting,
  template,
  templateContainer,
} from "./given.ts";

const v2 = revision(2, {
  template: template(image("1.5.0"), {
    containers: [
      templateContainer(),
      templateContainer({ name: "proxy", role: "sidecar" }),
      templateContainer({ name: "migrate", role: "init" }),
    ],
  }),
});

/** The pod's containers in order, each as it is in a healthy pod but for what is given. */
function podWith(given: Readonly<Record<string, Partial<PodContainer>>>, more: Partial<Pod> = {}): Pod {
  const containers = v2.template.containers.map((it) => podContainer(it, given[it.name]));
  return pod(v2, { containers, ...more });
}

const waiting = (reason: string) => ({ ready: false, waiting: { reason, message: "it says" } });

describe("a pod is in trouble", () => {
  test.each([
    "ErrImagePull",
    "ImagePullBackOff",
    "InvalidImageName",
    "ErrImageNeverPull",
    "CreateContainerConfigError",
    "CreateContainerError",
    "CrashLoopBackOff",
    "RunContainerError",
  ])("when its container waits because of %s", (reason) => {
    expect(firstTrouble([podWith({ checkout: waiting(reason) })], now)).toEqual({
      pod: "checkout-2-x",
      container: "checkout",
      reason,
      message: "it says",
      exitCode: null,
      restarts: 0,
    });
  });

  type Row = readonly [rule: string, pod: Pod, trouble: Trouble | null];
  const crashed = {
    pod: "checkout-2-x",
    reason: "CrashLoopBackOff",
    message: crashing.waiting.message,
    exitCode: 1,
    restarts: 4,
  } as const;
  const noNode = { digest: null, unschedulable: "0/3 nodes are available: 3 Insufficient cpu." } as const;

  test.each<Row>([
    ["not while its container is being created", podWith({ checkout: starting }), null],
    ["not while its init containers run", podWith({ checkout: waiting("PodInitializing") }), null],
    ["not while it runs without being ready", podWith({ checkout: { ready: false } }), null],
    ["with the exit code of its last crash", podWith({ checkout: crashing }), { ...crashed, container: "checkout" }],
    [
      "also between two crashes, when it runs for a moment",
      podWith({ checkout: { ...crashing, waiting: null } }),
      { ...crashed, container: "checkout", message: "" },
    ],
    ["not after a single crash", podWith({ checkout: { ...crashing, waiting: null, restarts: 1 } }), null],
    [
      "not when it ended well and was started again",
      podWith({ checkout: { ...crashing, waiting: null, ended: { reason: "Completed", exitCode: 0 } } }),
      null,
    ],
    [
      "not when it is ready again after crashes",
      podWith({ checkout: { ...crashing, waiting: null, ready: true } }),
      null,
    ],
    ["when its sidecar crashes", podWith({ proxy: crashing }), { ...crashed, container: "proxy" }],
    [
      "when its init container crashes",
      podWith({ checkout: waiting("PodInitializing"), migrate: crashing }),
      { ...crashed, container: "migrate" },
    ],
    [
      "when its init container runs for a moment between two crashes",
      podWith({ checkout: waiting("PodInitializing"), migrate: { ...crashing, waiting: null } }),
      { ...crashed, container: "migrate", message: "" },
    ],
    [
      "not when a debug shell in it has failed",
      pod(v2, { containers: [podContainer({ name: "debugger", role: "ephemeral", image: "busybox" }, crashing)] }),
      null,
    ],
    ["not when no node takes it for 5 seconds", pod(v2, { ...noNode, createdAt: now - 5 * second }), null],
    [
      "when no node takes it for 20 seconds",
      pod(v2, { ...noNode, createdAt: now - 20 * second }),
      {
        ...crashed,
        container: null,
        reason: "Unschedulable",
        message: noNode.unschedulable,
        exitCode: null,
        restarts: 0,
      },
    ],
  ])("%s", (_, given, trouble) => {
    expect(firstTrouble([given], now)).toEqual(trouble);
  });
});

test("of several pods in trouble the oldest is named, whatever their order", () => {
  const older = podWith({ checkout: crashing }, { name: "older", createdAt: now - 2 * minute });
  const newer = podWith({ checkout: waiting("ErrImagePull") }, { name: "newer", createdAt: now - minute });
  expect(firstTrouble([newer, older], now)?.pod).toBe("older");
  expect(firstTrouble([older, newer], now)?.pod).toBe("older");
});

test("without pods there is no trouble", () => {
  expect(firstTrouble([], now)).toBeNull();
  expect(firstNotReady([])).toBeNull();
});

describe("when time is up, the first pod that is not ready is named", () => {
  test("the oldest, whatever their order", () => {
    const older = podWith({ checkout: { ready: false } }, { name: "older", createdAt: now - 2 * minute });
    const newer = podWith({ checkout: { ready: false } }, { name: "newer", createdAt: now - minute });
    expect(firstNotReady([newer, older, podWith({})])?.pod).toBe("older");
    expect(firstNotReady([podWith({}), older, newer])?.pod).toBe("older");
  });

  test("with what its container waits for", () => {
    expect(firstNotReady([podWith({ checkout: starting })])).toMatchObject({
      container: "checkout",
      reason: "ContainerCreating",
    });
  });

  test("as not ready when it runs and waits for nothing", () => {
    const found = firstNotReady([podWith({ proxy: { ready: false, restarts: 1 } })]);
    expect(found).toMatchObject({ container: "proxy", reason: "NotReady", restarts: 1 });
  });

  test("without a container when all are ready, and never with a debug shell", () => {
    const shell = podContainer({ name: "debugger", role: "ephemeral", image: "busybox" }, { ready: false });
    const gated = pod(v2, { ready: false, containers: [...podWith({}).containers, shell] });
    expect(firstNotReady([gated])).toMatchObject({ container: null, reason: "NotReady" });
  });
});
