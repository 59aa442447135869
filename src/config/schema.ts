import { z } from "zod";
import {
  audience,
  channel,
  check,
  clusterName,
  contextName,
  deployer,
  duration,
  environmentName,
  flag,
} from "./value.ts";
import {
  group,
  httpsUrl,
  link,
  list,
  map,
  namespace,
  oneOf,
  path,
  pattern,
  registryHost,
  repository,
} from "./value.ts";
import { section, service, user } from "./value.ts";

/** Every key of the file that WHATSRUNNING_CONFIG names, with its default. What spans several keys is in names.ts. */

const who = section({
  users: z.array(user, "must be a list of user ids, e.g. [U01BOB]").default([]),
  groups: z.array(group, "must be a list of user group ids, e.g. [S01SRE]").default([]),
});
const nobody: z.output<typeof who> = { users: [], groups: [] };

const rollback = section({
  allow: who.default(nobody),
  approvals: z.union([z.literal(0), z.literal(1)], "must be 0 (no second person) or 1").default(0),
  approve: who.optional(),
  breakGlass: who.default(nobody),
  override: z.array(check, "must be a list of checks, e.g. [image]").default([]),
  confirm: oneOf(["click", "typed"]).default("click"),
  healthyFor: duration.prefault("10m"),
  soak: duration.prefault("60s"),
  planFor: duration.prefault("10m"),
  approvalFor: duration.prefault("15m"),
}).transform(({ approve, healthyFor, soak, planFor, approvalFor, ...rest }) => ({
  ...rest,
  approve: approve ?? rest.allow,
  healthyForMs: healthyFor,
  soakMs: soak,
  planForMs: planFor,
  approvalForMs: approvalFor,
}));

const announce = z.preprocess(
  (written) => (typeof written === "string" ? { channel: written } : written),
  section({
    channel,
    services: map(service, channel).default({}),
    restarts: flag.default(false),
    mention: flag.default(false),
  }).transform(({ services, ...rest }) => ({ ...rest, services: new Map(Object.entries(services)) })),
);

/** Without `context`, the kubeconfig's context has the cluster's name; null is the current context, or the cluster we run in. */
const place = section({
  cluster: clusterName,
  context: contextName.optional(),
  namespaces: list(namespace, "[shop, payments]").optional(),
}).transform(({ cluster, context = cluster, namespaces = null }) => ({ cluster, context, namespaces }));

const environment = section({
  aliases: z.array(environmentName, "must be a list of names, e.g. [production]").default([]),
  places: list(place, "[{ cluster: prod-eu, namespaces: [shop] }]"),
  announce: announce.optional(),
  rollback: rollback.optional(),
});

const registry = section({
  link: link(
    ["registry", "repository", "name", "digest", "hex", "tag"],
    "https://registry.example/{repository}@{digest}",
  ).optional(),
  ask: flag.default(true),
  plainHttp: flag.default(false),
  private: flag.default(false),
  tokens: httpsUrl("https://gitlab.example").optional(),
}).transform(({ link: template = null, tokens = null, ...rest }) => ({ link: template, tokens, ...rest }));

const issuer = section({
  issuer: httpsUrl("https://token.actions.githubusercontent.com"),
  audience,
  repositories: list(repository, "[acme/shop]"),
});

export const configFile = section({
  default: environmentName.optional(),
  environments: map(environmentName, environment).default({}),
  incidents: section({
    channels: z.array(channel, "must be a list of channel ids, e.g. [C0INC]").default([]),
    pattern: pattern.optional(),
  }).optional(),
  registries: map(registryHost, registry).default({}),
  registryCredentials: path.optional(),
  claims: section({ oidc: z.array(issuer, "must be a list of issuers").default([]) }).optional(),
  people: map(deployer, user).default({}),
  issues: section({
    link: link(["title", "body"], "https://git.example/acme/shop/issues/new?title={title}&body={body}"),
  }).optional(),
});
