import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { durationMs, type ImageRule, type Images, pull, ruleFor } from "./image.ts";
import { timestamp } from "./meta.ts";
import type { ContainerStatus, Pod } from "./object.ts";
import type { Container } from "./pod-template.ts";
import * as status from "./pod-status.ts";
import type { Store } from "./store.ts";

export type Life = ReturnType<typeof createLife>;

/** What images do, and how long that takes. */
export type Course = {
  readonly images: Images;
  /** From a container's start to ready. */
  readonly readyAfter: string;
  /** The first wait after a crash or a failed pull; it doubles. */
  readonly backOff: string;
};

type LifeOptions = Course & {
  readonly store: Store;
  readonly now: () => number;
  readonly pod: Pod;
  readonly node: string;
  readonly ip: string;
  readonly signal: AbortSignal;
};

type List = "init" | "main";

/** One pod from its node to its end. Each step is written as a kubelet writes it. */
export function createLife({ store, now, images, readyAfter, backOff, pod, node, ip, signal }: LifeOptions) {
  const { initContainers = [], containers, restartPolicy } = pod.spec;
  const startTime = timestamp(now());
  const states: Record<List, ContainerStatus[]> = {
    init: initContainers.map((it) => status.waitingFirst(it, "PodInitializing")),
    main: containers.map((it) =>
      status.waitingFirst(it, initContainers.length > 0 ? "PodInitializing" : "ContainerCreating"),
    ),
  };
  const wait = (ms: number) => sleep(ms, null, { signal });

  async function run(): Promise<void> {
    await wait(0);
    write();
    for (const [index, container] of initContainers.entries()) await initialize(container, index);
    await Promise.all(containers.map((it, index) => keepRunning(it, index)));
  }

  async function initialize(container: Container, index: number): Promise<void> {
    await create(container, "init", index);
    const sidecar = container.restartPolicy === "Always";
    if (sidecar) return set("init", index, (it) => ({ ...it, ready: true }));
    for (let crashes = 0; ruleFor(images, container.image).fails === "crash"; crashes += 1) {
      await wait(durationMs(readyAfter));
      await crash({ container, list: "init", index, crashes, rule: ruleFor(images, container.image) });
    }
    await wait(durationMs(readyAfter) / 2);
    set("init", index, (it) => ({ ...status.ended(it, { reason: "Completed", exitCode: 0, at: now() }), ready: true }));
  }

  /** A main container, from its pull to ready or its loop of crashes. */
  async function keepRunning(container: Container, index: number): Promise<void> {
    await create(container, "main", index);
    for (let crashes = 0; ; crashes += 1) {
      const rule = ruleFor(images, container.image);
      if (rule.fails === "never-ready") {
        return note("Warning", "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 500");
      }
      await wait(durationMs(rule.readyAfter ?? readyAfter));
      if (rule.fails === undefined) {
        if (restartPolicy !== "Always") return end("main", index, { reason: "Completed", exitCode: 0 });
        set("main", index, (it) => ({ ...it, ready: true }));
        if (rule.crashAfter === undefined) return;
        await wait(durationMs(rule.crashAfter));
      } else if (restartPolicy === "Never") {
        return end("main", index, exitOf(rule));
      }
      await crash({ container, list: "main", index, crashes, rule });
    }
  }

  /** Tries to pull until it works, then starts. */
  async function create(container: Container, list: List, index: number): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      const result = pull(images, container.image);
      if (result.kind === "pulled") {
        return set(list, index, (it) => status.started(status.pulled(it, result, pod.metadata.uid), now()));
      }
      const { message } = result;
      set(list, index, (it) => status.waiting(it, "ErrImagePull", message));
      note("Warning", "Failed", `Failed to pull image "${container.image}": ${message}`);
      await wait(durationMs(backOff));
      const later = `Back-off pulling image "${container.image}": ErrImagePull: ${message}`;
      set(list, index, (it) => status.waiting(it, "ImagePullBackOff", later));
      await wait(durationMs(backOff) * 2 ** Math.min(tries + 1, 6));
    }
  }

  type Crash = { container: Container; list: List; index: number; crashes: number; rule: ImageRule };

  async function crash({ container, list, index, crashes, rule }: Crash): Promise<void> {
    end(list, index, exitOf(rule));
    const back = durationMs(backOff) * 2 ** Math.min(crashes, 8);
    const { name, namespace, uid } = pod.metadata;
    const which = `failed container=${container.name} pod=${name}_${namespace}(${uid})`;
    set(list, index, (it) => status.backingOff(it, `back-off ${back / 1000}s restarting ${which}`));
    note(
      "Warning",
      "BackOff",
      `Back-off restarting failed container ${container.name} in pod ${name}_${namespace}(${uid})`,
    );
    await wait(back);
    set(list, index, (it) => status.restarted(it, now()));
  }

  function end(list: List, index: number, exit: { reason: string; exitCode: number }): void {
    set(list, index, (it) => status.ended(it, { ...exit, at: now() }));
  }

  function set(list: List, index: number, change: (it: ContainerStatus) => ContainerStatus): void {
    const before = states[list][index];
    if (before === undefined) return;
    states[list][index] = change(before);
    write();
  }

  function write(): void {
    const live = present();
    if (live === null) return;
    const place = { ip, startTime, now: now() };
    const spec = { ...live.spec, nodeName: node };
    store.put("pods", { ...live, spec, status: status.podStatus(live, states, place) });
  }

  function present(): Pod | null {
    const found = store.get("pods", pod.metadata.namespace ?? null, pod.metadata.name);
    return found?.metadata.uid === pod.metadata.uid ? found : null;
  }

  function note(type: "Normal" | "Warning", reason: string, message: string): void {
    const { name, namespace, uid } = pod.metadata;
    const at = timestamp(now());
    store.put("events", {
      apiVersion: "v1",
      kind: "Event",
      metadata: {
        name: `${name}.${randomUUID().slice(0, 16)}`,
        namespace,
        uid: randomUUID(),
        resourceVersion: "",
        creationTimestamp: at,
      },
      involvedObject: { kind: "Pod", apiVersion: "v1", namespace, name, uid },
      type,
      reason,
      message,
      count: 1,
      firstTimestamp: at,
      lastTimestamp: at,
      source: { component: "kubelet", host: node },
    });
  }

  return {
    run,
    /** The pod was deleted: what runs ends, and nothing is ready any more. */
    end() {
      states.main = states.main.map((it) => stopped(it, now()));
      write();
    },
    remove() {
      const live = present();
      if (live) store.remove("pods", live);
    },
  };
}

function stopped(it: ContainerStatus, at: number): ContainerStatus {
  const running = it.state["running"] !== undefined;
  return running ? status.ended(it, { reason: "Completed", exitCode: 0, at }) : { ...it, ready: false };
}

function exitOf({ fails, exitCode = 1 }: ImageRule): { reason: string; exitCode: number } {
  return fails === "oom" ? { reason: "OOMKilled", exitCode: 137 } : { reason: "Error", exitCode };
}
