import type { Notes } from "../workload.ts";
import { commitIn, webAddressIn } from "./written.ts";

/**
 * What a deploy wrote about itself into annotations. Whoever may write the object may write anything there, and the
 * annotations of one deploy stay when the next one comes by another route: a claim is told as one, with its key.
 */
export type Claim = {
  /** The annotation that names it: one for all fields, or the first of ours. */
  readonly key: string;
  readonly deployer: Told | null;
  readonly commit: Told | null;
  /** Where the source code lives: a URL. */
  readonly source: string | null;
  /** The pipeline run: a URL. */
  readonly run: string | null;
};

/** What is told, and by which annotation. */
type Told = { readonly value: string; readonly key: string };

const ours = "whatsrunning.dev/";
const githubDeploy = "actions.github.com/k8s-deploy";
const githubDeployOld = "githubWorkflow_";

/** The claims in all these notes, the most trusted first: our own keys, then those that azure/k8s-deploy writes. */
export function claimsIn(all: readonly Notes[]): readonly Claim[] {
  const old = all.flatMap((it) => Object.entries(it)).filter(([key]) => key.startsWith(githubDeployOld));
  return [
    ...all.map(ownClaim),
    ...all.map((notes) => githubClaim(githubDeploy, parseJson(notes[githubDeploy]))),
    ...old.map(([key, value]) => githubClaim(key, parseSingleQuoted(value))),
  ].filter((it) => it !== null);
}

function ownClaim(notes: Notes): Claim | null {
  const keys = { deployer: `${ours}deployer`, commit: `${ours}commit`, source: `${ours}source`, run: `${ours}run` };
  const claim = {
    deployer: told(keys.deployer, text(notes[keys.deployer])),
    commit: told(keys.commit, commitIn(notes[keys.commit])),
    source: webAddressIn(notes[keys.source]),
    run: webAddressIn(notes[keys.run]),
  };
  const first = (["deployer", "commit", "source", "run"] as const).find((it) => claim[it] !== null);
  return first ? { key: keys[first], ...claim } : null;
}

/** Keys as https://github.com/Azure/k8s-deploy writes them. */
function githubClaim(key: string, fields: ReadonlyMap<string, string>): Claim | null {
  const repository = fields.get("repository") ?? "";
  const source = /^[\w.-]+\/[\w.-]+$/.test(repository) ? `https://github.com/${repository}` : null;
  const [deployer, commit] = [told(key, text(fields.get("createdBy"))), told(key, commitIn(fields.get("commit")))];
  const run = webAddressIn(fields.get("runUri"));
  const nothing = [deployer, commit, source, run].every((it) => it === null);
  return nothing ? null : { key, deployer, commit, source, run };
}

function told(key: string, value: string | null): Told | null {
  return value === null ? null : { key, value };
}

function parseJson(value: string | undefined): ReadonlyMap<string, string> {
  try {
    const parsed: unknown = JSON.parse(value ?? "null");
    const entries = typeof parsed === "object" && parsed !== null ? Object.entries(parsed) : [];
    return new Map(entries.flatMap(([key, it]) => (typeof it === "string" ? [[key, it]] : [])));
  } catch {
    return new Map(); // somebody else's text under a well-known key: no claim
  }
}

/** The older key holds JSON with single quotes. */
function parseSingleQuoted(value: string): ReadonlyMap<string, string> {
  const pairs = value.matchAll(/'(\w{1,40})'\s{0,8}:\s{0,8}'([^']{0,2000})'/g);
  return new Map(Array.from(pairs, ([, key, it]) => [key ?? "", it ?? ""]));
}

function text(value: string | undefined): string | null {
  const trimmed = value?.trim() ?? "";
  return trimmed === "" ? null : trimmed;
}
