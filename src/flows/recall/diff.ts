import type { Aliases } from "../../core/image/identity.ts";
import { nameOf } from "../../core/ledger/release.ts";
import type { DiffAnswer, DiffRow, Side } from "../../core/past/answer.ts";
import { relationOf, sideOf } from "../../core/past/diff.ts";
import type { PastQuestion } from "../../core/past/question.ts";
import { type Running, runningOf } from "../../core/running.ts";
import type { Place, View } from "../../core/view.ts";
import type { Clock, Store } from "../../ports.ts";
import { index, leadOf } from "../../records.ts";
import type { Ledger } from "./ledger.ts";

type Deps = {
  readonly ledger: Ledger;
  readonly store: Pick<Store, "find">;
  readonly view: View;
  readonly placesOf: (environment: string) => readonly Place[];
  readonly aliases: Aliases;
  readonly clock: Clock;
};

const rowsAPage = 40;
const judgedAtATime = 100;
const mostSeen = 100;

/** What one environment runs, held against another: from the live pods, and from the ledger which of them came first. */
export async function recallDiff(question: PastQuestion & { kind: "diff" }, deps: Deps): Promise<DiffAnswer> {
  const { from, to, page } = question;
  const [here, there] = [await sidesOf(from, deps), await sidesOf(to, deps)];
  const names = [...new Set([...here.keys(), ...there.keys()])];
  const rows = names.map((service): DiffRow => {
    const sides = { from: here.get(service) ?? null, to: there.get(service) ?? null };
    return { service, ...sides, relation: relationOf(sides.from, sides.to, { from: false, to: false }, deps.aliases) };
  });
  const sorted = rows.toSorted((a, b) => rank(a) - rank(b) || (a.service < b.service ? -1 : 1));
  const shown = sorted.slice(page * rowsAPage, (page + 1) * rowsAPage);
  const ordered = new Map(await Promise.all(shown.map(async (it) => [it, await inOrder(it, question, deps)] as const)));
  return { kind: "diff", from, to, rows: sorted.map((it) => ordered.get(it) ?? it), page };
}

const ranks = { different: 0, behind: 0, ahead: 0, "not known": 1, "only here": 2, "only there": 2, same: 3 } as const;

function rank({ relation }: DiffRow): number {
  return ranks[relation];
}

/** A large environment is judged in pieces, so that others are answered meanwhile. */
async function sidesOf(environment: string, deps: Deps): Promise<ReadonlyMap<string, Side>> {
  const { view, clock, aliases } = deps;
  const running = new Map<string, Running[]>();
  for (const [at, workload] of view.all(deps.placesOf(environment)).entries()) {
    if (at % judgedAtATime === judgedAtATime - 1) await clock.sleep(0, AbortSignal.timeout(1_000));
    const around = view.around(workload);
    const all = running.get(workload.service) ?? [];
    running.set(workload.service, all);
    all.push(runningOf({ workload, around, podsUnread: false, aliases, now: clock.now() }));
  }
  return new Map(
    [...running].flatMap(([service, all]) => {
      const side = sideOf(all);
      return side === null ? [] : [[service, side] as const];
    }),
  );
}

/** Only what is shown is looked up in the ledger. */
async function inOrder(row: DiffRow, question: PastQuestion & { kind: "diff" }, deps: Deps): Promise<DiffRow> {
  const { from, to } = row;
  if (row.relation !== "different" || from === null || to === null) return row;
  const [fromRan, toRan] = await Promise.all([
    ranIn(question.from, row.service, to, deps),
    ranIn(question.to, row.service, from, deps),
  ]);
  return { ...row, relation: relationOf(from, to, { from: fromRan, to: toRan }, deps.aliases) };
}

/** Whether that environment ran one of these digests before. */
async function ranIn(environment: string, service: string, { digests }: Side, deps: Deps): Promise<boolean> {
  const workloads = new Set((await deps.ledger.named(service, environment)).map((it) => nameOf(it.subject)));
  const found = await Promise.all(
    digests.map(async (it) => deps.store.find(index.digest(it.split(":")[1] ?? it), { after: null, limit: mostSeen })),
  );
  return found.flat().some((it) => {
    const lead = leadOf(it);
    return lead !== null && workloads.has(nameOf(lead.of));
  });
}
