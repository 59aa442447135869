import type { Environment } from "../../src/core/answer.ts";
import type { Release } from "../../src/core/ledger/release.ts";
import type { Identities } from "../../src/flows/learn/identify.ts";
import { createRecalling, type Unreadable } from "../../src/flows/recall.ts";
import type { PastQuestion } from "../../src/core/past/question.ts";
import type { PastAnswer } from "../../src/core/past/answer.ts";
import { records, stepped } from "../../src/records.ts";
import { createSqliteStore } from "../../src/store/sqlite.ts";
import * as given from "../core/given.ts";
import { viewOf } from "../core/look.ts";

const environments: readonly Environment[] = [
  {
    name: "prod",
    aliases: [],
    places: [
      { cluster: "prod-eu", namespaces: ["shop"] },
      { cluster: "prod-us", namespaces: null },
    ],
  },
  { name: "staging", aliases: [], places: [{ cluster: "staging", namespaces: null }] },
];

/** Every cluster is known by `uid-` and its name. */
const identities: Identities = {
  of: (cluster) => `uid-${cluster}`,
  named: (identity) => identity.replace(/^uid-/, ""),
  missing: () => [],
};

/** Looks back into an empty store. */
export const recallsNothing = createRecalling({
  view: viewOf([]),
  store: createSqliteStore({ path: ":memory:", clock: { now: () => given.now } }),
  identities,
  environments: [],
  aliases: given.noAliases,
  clock: { now: () => given.now, sleep: async () => {} },
}).recall;

/** A ledger that was told of these releases of each workload, the last one in force. */
export async function remembered(lives: readonly (readonly Release[])[], { view = viewOf([]), now = given.now } = {}) {
  const clock = { now: () => now, sleep: async () => {} };
  const store = createSqliteStore({ path: ":memory:", clock });
  let commits = 0;
  for (const life of lives) {
    for (const [index, release] of life.entries()) {
      const before = life[index - 1];
      const version = before ? ((await store.read(records.current(release.of)))?.version ?? null) : null;
      commits += 1;
      await store.commit(stepped(`commit-${commits}`, { ended: before ? [before] : [], current: release }, version));
    }
  }
  const { recall } = createRecalling({ view, store, identities, environments, aliases: given.noAliases, clock });

  /** The answer, which has to be of the kind of the question. */
  async function ask<K extends PastAnswer["kind"]>(question: PastQuestion & { readonly kind: K }) {
    const answer = await recall(question);
    const isOfKind = (it: PastAnswer | Unreadable): it is PastAnswer & { readonly kind: K } =>
      it.kind === question.kind;
    if (!isOfKind(answer)) throw new Error(`asked for ${question.kind}, and told ${answer.kind}`);
    return answer;
  }
  return { ask, store };
}
