import { type Digest, type Reference, repositoryOf } from "./reference.ts";

/** A page for people about an image. `repository` where the registry has no page for one digest. */
export type ImageLink = { readonly to: "image" | "repository"; readonly url: string };

/**
 * Link templates by registry, from the configuration: `{registry} {repository} {name} {digest} {hex} {tag}` are filled in. `name`
 * is what follows the first part of the repository, as one part of a path: Harbor wants it without its project.
 */
export type LinkTemplates = Readonly<Record<string, string>>;

/**
 * Null where no pattern is known to be right: a link that leads nowhere costs more at night than none. `source`: where the image
 * itself says that its source code lives.
 */
export function imageLink(
  image: Reference,
  digest: Digest,
  templates: LinkTemplates,
  source: string | null = null,
): ImageLink | null {
  const template = Object.hasOwn(templates, image.registry) ? templates[image.registry] : undefined;
  if (template !== undefined) return fill(template, image, digest);
  return knownLink(image, digest) ?? besideSource(image, source);
}

function fill(template: string, { registry, repository, tag }: Reference, digest: Digest): ImageLink | null {
  if (template.includes("{tag}") && tag === null) return null;
  if (template.includes("{name}") && !repository.includes("/")) return null;
  const within = encodeURIComponent(repository.slice(repository.indexOf("/") + 1));
  const named = { registry, repository, name: within, tag: tag ?? "" };
  const parts: Readonly<Record<string, string>> = { ...named, digest, hex: hexOf(digest) };
  const url = template.replace(/\{(\w+)\}/g, (whole, name: string) => parts[name] ?? whole);
  return { to: /\{(digest|hex)\}/.test(template) ? "image" : "repository", url };
}

/**
 * Registries whose addresses follow from the image's name alone. Harbor and ACR need an id that the name does not tell; Docker Hub has pages for platform digests only, and what runs is mostly an index.
 */
function knownLink(image: Reference, digest: Digest): ImageLink | null {
  const { registry, repository, tag } = image;
  if (registry === "quay.io") {
    return { to: "image", url: `https://quay.io/repository/${repository}/manifest/${digest}` };
  }
  if (registry === "docker.io") {
    const page = repository.startsWith("library/") ? `_/${repository.slice("library/".length)}` : `r/${repository}`;
    const search = tag === null ? "" : `?name=${encodeURIComponent(tag)}`;
    return repositoryPage(`https://hub.docker.com/${page}/tags${search}`);
  }
  if (registry === "public.ecr.aws") return repositoryPage(`https://gallery.ecr.aws/${repository}`);
  return elasticRegistry(image) ?? artifactRegistry(image);
}

/** GitHub and GitLab keep images with the repository of their source, and the name of an image does not tell which that is. */
function besideSource({ registry, repository }: Reference, source: string | null): ImageLink | null {
  const url = URL.parse(source ?? "");
  const path = url?.pathname.replace(/\.git$|\/+$/g, "") ?? "";
  if (url?.protocol !== "https:" || !/^(?:\/[\w.-]+){2,}$/.test(path)) return null;
  const project = path.slice(1).toLowerCase();
  const [owner, ...name] = repository.split("/");
  if (registry === "ghcr.io" && url.host === "github.com") {
    const isOwn = project.startsWith(`${owner}/`) && project.split("/").length === 2 && name.length > 0;
    return isOwn ? repositoryPage(`${url.origin}${path}/pkgs/container/${encodeURIComponent(name.join("/"))}`) : null;
  }
  const isWithin = repository === project || repository.startsWith(`${project}/`);
  const isGitlab = registry === "registry.gitlab.com" && url.host === "gitlab.com";
  return isGitlab && isWithin ? repositoryPage(`${url.origin}${path}/container_registry`) : null;
}

function elasticRegistry({ registry, repository }: Reference): ImageLink | null {
  const [, account, region] = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com$/.exec(registry) ?? [];
  if (account === undefined || region === undefined) return null;
  const console = `https://${region}.console.aws.amazon.com/ecr/repositories/private`;
  return repositoryPage(`${console}/${account}/${repository}?region=${region}`);
}

function artifactRegistry(image: Reference): ImageLink | null {
  const [, location] = /^([a-z0-9-]+)-docker\.pkg\.dev$/.exec(image.registry) ?? [];
  const [project, repository, ...path] = image.repository.split("/");
  if (location === undefined || project === undefined || repository === undefined || path.length === 0) return null;
  const page = `${project}/${location}/${repository}/${encodeURIComponent(path.join("/"))}`;
  return repositoryPage(`https://console.cloud.google.com/artifacts/docker/${page}?project=${project}`);
}

function repositoryPage(url: string): ImageLink {
  return { to: "repository", url };
}

function hexOf(digest: Digest): string {
  return digest.slice(digest.indexOf(":") + 1);
}

/** `repository@digest`: what can be pasted behind `docker pull`. */
export function pullable(image: Reference, digest: Digest): string {
  return `${repositoryOf(image)}@${digest}`;
}
