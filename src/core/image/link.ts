import { type Digest, type Reference, repositoryOf } from "./reference.ts";

/** A page for people about an image. `repository` where the registry has no page for one digest. */
export type ImageLink = { readonly to: "image" | "repository"; readonly url: string };

/** Link templates by registry, from the configuration: `{registry} {repository} {digest} {hex} {tag}` are filled in. */
export type LinkTemplates = Readonly<Record<string, string>>;

/** Null where no pattern is known to be right: a link that leads nowhere costs more at night than none. */
export function imageLink(image: Reference, digest: Digest, templates: LinkTemplates): ImageLink | null {
  const template = Object.hasOwn(templates, image.registry) ? templates[image.registry] : undefined;
  return template === undefined ? knownLink(image, digest) : fill(template, image, digest);
}

function fill(template: string, { registry, repository, tag }: Reference, digest: Digest): ImageLink | null {
  if (template.includes("{tag}") && tag === null) return null;
  const parts: Readonly<Record<string, string>> = { registry, repository, digest, hex: hexOf(digest), tag: tag ?? "" };
  const url = template.replace(/\{(\w+)\}/g, (whole, name: string) => parts[name] ?? whole);
  return { to: /\{(digest|hex)\}/.test(template) ? "image" : "repository", url };
}

/**
 * Registries whose addresses follow from the image's name alone. GHCR, Harbor, ACR and GitLab need an id that the name
 * does not tell; Docker Hub has pages for platform digests only, and what runs is mostly an index.
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
