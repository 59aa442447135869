import type { Digest } from "../../src/core/image/reference.ts";
import type {
  End,
  Outcome,
  Release,
  ReleasedConfig,
  ReleasedContainer,
  Subject,
} from "../../src/core/ledger/release.ts";
import type { PastRow } from "../../src/core/past/answer.ts";
import type { Provenance } from "../../src/core/provenance/evidence.ts";
import * as given from "./given.ts";

/** Releases of checkout in prod: each test says only in what its case differs. */

export const checkout: Subject = { cluster: "uid-prod-eu", namespace: "shop", kind: "Deployment", name: "checkout" };

export const nobody: Provenance = {
  deployers: [],
  commits: [],
  source: null,
  run: null,
  changeCause: null,
  leftOver: [],
  subject: null,
  inherited: [],
};

/** What alice's pipeline wrote. */
export const alice: Provenance = {
  ...nobody,
  deployers: [
    {
      value: { kind: "person", name: "alice@example.org" },
      source: { kind: "annotation", key: "whatsrunning.dev/deployer" },
      trust: "claimed",
    },
  ],
  commits: [
    {
      value: "a1b9f2e0c4d5e6f708192a3b4c5d6e7f80910a1b",
      source: { kind: "annotation", key: "whatsrunning.dev/commit" },
      trust: "claimed",
    },
  ],
  source: "https://github.com/acme/shop",
};

/** 1.4.2, deployed two hours ago by alice, healthy and in force. */
export function release(differs: Partial<Release> = {}): Release {
  return {
    of: checkout,
    uid: "deployment-checkout",
    service: "checkout",
    kind: "deploy",
    revision: {
      uid: "replicaset-7",
      name: "checkout-7",
      number: 7,
      createdAt: given.now - 2 * given.hour,
      template: "template-7",
      restartedAt: null,
    },
    containers: [container()],
    configs: [],
    start: { at: given.now - 2 * given.hour, notBefore: null },
    end: null,
    outcome: healthy(given.now - 2 * given.hour + given.minute),
    provenance: alice,
    ...differs,
  };
}

export function container(tag = "1.4.2", digests: readonly Digest[] = [given.digest("b")]): ReleasedContainer {
  return { name: "checkout", role: "main", image: given.image(tag), digests };
}

export function healthy(since: number): Outcome {
  return { state: "healthy", since, earlierMs: 0 };
}

export function failed(differs: Partial<Outcome & { state: "failed" }> = {}): Outcome {
  const because = {
    pod: "checkout-7-x",
    container: "checkout",
    reason: "CrashLoopBackOff",
    exitCode: 1,
    message: "",
    left: false,
  };
  return { state: "failed", at: given.now - given.hour, because, earlierMs: 0, ...differs };
}

export function end(hoursAgo: number, differs: Partial<End> = {}): End {
  return { at: given.now - hoursAgo * given.hour, notBefore: null, because: "replaced", by: "deploy", ...differs };
}

export function config(version: string, differs: Partial<ReleasedConfig> = {}): ReleasedConfig {
  const is = { state: "there", uid: "config-1", version, changedAt: given.now } as const;
  return { kind: "ConfigMap", name: "checkout-config", is, ...differs };
}

export function row(of: Release, before: Release | null, differs: Partial<PastRow> = {}): PastRow {
  return { subject: of.of, cluster: "prod-eu", environments: ["prod"], release: of, before, ...differs };
}
