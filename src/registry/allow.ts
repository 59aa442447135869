import { literalAddress, mayConnect } from "./address.ts";
import { notAllowed } from "./refusal.ts";

/** What the configuration says of one registry. */
export type RegistryRules = {
  /** False: it is never asked, listed as it is. */
  readonly ask: boolean;
  readonly plainHttp: boolean;
  /** It may have an address inside the network. */
  readonly private: boolean;
  /** Where it sends us for tokens, where that is another host than its own. */
  readonly tokens: string | null;
};

/** By host, with its port: what the configuration lists. */
export type RegistryList = ReadonlyMap<string, RegistryRules>;

/** A registry that may be asked, and where its API is. */
export type Endpoint = RegistryRules & { readonly name: string; readonly origin: string };

/** Anybody may pull from these without an account, and no name of an image can make them another host. */
const wellKnown = new Set(["docker.io", "ghcr.io", "quay.io", "public.ecr.aws", "registry.k8s.io"]);

const apiHosts: Readonly<Record<string, string>> = { "docker.io": "registry-1.docker.io" };
const tokenHosts: Readonly<Record<string, string>> = {
  "docker.io": "https://auth.docker.io",
  "registry.gitlab.com": "https://gitlab.com",
};

const unlisted: RegistryRules = { ask: true, plainHttp: false, private: false, tokens: null };

/**
 * The registry of an image, if it may be asked: it is in the configuration, or we have credentials for it, or it is one of the
 * well-known public ones. Throws a refusal before anything is looked up or connected to.
 */
export function endpointOf(registry: string, listed: RegistryList, withCredentials: ReadonlySet<string>): Endpoint {
  const name = registry.toLowerCase();
  const rules = listed.get(name) ?? (withCredentials.has(name) || wellKnown.has(name) ? unlisted : null);
  if (rules === null) throw notAllowed(`${name} is not one of the registries that may be asked`);
  if (!rules.ask) throw notAllowed(`${name} is not to be asked, says the configuration`);
  const api = Object.hasOwn(apiHosts, name) ? apiHosts[name] : name;
  const url = URL.parse(`${rules.plainHttp ? "http" : "https"}://${api}`);
  if (url === null) throw notAllowed(`${name} is not the name of a registry`);
  checkAddress(url, rules.private, name);
  const tokens = rules.tokens ?? (Object.hasOwn(tokenHosts, name) ? (tokenHosts[name] ?? null) : null);
  return { ...rules, tokens, name, origin: url.origin };
}

/** What a redirect may lead to: https on a public address, or another registry that is listed. Throws a refusal. */
export function redirectTarget(url: URL, { name, origin, ...rules }: Endpoint, listed: RegistryList): RegistryRules {
  if (url.origin === origin) return { ...rules };
  const other = listed.get(url.host) ?? unlisted;
  const isPlain = url.protocol === "http:" && other.plainHttp;
  if (url.username !== "" || url.password !== "" || !(isPlain || url.protocol === "https:")) throw astray(name);
  checkAddress(url, other.private, name);
  return other;
}

function checkAddress(url: URL, isPrivate: boolean, name: string): void {
  const address = literalAddress(url.hostname);
  if (url.hostname === "localhost" && !isPrivate) throw insideNetwork(name);
  if (address !== null && !mayConnect(address, isPrivate)) throw insideNetwork(name);
}

export function insideNetwork(name: string) {
  return notAllowed(`${name} leads to an address inside the network, and is not listed as private`);
}

function astray(name: string) {
  return notAllowed(`${name} sends us on to an address that we do not follow`);
}

/** Whether credentials may be shown to the address that a registry names for tokens. */
export function isOwnRealm(realm: URL, { origin, tokens }: Endpoint): boolean {
  if (realm.username !== "" || realm.password !== "") return false;
  return realm.origin === origin || (tokens !== null && realm.origin === URL.parse(tokens)?.origin);
}
