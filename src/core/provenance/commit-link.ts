/** Where a commit can be read, for the code hosts whose addresses are known; null for any other. */
export function commitLink(source: string | null, commit: string): string | null {
  return codeLink(source, { github: `commit/${commit}`, gitlab: `commit/${commit}` });
}

/** Where what came between two commits can be read. */
export function compareLink(source: string | null, from: string, to: string): string | null {
  const range = [from, to].map(encodeURIComponent).join("...");
  return codeLink(source, { github: `compare/${range}`, gitlab: `compare/${range}` });
}

function codeLink(source: string | null, page: { readonly github: string; readonly gitlab: string }): string | null {
  const url = URL.parse(source ?? "");
  if (url === null || url.protocol !== "https:") return null;
  const path = url.pathname.replace(/\.git$|\/+$/g, "");
  if (!/^(\/[\w.~-]+){2,}$/.test(path)) return null;
  if (url.hostname === "github.com") return /^(\/[^/]+){2}$/.test(path) ? `${url.origin}${path}/${page.github}` : null;
  const isGitlab = url.hostname === "gitlab.com" || url.hostname.startsWith("gitlab.");
  return isGitlab ? `${url.origin}${path}/-/${page.gitlab}` : null;
}
