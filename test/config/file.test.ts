import { expect, test } from "vitest";
import { readConfigFile } from "../../src/config/file.ts";
import { describeProblem } from "../../src/config.ts";

function linesOf(yaml: string): readonly string[] {
  const reading = readConfigFile(yaml);
  return "problems" in reading ? reading.problems.map(describeProblem) : [];
}

function fileOf(yaml: string) {
  const reading = readConfigFile(yaml);
  if ("problems" in reading) throw new Error(linesOf(yaml).join("\n"));
  return reading.file;
}

test("may use anchors", () => {
  const yaml = "environments:\n  a: &a { places: [{ cluster: eu }] }\n  b: *a\ndefault: a";
  expect(Object.keys(fileOf(yaml).environments)).toEqual(["a", "b"]);
});

test.each([
  ["1s", 1_000],
  ["90m", 5_400_000],
  ["1d12h", 129_600_000],
  ["1h30m15s", 5_415_000],
])("%s is a duration", (written, ms) => {
  const yaml = `environments: { prod: { places: [{ cluster: eu }], rollback: { soak: ${written} } } }`;
  expect(fileOf(yaml).environments.prod?.rollback?.soakMs).toBe(ms);
});

const within = (environment: string) => `environments:\n  prod:\n    places: [{ cluster: eu }]\n    ${environment}`;
const rule = (written: string) => within(`rollback:\n      ${written}`);
const place = (written: string) => `environments:\n  prod:\n    places:\n      - ${written}`;
const duration = "must be a duration from 1s to 30d in units of d, h, m and s, e.g. 10m or 1h30m";
const channel = "must be a channel's id (not its name), e.g. C0DEPLOYS";
const at = "environments.prod";
const image = "https://registry.example/{repository}@{digest}";
const git = "https://git.example/acme/shop/issues/new?title={title}&body={body}";

test.each<[string, string]>([
  ["incident: {}", "incident (line 1) is not a key here: did you mean incidents?"],
  [
    "\n\nxyzzy: 1",
    "xyzzy (line 3) is not a key here: default, environments, incidents, registries, registryCredentials, claims, people, issues",
  ],
  ["[]", "WHATSRUNNING_CONFIG (line 1) must be a section with keys such as default, environments, incidents"],
  ["environments: [prod]", "environments (line 1) must be a section of names, each with its value"],
  [
    "environments: { prod: {} }",
    `${at}.places (line 1) is missing: it must be a list, e.g. [{ cluster: prod-eu, namespaces: [shop] }]`,
  ],
  [
    "environments: { prod: { places: [] } }",
    `${at}.places (line 1) must name at least one, e.g. [{ cluster: prod-eu, namespaces: [shop] }]`,
  ],
  [
    "environments: { Prod EU: { places: [{ cluster: eu }] } }",
    'environments."Prod EU" (line 1) must be a name of lower-case letters, digits, dots and dashes, e.g. prod',
  ],
  [place("{ cluster: 12 }"), `${at}.places[0].cluster (line 4) must be a cluster's name without spaces, e.g. prod-eu`],
  [
    place("{ namespaces: [shop] }"),
    `${at}.places[0].cluster (line 4) is missing: it must be a cluster's name without spaces, e.g. prod-eu`,
  ],
  [
    place("{ cluster: eu, namespaces: [Shop] }"),
    `${at}.places[0].namespaces[0] (line 4) must be a Kubernetes namespace, e.g. shop`,
  ],
  [
    place("{ cluster: eu, namespaces: [] }"),
    `${at}.places[0].namespaces (line 4) must name at least one, e.g. [shop, payments]`,
  ],
  [
    place("{ cluster: eu, namespace: shop }"),
    `${at}.places[0].namespace (line 4) is not a key here: did you mean namespaces?`,
  ],
  [
    place("{ cluster: eu }\n      - { cluster: eu }"),
    `${at}.places[1] (line 5) names eu again: list its namespaces in one place`,
  ],
  [
    "default: a\nenvironments:\n  a: { places: [{ cluster: eu }] }\n  b: { places: [{ cluster: eu, context: other }] }",
    "environments.b.places[0] (line 4) gives eu the context other, but further up it has eu: one cluster, one context",
  ],
  [within("aliases: [rollback]"), `${at}.aliases[0] (line 4) must not be rollback, which is a command`],
  [
    "environments: { help: { places: [{ cluster: eu }] } }",
    "environments.help (line 1) must not be help, which is a command",
  ],
  [within("aliases: [live, live]"), `${at}.aliases[1] (line 4) is already a name of the environment prod`],
  [
    "default: a\nenvironments:\n  a: { places: [{ cluster: eu }], aliases: [b] }\n  b: { places: [{ cluster: eu }] }",
    "environments.a.aliases[0] (line 3) is already a name of the environment b",
  ],
  [
    "environments:\n  a: { places: [{ cluster: eu }] }\n  b: { places: [{ cluster: eu }] }",
    "default (line 1) is missing: it must be one of the environments, e.g. a",
  ],
  [`default: prodd\n${within("")}`, "default (line 1) must be one of the environments: did you mean prod?"],
  ["default: staging", "default (line 1) must be one of the environments: prod"],
  [within('announce: "#deploys"'), `${at}.announce.channel (line 4) ${channel}`],
  [within("announce: 7"), `${at}.announce (line 4) must be a section with keys such as channel, services, restarts`],
  [
    within("announce: { channel: C0DEPLOYS, services: { checkout: U01ALICE } }"),
    `${at}.announce.services.checkout (line 4) ${channel}`,
  ],
  [rule("healthyFor: 10"), `${at}.rollback.healthyFor (line 5) ${duration}`],
  [rule("soak: 0s"), `${at}.rollback.soak (line 5) ${duration}`],
  [rule("soak: ''"), `${at}.rollback.soak (line 5) ${duration}`],
  [rule("planFor: 10min"), `${at}.rollback.planFor (line 5) ${duration}`],
  [rule("approvalFor: 31d"), `${at}.rollback.approvalFor (line 5) ${duration}`],
  [rule("approvals: 2"), `${at}.rollback.approvals (line 5) must be 0 (no second person) or 1`],
  [rule("confirm: yes"), `${at}.rollback.confirm (line 5) must be click or typed`],
  [
    rule("allow: { users: [bob] }"),
    `${at}.rollback.allow.users[0] (line 5) must be a user's id (not a name), e.g. U01ALICE`,
  ],
  [
    rule("allow: { groups: [U01BOB] }"),
    `${at}.rollback.allow.groups[0] (line 5) must be a user group's id (not its handle), e.g. S01SRE`,
  ],
  [rule("allow: [U01BOB]"), `${at}.rollback.allow (line 5) must be a section with keys such as users, groups`],
  ...["Image!", "imgae", "permission"].map((it): [string, string] => [
    rule(`override: [${it}]`),
    `${at}.rollback.override[0] (line 5) must be the name of a check that may be overridden: image, manifest, configuration, schema, owner`,
  ]),
  [within("rollback:"), `${at}.rollback (line 4) must be a section with keys such as allow, approvals, approve`],
  ["incidents: { channels: [inc] }", `incidents.channels[0] (line 1) ${channel}`],
  [
    "incidents: { pattern: '^inc-(' }",
    "incidents.pattern (line 1) must be a regular expression of at most 200 characters, e.g. ^inc-",
  ],
  [
    `incidents: { pattern: ${"a".repeat(201)} }`,
    "incidents.pattern (line 1) must be a regular expression of at most 200 characters, e.g. ^inc-",
  ],
  [
    "registries: { 'https://ghcr.io': {} }",
    'registries."https://ghcr.io" (line 1) must be a registry\'s host, with its port if it has one, e.g. ghcr.io',
  ],
  ["registries: { ghcr.io: { private: maybe } }", 'registries."ghcr.io".private (line 1) must be true or false'],
  [
    "registries: { r: { link: 'https://x.example/{repo}' } }",
    `registries.r.link (line 1) has {repo}, but can only have {registry} {repository} {name} {digest} {hex} {tag}, e.g. ${image}`,
  ],
  [
    "registries: { r: { link: 'https://x.example/{repository' } }",
    `registries.r.link (line 1) has a lone brace, e.g. ${image}`,
  ],
  [
    "registries: { r: { link: 'https://{repository}/x' } }",
    `registries.r.link (line 1) must name its host itself, e.g. ${image}`,
  ],
  [
    "registries: { r: { link: 'http://x.example/' } }",
    `registries.r.link (line 1) must be an https address without a password in it, e.g. ${image}`,
  ],
  [
    "registries: { r: { link: 'https://a:b@x.example/' } }",
    `registries.r.link (line 1) must be an https address without a password in it, e.g. ${image}`,
  ],
  [
    "registryCredentials: ''",
    "registryCredentials (line 1) must be the path of a file, e.g. /run/secrets/registry/config.json",
  ],
  [
    "claims: { oidc: [{ issuer: 'http://x.example', audience: a, repositories: [acme/shop] }] }",
    "claims.oidc[0].issuer (line 1) must be an https address without a password in it, e.g. https://token.actions.githubusercontent.com",
  ],
  [
    "claims: { oidc: [{ issuer: 'https://x.example', audience: a, repositories: [shop] }] }",
    "claims.oidc[0].repositories[0] (line 1) must be a repository with its owner, e.g. acme/shop",
  ],
  [
    "people: { alice@example.org: alice }",
    'people."alice@example.org" (line 1) must be a user\'s id (not a name), e.g. U01ALICE',
  ],
  [
    "issues: { link: 'https://x.example/{digest}' }",
    `issues.link (line 1) has {digest}, but can only have {title} {body}, e.g. ${git}`,
  ],
  ["people: { __proto__: U01ALICE }", "people (line 1) must not have the key __proto__"],
  [
    "__proto__: {}",
    "__proto__ (line 1) is not a key here: default, environments, incidents, registries, registryCredentials, claims, people, issues",
  ],
  [
    "people:\n  <<: *all",
    "WHATSRUNNING_CONFIG must be YAML, but: Unresolved alias (the anchor must be set before the alias): all",
  ],
  [
    "default: prod\ndefault: prod",
    "WHATSRUNNING_CONFIG (line 2) must be YAML, but at column 1: Map keys must be unique",
  ],
  [
    "a: [",
    "WHATSRUNNING_CONFIG (line 1) must be YAML, but at column 5: Flow sequence in block collection must be sufficiently indented and end with a ]",
  ],
])("%j is refused in one line", (yaml, line) => {
  expect(linesOf(yaml)).toEqual([line]);
});

test.each([
  ["aliases that multiply", bomb(), " must be YAML, but: Excessive alias count indicates a resource exhaustion attack"],
  ["ten thousand brackets", "[".repeat(10_000), " (line 1) must be plainer: it is nested too deeply"],
  ["half a megabyte", `# ${"x".repeat(500_000)}`, " must be smaller than 256 KiB"],
])("of %s is refused quickly", (_, yaml, why) => {
  expect(linesOf(yaml)).toEqual([`WHATSRUNNING_CONFIG${why}`]);
});

test("a token pasted into it is not told further", () => {
  expect(linesOf("xoxb-1-2-hunter2: 1\ndefault: a").join()).not.toContain("hunter2");
});

function bomb(): string {
  const levels = Array.from({ length: 9 }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n}, `.repeat(9)}]`);
  return ["a0: &a0 [x]", ...levels].join("\n");
}
