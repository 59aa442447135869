/** Where a commit can be read, for the code hosts whose addresses are known; null for any other. */
export function commitLink(source: string | null, commit: string): string | null {
  const url = URL.parse(source ?? "");
  if (url === null || url.protocol !== "https:") return null;
  const path = url.pathname.replace(/\.git$|\/+$/g, "");
  if (!/^(\/[\w.~-]+){2,}$/.test(path)) return null;
  if (url.hostname === "github.com")
    return /^(\/[^/]+){2}$/.test(path) ? `${url.origin}${path}/commit/${commit}` : null;
  const isGitlab = url.hostname === "gitlab.com" || url.hostname.startsWith("gitlab.");
  return isGitlab ? `${url.origin}${path}/-/commit/${commit}` : null;
}
