import { describe, expect, test } from "vitest";
import { type Provenance, provenanceOf } from "../../../src/core/provenance/evidence.ts";
import type { Claim } from "../../../src/core/claims/claim.ts";
import type { Origin } from "../../../src/core/provenance/origin.ts";
import { claim, job as provedBy } from "../claims/given.ts";
import { parseReference } from "../../../src/core/image/reference.ts";
import type { Notes, Workload } from "../../../src/core/workload.ts";
import { hour, image, minute, now, workload, writer } from "../given.ts";

const [first, second] = ["3f9a1c7d2b4e5f60718293a4b5c6d7e8f9012345", "0".repeat(39) + "a"];
const run = (id: number) => `https://github.com/acme/checkout/actions/runs/${id}`;
const k8sDeploy = "actions.github.com/k8s-deploy";
const cause = "kubernetes.io/change-cause";

/** What a pipeline of GitHub leaves behind. */
const pipeline = (createdBy: string, commit: string, id: number): Notes => ({
  [k8sDeploy]: JSON.stringify({ repository: "acme/checkout", createdBy, commit, runUri: run(id) }),
});
const ours = (deployer: string, commit: string): Notes => ({
  "whatsrunning.dev/deployer": deployer,
  "whatsrunning.dev/commit": commit,
});

const applied = writer({ manager: "kubectl-client-side-apply", at: now - 2 * hour });
const set = writer({ manager: "kubectl-set", at: now - minute });

type Given = {
  readonly workload?: Partial<Workload>;
  readonly notes?: readonly Notes[];
  readonly before?: readonly Notes[] | null;
  readonly returned?: boolean;
  readonly changed?: readonly string[];
  readonly tag?: string;
  readonly origin?: Origin;
  readonly since?: number;
};

function told({ workload: of, tag, ...given }: Given): Provenance {
  return provenanceOf({
    workload: workload({ writers: [], ...of }),
    notes: [],
    before: null,
    returned: false,
    changed: ["checkout"],
    image: parseReference(image(tag ?? "1.4.2")),
    origin: null,
    since: null,
    ...given,
  });
}

const person = (name: string, key = k8sDeploy) => ({
  value: { kind: "person", name },
  source: { kind: "annotation", key },
  trust: "claimed",
});
const wrote = (name: string, { manager, at }: { manager: string; at: number | null }) => ({
  value: { kind: "tool", tool: { name, detail: null } },
  source: { kind: "field manager", manager, at },
  trust: "observed",
});
const owns = (name: string, detail: string) => ({
  value: { kind: "tool", tool: { name, detail } },
  source: { kind: "owner label", tool: name },
  trust: "claimed",
});
const argo: Notes = { "argocd.argoproj.io/tracking-id": "checkout-prod:apps/Deployment:shop/checkout" };

describe("who deployed it", () => {
  type Row = readonly [rule: string, told: Provenance, deployers: readonly object[]];
  test.each<Row>([
    ["is unknown when nothing says so", told({}), []],
    ["is who the pipeline says", told({ notes: [pipeline("alice", first, 1)] }), [person("alice")]],
    [
      "is what ours say before what a pipeline says, and then what wrote the image",
      told({ notes: [pipeline("alice", first, 1), ours("bob", first)], workload: { writers: [applied] } }),
      [person("bob", "whatsrunning.dev/deployer"), person("alice"), wrote("kubectl apply", applied)],
    ],
    [
      "is told once when two places agree",
      told({ notes: [ours("bob", first), ours("bob", first)] }),
      [person("bob", "whatsrunning.dev/deployer")],
    ],
    ["is a tool when only the API server knows", told({ workload: { writers: [set] } }), [wrote("kubectl set", set)]],
    [
      "is the tool that wrote the container that changed",
      told({ workload: { writers: [applied, { ...set, containers: ["worker"] }] }, changed: ["worker"] }),
      [wrote("kubectl set", { manager: "kubectl-set", at: set.at })],
    ],
    [
      "is the tool that keeps it, when that wrote it",
      told({ workload: { notes: argo, writers: [writer({ manager: "argocd-controller" })] } }),
      [owns("Argo CD", "checkout-prod")],
    ],
    [
      "is kubectl edit before the tool that keeps it, when kubectl edit wrote last",
      told({
        workload: {
          notes: argo,
          writers: [writer({ manager: "argocd-controller" }), writer({ manager: "kubectl-edit", at: now - minute })],
        },
      }),
      [wrote("kubectl edit", { manager: "kubectl-edit", at: now - minute }), owns("Argo CD", "checkout-prod")],
    ],
    [
      "is the tool that keeps it, when nobody knows who wrote",
      told({ workload: { notes: argo } }),
      [owns("Argo CD", "checkout-prod")],
    ],
    [
      "is not the pipeline's person when kubectl set came after and left the annotations behind",
      told({
        notes: [pipeline("alice", first, 1)],
        before: [pipeline("alice", first, 1)],
        workload: { writers: [applied, set] },
      }),
      [wrote("kubectl set", set)],
    ],
    [
      "is the pipeline's person when the pipeline ran again, from the same commit",
      told({ notes: [pipeline("alice", first, 2)], before: [pipeline("alice", first, 1)] }),
      [person("alice")],
    ],
    [
      "is the same person again when nothing but the name was written",
      told({ notes: [{ "whatsrunning.dev/deployer": "bob" }], before: [{ "whatsrunning.dev/deployer": "bob" }] }),
      [person("bob", "whatsrunning.dev/deployer")],
    ],
    [
      "is not who deployed it the first time, when kubectl rollout undo brought it back",
      told({
        notes: [pipeline("alice", first, 1)],
        before: [pipeline("bob", second, 2)],
        returned: true,
        workload: { writers: [writer({ manager: "kubectl" })] },
      }),
      [wrote("kubectl", writer({ manager: "kubectl" }))],
    ],
    [
      "is who the pipeline says when the pipeline brought it back",
      told({
        notes: [pipeline("alice", first, 3)],
        before: [pipeline("bob", second, 2)],
        returned: true,
        workload: { writers: [applied] },
      }),
      [person("alice"), wrote("kubectl apply", applied)],
    ],
  ])("%s", (_, { deployers }, expected) => {
    expect(deployers).toEqual(expected);
  });
});

const said = (value: string, key: string) => ({ value, source: { kind: "annotation", key }, trust: "claimed" });
const guessed = (value: string, tag: string) => ({ value, source: { kind: "tag", tag }, trust: "guessed" });

describe("which commit it is", () => {
  type Row = readonly [rule: string, told: Provenance, commits: readonly object[]];
  test.each<Row>([
    ["is unknown when nothing says so", told({}), []],
    [
      "is told under the annotation that holds it",
      told({ notes: [ours("bob", first)] }),
      [said(first, "whatsrunning.dev/commit")],
    ],
    [
      "is told twice when two places disagree",
      told({ notes: [{ ...ours("bob", first), ...pipeline("alice", second, 1) }] }),
      [said(first, "whatsrunning.dev/commit"), said(second, k8sDeploy)],
    ],
    [
      "is told once when one is the short form of the other",
      told({ notes: [ours("bob", first)], tag: "3f9a1c7" }),
      [said(first, "whatsrunning.dev/commit")],
    ],
    [
      "is guessed from a tag, after what is said",
      told({ notes: [ours("bob", second)], tag: "main-3f9a1c7" }),
      [said(second, "whatsrunning.dev/commit"), guessed("3f9a1c7", "main-3f9a1c7")],
    ],
    ["is guessed from a tag with a prefix", told({ tag: "sha-3f9a1c7" }), [guessed("3f9a1c7", "sha-3f9a1c7")]],
    [
      "is guessed from what git describe writes",
      told({ tag: "v1.4.2-3-g3f9a1c7" }),
      [guessed("3f9a1c7", "v1.4.2-3-g3f9a1c7")],
    ],
    ["is not guessed from a date", told({ tag: "20261123" }), []],
    ["is not guessed from a word", told({ tag: "defaced" }), []],
    ["is not guessed from a version", told({ tag: "v1.4.2" }), []],
    [
      "is not that of the release before, left behind",
      told({ notes: [pipeline("alice", first, 1)], before: [pipeline("alice", first, 1)] }),
      [],
    ],
    [
      "is still that of the revision when kubectl rollout undo brought it back",
      told({
        notes: [pipeline("alice", first, 1)],
        before: [pipeline("bob", second, 2)],
        returned: true,
        workload: { writers: [writer({ manager: "kubectl" })] },
      }),
      [said(first, k8sDeploy)],
    ],
  ])("%s", (_, { commits }, expected) => {
    expect(commits).toEqual(expected);
  });
});

describe("what else is told", () => {
  test("the source and the run of the most trusted claim that has them", () => {
    const { source, run: address } = told({ notes: [{ ...ours("bob", first), ...pipeline("alice", first, 1) }] });
    expect({ source, address }).toEqual({ source: "https://github.com/acme/checkout", address: run(1) });
  });

  test("the change cause, from wherever it stands first", () => {
    expect(told({ notes: [{ [cause]: " " }, { [cause]: "hotfix" }] }).changeCause).toBe("hotfix");
    expect(told({ notes: [{}] }).changeCause).toBeNull();
  });

  test("what came along from the release before is left out, and named", () => {
    const notes = [{ ...pipeline("alice", first, 1), [cause]: "deploy 1" }];
    expect(told({ notes, before: notes })).toEqual({
      deployers: [],
      commits: [],
      source: null,
      run: null,
      changeCause: null,
      leftOver: [k8sDeploy, cause],
      subject: null,
      inherited: [],
    });
  });

  test("the deployer that an undo leaves out is named too", () => {
    const undone = { returned: true, workload: { writers: [writer({ manager: "kubectl" })] } };
    expect(told({ notes: [ours("alice", first)], ...undone }).leftOver).toEqual(["whatsrunning.dev/deployer"]);
    expect(told({ notes: [{ "whatsrunning.dev/commit": first }], ...undone }).leftOver).toEqual([]);
  });

  test("nothing is left over when nothing was said", () => {
    expect(told({ before: [pipeline("alice", first, 1)] }).leftOver).toEqual([]);
  });
});

const signed = (more: Partial<Claim>) => claim({ voucher: provedBy, at: now, ...more });

describe("what pipelines and the image itself say", () => {
  const label = { value: second, key: "org.opencontainers.image.revision", on: "label" } as const;
  const labelled = { commits: [label], source: "https://git.example/shop", inherited: [] };
  const [job, token] = [
    { kind: "claim", stage: "built", voucher: "acme/shop" },
    { kind: "claim", stage: "built", voucher: null },
  ];

  test("a signed commit speaks first, then the shared token, annotations and labels; what agrees is told once", () => {
    const claims = [claim({ commit: first, at: now + minute }), signed({ commit: second })];
    const { commits } = told({ origin: { claims, labelled, syncs: [] }, notes: [pipeline("alice", first, 1)] });
    expect(commits).toEqual([
      { value: second, source: job, trust: "verified" },
      { value: first, source: token, trust: "claimed" },
    ]);
  });

  test("a label speaks after what the cluster says, and before a guess", () => {
    const { commits, source } = told({ origin: { claims: [], labelled, syncs: [] }, tag: `main-${first.slice(0, 7)}` });
    expect(commits.map((it) => [it.source.kind, it.trust])).toEqual([
      ["label", "claimed"],
      ["tag", "guessed"],
    ]);
    expect(source).toBe("https://git.example/shop");
    const annotated = told({ origin: { claims: [], labelled, syncs: [] }, notes: [pipeline("alice", first, 1)] });
    expect(annotated.commits.map((it) => it.value)).toEqual([first, second]);
  });

  test("who deployed it this time, not the time before", () => {
    const claims = [
      claim({ stage: "deployed", actor: "alice", at: now - 2 * hour }),
      signed({ stage: "deployed", actor: "bob", at: now - minute }),
      claim({ stage: "built", actor: "carol" }),
    ];
    const who = (since: number | null) =>
      told({ origin: { claims, labelled: null, syncs: [] }, ...(since === null ? {} : { since }) }).deployers.map(
        (it) => it.value,
      );
    expect(who(now - hour)).toEqual([{ kind: "person", name: "bob" }]);
    expect(who(now - 3 * hour)).toEqual([
      { kind: "person", name: "bob" },
      { kind: "person", name: "alice" },
    ]);
    expect(who(null)).toEqual([]);
  });

  test("what the job did not prove of its deployer is a claim", () => {
    const half = { ...provedBy, verified: ["commit"] } as const;
    const { deployers } = told({
      origin: { claims: [signed({ stage: "deployed", actor: "alice", voucher: half })], labelled: null, syncs: [] },
      since: now,
    });
    expect(deployers).toMatchObject([
      { trust: "claimed", source: { kind: "claim", stage: "deployed", voucher: "acme/shop" } },
    ]);
  });
});
