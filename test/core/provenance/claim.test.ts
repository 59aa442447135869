import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Claim, claimsIn } from "../../../src/core/provenance/claim.ts";
import type { Notes } from "../../../src/core/workload.ts";

const commit = "3f9a1c7d2b4e5f60718293a4b5c6d7e8f9012345";
const k8sDeploy = "actions.github.com/k8s-deploy";
const older = "githubWorkflow_5d41402abc4b2a76b9719d911017c592";
const run = "https://github.com/acme/checkout/actions/runs/4711";

/** The fields that azure/k8s-deploy writes. */
const written = {
  run: "4711",
  repository: "acme/checkout",
  workflow: "deploy",
  createdBy: "alice",
  commit,
  runUri: run,
};
const json = (given: object = {}): Notes => ({ [k8sDeploy]: JSON.stringify({ ...written, ...given }) });
const singleQuoted = (given: object = {}): Notes => ({
  [older]: JSON.stringify({ ...written, ...given }).replaceAll('"', "'"),
});

const told = (key: string, value: string) => ({ key, value });
const byAction = (key: string): Claim => ({
  key,
  deployer: told(key, "alice"),
  commit: told(key, commit),
  source: "https://github.com/acme/checkout",
  run,
});
const nothing = { deployer: null, commit: null, source: null, run: null };
const deployerKey = "whatsrunning.dev/deployer";
const commitKey = "whatsrunning.dev/commit";

describe("a deploy says of itself", () => {
  type Row = readonly [rule: string, notes: Notes, claims: readonly Claim[]];
  test.each<Row>([
    ["nothing", {}, []],
    ["nothing of the kind", { "kubernetes.io/change-cause": "by alice", "app.kubernetes.io/name": "checkout" }, []],
    [
      "all in our own annotations, each fact under its own key",
      {
        [deployerKey]: "alice",
        [commitKey]: commit,
        "whatsrunning.dev/source": "https://github.com/acme/checkout",
        "whatsrunning.dev/run": run,
      },
      [
        {
          key: deployerKey,
          deployer: told(deployerKey, "alice"),
          commit: told(commitKey, commit),
          source: "https://github.com/acme/checkout",
          run,
        },
      ],
    ],
    [
      "only the commit",
      { [commitKey]: ` ${commit.toUpperCase()} ` },
      [{ ...nothing, key: commitKey, commit: told(commitKey, commit) }],
    ],
    ["only the run", { "whatsrunning.dev/run": run }, [{ ...nothing, key: "whatsrunning.dev/run", run }]],
    [
      "a short commit",
      { [commitKey]: "3f9a1c7" },
      [{ ...nothing, key: commitKey, commit: told(commitKey, "3f9a1c7") }],
    ],
    ["a commit too short to be one", { [commitKey]: "3f9a1c" }, []],
    ["a branch where a commit should be", { [commitKey]: "main" }, []],
    ["spaces where a name should be", { [deployerKey]: "  " }, []],
    ["a run that no browser should open", { "whatsrunning.dev/run": "javascript:alert(1)" }, []],
    [
      "a source with a password in it",
      { "whatsrunning.dev/source": "https://alice:secret@github.com/acme/checkout" },
      [],
    ],
    ["what azure/k8s-deploy writes", json(), [byAction(k8sDeploy)]],
    ["what an older azure/k8s-deploy wrote", singleQuoted(), [byAction(older)]],
    [
      "ours first, then the newer key, then the older ones",
      { ...singleQuoted(), githubWorkflow_0: "{'createdBy':'bob'}", ...json(), [deployerKey]: "carol" },
      [
        { ...nothing, key: deployerKey, deployer: told(deployerKey, "carol") },
        byAction(k8sDeploy),
        byAction(older),
        { ...nothing, key: "githubWorkflow_0", deployer: told("githubWorkflow_0", "bob") },
      ],
    ],
    [
      "a repository that is none",
      json({ repository: "../../evil", createdBy: "alice" }),
      [{ ...byAction(k8sDeploy), source: null }],
    ],
    ["a run address that is none", json({ runUri: "ftp://x/y" }), [{ ...byAction(k8sDeploy), run: null }]],
    [
      "numbers where texts should be",
      json({ createdBy: 7, commit: 1234567 }),
      [{ ...byAction(k8sDeploy), deployer: null, commit: null }],
    ],
    ["a list under the well-known key", { [k8sDeploy]: "[1,2]" }, []],
    ["a text under the well-known key", { [k8sDeploy]: '"hello"' }, []],
    ["no JSON under the well-known key", { [k8sDeploy]: "{'createdBy':'alice'" }, []],
    ["null under the well-known key", { [k8sDeploy]: "null" }, []],
    ["other fields under the well-known key", { [k8sDeploy]: '{"__proto__":{"createdBy":"x"},"other":"y"}' }, []],
  ])("%s", (_, notes, claims) => {
    expect(claimsIn([notes])).toEqual(claims);
  });
});

test("ours come first also when they stand elsewhere", () => {
  const keys = claimsIn([{ ...json(), ...singleQuoted() }, { [commitKey]: commit }, json()]).map((it) => it.key);
  expect(keys).toEqual([commitKey, k8sDeploy, k8sDeploy, older]);
});

describe("whatever stands in the annotations", () => {
  const nasty = fc.oneof(
    fc.string(),
    fc.webUrl(),
    fc.json(),
    fc.constantFrom(
      "javascript:alert(1)",
      "data:text/html,x",
      "https://a:b@c",
      "//evil",
      "https:evil",
      " HTTPS://x ",
      "'a':'b'",
    ),
  );
  const fields = fc.dictionary(fc.constantFrom("createdBy", "commit", "repository", "runUri", "__proto__"), nasty);
  const notes = fc
    .record({
      own: fc.dictionary(
        fc.constantFrom(deployerKey, commitKey, "whatsrunning.dev/source", "whatsrunning.dev/run"),
        nasty,
      ),
      action: fc.oneof(
        nasty,
        fields.map((it) => JSON.stringify(it)),
      ),
      olderAction: fc.oneof(
        nasty,
        fields.map((it) => JSON.stringify(it).replaceAll('"', "'")),
      ),
    })
    .map(({ own, action, olderAction }): Notes => ({ ...own, [k8sDeploy]: action, [older]: olderAction }));

  test("reading it answers, and never with an address other than http or https, nor an empty fact", () => {
    fc.assert(
      fc.property(notes, (given) => {
        for (const { source, run: address, deployer, commit: said } of claimsIn([given])) {
          for (const it of [source, address]) expect(it ?? "https://").toMatch(/^https?:\/\/(?![^/?#]*@)/);
          expect(deployer?.value ?? "somebody").toMatch(/\S/);
          expect(said?.value ?? "3f9a1c7").toMatch(/^[0-9a-f]{7,64}$/);
        }
      }),
    );
  });

  // A backtracking expression would take years over these; here the test's own time limit is the assertion.
  test.each(["'", "'a", "'a' ", "'a':'", "' : "])("much of %j is read in no time", (part) => {
    expect(claimsIn([{ [older]: part.repeat(50_000) }])).toEqual([]);
  });
});
