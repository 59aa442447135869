import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Config, describeProblem, readConfig, wholeCluster } from "../src/config.ts";

const right = { SLACK_BOT_TOKEN: "xoxb-1-2-abc", SLACK_APP_TOKEN: "xapp-1-A0-3-abc" };

type Env = Record<string, string | undefined>;

function read(env: Env, yaml = "") {
  const path = { WHATSRUNNING_CONFIG: "config.yml" };
  return readConfig(yaml === "" ? env : { ...path, ...env }, () => yaml);
}

function configOf(env: Env, yaml?: string): Config {
  const reading = read({ ...right, ...env }, yaml);
  if ("problems" in reading) throw new Error(reading.problems.map(describeProblem).join("\n"));
  return reading.config;
}

function linesOf(env: Env, yaml?: string): readonly string[] {
  const reading = read({ ...right, ...env }, yaml);
  return "problems" in reading ? reading.problems.map(describeProblem) : [];
}

const full = readFileSync(new URL("fixtures/config/full.yml", import.meta.url), "utf8");
const fullRules = {
  allow: { users: ["U01BOB"], groups: ["S01SRE"] },
  approvals: 1,
  approve: { users: [], groups: ["S02LEADS"] },
  breakGlass: { users: ["U01BOB"], groups: [] },
  override: ["image"],
  confirm: "typed",
  healthyForMs: 5_400_000,
  soakMs: 90_000,
  planForMs: 300_000,
  approvalForMs: 86_400_000,
};

describe("the file", () => {
  test("with every key is read whole", () => {
    const { environments, registries, people, ...config } = configOf({}, full);
    expect(environments).toEqual([
      {
        name: "prod",
        aliases: ["production", "live"],
        places: [
          { cluster: "prod-eu", context: "prod-eu", namespaces: ["shop", "payments"] },
          {
            cluster: "prod-us",
            context: "arn:aws:eks:us-east-1:123456789012:cluster/shop",
            namespaces: ["shop"],
          },
        ],
        announce: {
          channel: "C0DEPLOYS",
          services: new Map([["checkout", "C0CHECKOUT"]]),
          restarts: false,
          mention: false,
        },
        rollback: fullRules,
      },
      {
        name: "staging",
        aliases: [],
        places: [{ cluster: "staging", context: null, namespaces: null }],
        announce: { channel: "C0STAGING", services: new Map(), restarts: false, mention: false },
        rollback: {
          allow: { users: [], groups: ["S03DEVS"] },
          approvals: 0,
          approve: { users: [], groups: ["S03DEVS"] },
          breakGlass: { users: [], groups: [] },
          override: [],
          confirm: "click",
          healthyForMs: 600_000,
          soakMs: 60_000,
          planForMs: 600_000,
          approvalForMs: 900_000,
        },
      },
    ]);
    const asked = { link: null, ask: true, plainHttp: false, private: false, tokens: null };
    expect(registries).toEqual(
      new Map([
        ["ghcr.io", { ...asked, link: "https://packages.example/{repository}@{digest}" }],
        ["127.0.0.1:5000", { ...asked, plainHttp: true, private: true }],
        ["registry.gitlab.example", { ...asked, tokens: "https://gitlab.example" }],
        ["docker.io", { ...asked, ask: false }],
      ]),
    );
    expect(people).toEqual(new Map([["alice@example.org", "U01ALICE"]]));
    expect(config).toMatchObject({
      defaultEnvironment: "prod",
      incidents: { channels: ["C0INC"], pattern: /^inc-/ },
      registryCredentials: "/run/secrets/registry/config.json",
      issuers: [
        {
          issuer: "https://token.actions.githubusercontent.com",
          audience: "whatsrunning",
          repositories: ["acme/shop"],
        },
      ],
      issueLink: "https://git.example/acme/shop/issues/new?title={title}&body={body}",
    });
  });

  test("says which of the settings nothing looks at yet", () => {
    const reading = read(right, full);
    expect("unused" in reading && reading.unused).toEqual([
      "environments.prod.rollback.approve",
      "environments.prod.rollback.approvalFor",
      "environments.prod.rollback.breakGlass",
      "issues",
    ]);
    expect(read(right, "environments: { prod: { places: [{ cluster: eu }] } }")).toMatchObject({ unused: [] });
  });

  test.each(["# nothing yet\n", "environments: {}\n", "default: prod\n"])(
    "%j names no environment, and needs none",
    (yaml) => {
      expect(configOf({}, yaml)).toMatchObject({ defaultEnvironment: "prod", environments: null });
      expect(wholeCluster("kind-shop")).toEqual({
        name: "prod",
        aliases: [],
        places: [{ cluster: "kind-shop", context: null, namespaces: null }],
        announce: null,
        rollback: null,
      });
    },
  );

  test("the only environment is the default one", () => {
    const yaml = "environments: { live: { places: [{ cluster: eu }] } }";
    expect(configOf({}, yaml).defaultEnvironment).toBe("live");
  });

  test("everything that is wrong is told at once, here and in the variables", () => {
    const yaml =
      "default: nope\nincident: 1\nenvironments:\n  prod: { aliases: [at], places: [{ cluster: eu, namespaces: [X] }] }";
    expect(linesOf({ PORT: "x" }, yaml)).toEqual([
      "PORT must be a whole number from 0 to 65535, e.g. 3000",
      "environments.prod.places[0].namespaces[0] (line 4) must be a Kubernetes namespace, e.g. shop",
      "incident (line 2) is not a key here: did you mean incidents?",
      "environments.prod.aliases[0] (line 4) must not be at, which is a command",
      "default (line 1) must be one of the environments: prod",
    ]);
  });

  test("that cannot be read is named by what the system says, not by its stack", () => {
    const reading = readConfig({ ...right, WHATSRUNNING_CONFIG: "/nowhere/config.yml" }, (path) =>
      readFileSync(path, "utf8"),
    );
    expect("problems" in reading && reading.problems.map(describeProblem)).toEqual([
      "WHATSRUNNING_CONFIG must be the path of a YAML file that can be read (ENOENT), e.g. /etc/whatsrunning/config.yml",
    ]);
  });
});

describe("whatever is written", () => {
  const names = Object.keys({
    ...right,
    SLACK_SIGNING_SECRET: 0,
    SLACK_API_URL: 0,
    REDIS_URL: 0,
    PORT: 0,
    HOST: 0,
    LOG_LEVEL: 0,
  });
  const key = fc.constantFrom(
    "default",
    "environments",
    "prod",
    "places",
    "rollback",
    "cluster",
    "registries",
    "link",
    "__proto__",
    "x",
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: "small" },
      fc.string(),
      fc.constant(null),
      fc.integer(),
      tie("map"),
      fc.array(tie("tree"), { maxLength: 3 }),
    ),
    map: fc.dictionary(key, tie("tree"), { maxKeys: 4, noNullPrototype: false }),
  }));

  test("any file and any variables give a config or problems of one line each, never a throw", () => {
    const env = fc.dictionary(fc.constantFrom(...names), fc.string());
    const yaml = fc.oneof(
      fc.string(),
      fc.string({ unit: "binary" }),
      tree.map((it) => JSON.stringify(it)),
    );
    fc.assert(
      fc.property(env, yaml, (variables, text) => {
        const reading = readConfig({ ...variables, WHATSRUNNING_CONFIG: "x" }, () => text);
        const lines = "problems" in reading ? reading.problems.map(describeProblem) : ["a config"];
        expect(lines.length).toBeGreaterThan(0);
        for (const line of lines) expect(line).not.toMatch(/[\r\n]/);
      }),
    );
  });

  test("no variable's value is ever repeated", () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.stringMatching(/^[ -~]{0,8}zq7zq7[ -~]{0,8}$/), (name, value) => {
        expect(linesOf({ [name]: value }).join("\n")).not.toContain("zq7zq7");
      }),
    );
  });
});
