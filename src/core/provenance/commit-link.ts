/** Where a commit can be read, for the code hosts whose addresses are known; null for any other. */
export function commitLink(source: string | null, commit: string): string | null {
  const host = hostOf(source);
  return host && `${host.repository}/commit/${commit}`;
}

/** Where all that came after `from` up to `to` can be read. */
export function compareLink(source: string | null, from: string, to: string): string | null {
  const host = hostOf(source);
  return host && `${host.repository}/compare/${encodeURIComponent(from)}...${encodeURIComponent(to)}`;
}

/**
 * The pull request or merge request that a commit's first line names where it was merged: "Ship it (#12)", "Merge pull request
 * #12 from …", "Ship it (!12)".
 */
export function requestLink(
  source: string | null,
  subject: string,
): { readonly name: string; readonly url: string } | null {
  const host = hostOf(source);
  const [, number] = host?.request.named.exec(subject) ?? [];
  if (!host || number === undefined) return null;
  return { name: `${host.request.sign}${number}`, url: `${host.repository}/${host.request.path}/${number}` };
}

type Host = {
  /** What the addresses of everything in the repository begin with. */
  readonly repository: string;
  readonly request: { readonly named: RegExp; readonly sign: string; readonly path: string };
};

const pullRequest = { named: /(?:\(#|^Merge pull request #)(\d{1,9})(?:\)$| from )/, sign: "#", path: "pull" };
const mergeRequest = { named: /\(!(\d{1,9})\)$/, sign: "!", path: "merge_requests" };

function hostOf(source: string | null): Host | null {
  const url = URL.parse(source ?? "");
  if (url === null || url.protocol !== "https:") return null;
  const path = url.pathname.replace(/\.git$|\/+$/g, "");
  if (!/^(\/[\w.~-]+){2,}$/.test(path)) return null;
  if (url.hostname === "github.com") {
    return /^(\/[^/]+){2}$/.test(path) ? { repository: `${url.origin}${path}`, request: pullRequest } : null;
  }
  const isGitlab = url.hostname === "gitlab.com" || url.hostname.startsWith("gitlab.");
  return isGitlab ? { repository: `${url.origin}${path}/-`, request: mergeRequest } : null;
}
