import type { Notes } from "../workload.ts";

/**
 * What a deploy wrote about itself into annotations. Whoever may write the object may write anything there, and the
 * annotations of one deploy stay when the next one comes by another route: a claim is told as one, with its key.
 */
export type Claim = {
  /** The annotation it was read from. */
  readonly key: string;
  readonly deployer: string | null;
  readonly commit: string | null;
  /** Where the source code lives: a URL. */
  readonly source: string | null;
  /** The pipeline run: a URL. */
  readonly run: string | null;
};

const ours = "whatsrunning.dev/";
const githubDeploy = "actions.github.com/k8s-deploy";
const githubDeployOld = "githubWorkflow_";

/** The claims in these notes, the most trusted first: our own keys, then those that azure/k8s-deploy writes. */
export function claimsIn(notes: Notes): readonly Claim[] {
  const old = Object.keys(notes).find((it) => it.startsWith(githubDeployOld));
  return [
    ownClaim(notes),
    githubClaim(githubDeploy, parseJson(notes[githubDeploy])),
    githubClaim(old ?? "", parseSingleQuoted(notes[old ?? ""])),
  ].filter((it) => it !== null);
}

function ownClaim(notes: Notes): Claim | null {
  const [deployer, commit] = [text(notes[`${ours}deployer`]), commitOf(notes[`${ours}commit`])];
  const [source, run] = [webAddress(notes[`${ours}source`]), webAddress(notes[`${ours}run`])];
  const name = deployer !== null ? "deployer" : commit !== null ? "commit" : source !== null ? "source" : "run";
  const nothing = [deployer, commit, source, run].every((it) => it === null);
  return nothing ? null : { key: `${ours}${name}`, deployer, commit, source, run };
}

/** Keys as https://github.com/Azure/k8s-deploy writes them. */
function githubClaim(key: string, fields: ReadonlyMap<string, string>): Claim | null {
  if (fields.size === 0) return null;
  const repository = fields.get("repository") ?? "";
  const source = /^[\w.-]+\/[\w.-]+$/.test(repository) ? `https://github.com/${repository}` : null;
  const [deployer, commit] = [text(fields.get("createdBy")), commitOf(fields.get("commit"))];
  return { key, deployer, commit, source, run: webAddress(fields.get("runUri")) };
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
function parseSingleQuoted(value: string | undefined): ReadonlyMap<string, string> {
  const pairs = (value ?? "").matchAll(/'(\w{1,40})'\s{0,8}:\s{0,8}'([^']{0,2000})'/g);
  return new Map(Array.from(pairs, ([, key, it]) => [key ?? "", it ?? ""]));
}

function text(value: string | undefined): string | null {
  const trimmed = value?.trim() ?? "";
  return trimmed === "" ? null : trimmed;
}

function commitOf(value: string | undefined): string | null {
  const trimmed = value?.trim().toLowerCase() ?? "";
  return /^[0-9a-f]{7,64}$/.test(trimmed) ? trimmed : null;
}

/** Only what a browser can be sent to without surprise. */
function webAddress(value: string | undefined): string | null {
  const url = URL.parse(value?.trim() ?? "");
  const plain = url !== null && (url.protocol === "https:" || url.protocol === "http:");
  return plain && url.username === "" && url.password === "" ? url.href : null;
}
