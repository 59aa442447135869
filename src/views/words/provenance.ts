import type { Deployer, Evidence, Provenance, Source } from "../../core/provenance/evidence.ts";
import type { SourceChange } from "../../core/provenance/change.ts";
import { commitLink, compareLink, requestLink } from "../../core/provenance/commit-link.ts";
import { code, link, literal } from "./text.ts";
import { count } from "./time.ts";

/** Who deployed it, with where we know it from. Never a name that nobody wrote. */
export function deployerWords({ deployers }: Provenance, names?: DeployerNames): string {
  const [first, ...others] = deployers.map((it) => `${deployerName(it.value, names)} ${sourceWords(it.source)}`);
  if (first === undefined) return "unknown";
  return others.length === 0 ? first : `${first}\nalso: ${others.join("; ")}`;
}

/** By what a deploy is signed with: what its owner is called in Slack. */
export type DeployerNames = ReadonlyMap<string, string> | undefined;

/** Nobody is pinged: a name is text. */
export function deployerName(deployer: Deployer, names?: DeployerNames): string {
  if (deployer.kind === "person") {
    const signed = literal(deployer.name, 60);
    const name = names?.get(deployer.name);
    return name === undefined || name === deployer.name ? signed : `${literal(name, 60)} (${signed})`;
  }
  const { name, detail } = deployer.tool;
  return `somebody with ${literal(name, 60)}${detail === null ? "" : ` (${literal(detail, 80)})`}`;
}

/** The commit that most speaks for, and every other one that is claimed: a disagreement is shown, not settled. */
export function commitWords({ commits, subject, source, run }: Provenance): string {
  const each = commits.map(
    (it, at) => `${commitName(it, source)}${at === 0 ? subjectWords(subject, source) : ""} ${sourceWords(it.source)}`,
  );
  const words = each.length === 0 ? "unknown" : each.join("\nbut also ");
  return run === null ? words : `${words}\n${link(run, "pipeline run")}`;
}

/** What the commit is about, with the request by which it came. */
function subjectWords(subject: string | null, source: string | null): string {
  if (subject === null) return "";
  const request = requestLink(source, subject);
  return ` ${literal(subject, 80)}${request === null ? "" : ` (${link(request.url, request.name)})`}`;
}

/** How far apart the sources of two images are, with the page that compares them. Empty when nothing is known. */
export function changeWords(change: SourceChange | null): string {
  if (change === null) return "";
  const { from, to, source, commits } = change;
  if (commits?.count === 0) return "built from the same commit";
  const isBack = commits?.direction === "back";
  const url = isBack ? compareLink(source, to, from) : compareLink(source, from, to);
  const far = commits && count(commits.count, "commit");
  if (far === null) return url === null ? "" : link(url, "compare");
  return `${url === null ? far : link(url, far)} ${isBack ? "taken back" : "since"}`;
}

/** For one line of a list: the most trusted of each, without where it is from. */
export function briefly({ deployers, commits, source }: Provenance): string {
  const [[deployer], [commit]] = [deployers, commits];
  const by = deployer ? `by ${deployerName(deployer.value)}` : "by nobody we know of";
  return commit ? `${by} · commit ${commitName(commit, source)}` : `${by} · commit unknown`;
}

function commitName({ value, trust }: Evidence<string>, source: string | null): string {
  const url = commitLink(source, value);
  const short = value.slice(0, 10);
  const name = url === null ? code(short) : link(url, literal(short));
  return trust === "guessed" ? `perhaps ${name}` : name;
}

function sourceWords(source: Source): string {
  switch (source.kind) {
    case "claim": {
      const voucher =
        source.voucher === null ? "said with the shared token" : `vouched for by ${literal(source.voucher, 80)}`;
      return `· claimed when ${source.stage}, ${voucher}`;
    }
    case "gitops": {
      const revision = source.revision === null ? "" : ` at ${code(source.revision.slice(0, 12))}`;
      return `· says Argo CD's sync of ${code(source.app, 80)}${revision}`;
    }
    case "label":
      return `· says the image's ${source.on} ${code(source.key)}`;
    case "annotation":
      return `· says ${code(source.key)}`;
    case "field manager":
      return `· field manager ${code(source.manager)}`;
    case "owner label":
      return `· says the label of ${literal(source.tool)}`;
    case "tag":
      return "· from the tag";
  }
}
