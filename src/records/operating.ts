import { z } from "zod";
import { nameOf, type Subject } from "../core/ledger/release.ts";
import { hasEnded, type Intent, type Operation, opened } from "../core/operation/operation.ts";
import type { EpochMs } from "../core/workload.ts";
import type { Commit, Key, Put, Versioned } from "../ports.ts";
import { dueToTell } from "./delivery.ts";
import { OperationShape } from "./operating/shape.ts";

/** What is kept of rollbacks, and which of it moves together. Nothing of it expires: it is what was done to production. */
export const operating = {
  operation: (id: string): Key<Operation> => ({ name: `operation/${id}`, parse: OperationShape.parse }),
  /** The one operation that a workload has under way. */
  active: (of: Subject): Key<Active> => ({ name: `active/${nameOf(of)}`, parse: Active.parse }),
};

type Active = z.infer<typeof Active>;
const Active = z.object({ operation: z.string() });

/** Strings of the index, each ending in the id of an operation. */
export const operatingIndex = {
  /** What the loop has to look at, the earliest first. */
  due: "due/operate/",
  dueUntil: (at: EpochMs) => `due/operate/${digits(at)}`,
  /** All that was ever confirmed in an environment, the newest first. */
  recent: (environment: string) => `operations/in/${encodeURIComponent(environment)}/`,
  /** The same of a workload. */
  ofWorkload: (of: Subject) => `operations/of/${nameOf(of)}/`,
  /** Those that take back this one. */
  undoing: (id: string) => `operations/undoing/${id}/`,
  idOf: (string: string): string => string.slice(string.lastIndexOf("/") + 1),
  /** When a string of `due` is due. */
  atOf: (string: string): EpochMs => Number(string.split("/")[2]),
};

type Draft = { readonly key: Key<unknown>; readonly version: string };

/**
 * What a person confirmed becomes an operation: once, however often it is sent, and only while the workload has no other
 * under way. `plan`: what was shown, which must not have changed since.
 */
export function confirmed(commit: string, intent: Intent, plan: Draft | null = null): Commit {
  const { put, add } = opening(commit, opened(intent));
  return {
    id: commit,
    expect: [
      { key: operating.operation(intent.id), version: null },
      { key: operating.active(intent.plan.of), version: null },
      ...(plan ? [plan] : []),
    ],
    put,
    index: { add },
  };
}

/** Until then nobody else takes it. */
export function taken(commit: string, read: Versioned<Operation>, until: EpochMs): Moving {
  return stepped(commit, read, { ...read.value, dueAt: until });
}

type Moving = { readonly commit: Commit; readonly next: Operation };

/** From one state to the next, by the loop or by what somebody wished. An end sets the workload free. */
export function stepped(commit: string, { key, value, version }: Versioned<Operation>, next: Operation): Moving {
  const { id, plan } = next.intent;
  const isOver = hasEnded(next.progress) && !hasEnded(value.progress);
  return {
    next,
    commit: {
      id: commit,
      expect: [{ key, version }],
      put: [{ key, value: next }],
      ...(isOver && { remove: [operating.active(plan.of)] }),
      index: {
        drop: dueStrings(value),
        add: [...dueStrings(next), ...(isNews(value, next) ? [untold(id, commit)] : [])],
      },
    },
  };
}

type Undone = { readonly ended: Operation; readonly opened: Operation };

/** One ends and the other begins in one: the workload is never free between them, and never has two. */
export function undone(commit: string, read: Versioned<Operation>, { ended, opened: next }: Undone): Commit {
  const { put, add } = opening(commit, next);
  const active = operating.active(next.intent.plan.of);
  const wasUnderWay = !hasEnded(read.value.progress);
  return {
    id: commit,
    expect: [
      { key: read.key, version: read.version },
      { key: operating.operation(next.intent.id), version: null },
      ...(wasUnderWay ? [] : [{ key: active, version: null }]),
    ],
    put: [{ key: read.key, value: ended }, ...put],
    index: { drop: dueStrings(read.value), add: [...add, untold(ended.intent.id, commit)] },
  };
}

function opening(
  commit: string,
  operation: Operation,
): { readonly put: readonly Put[]; readonly add: readonly string[] } {
  const { intent } = operation;
  const { id, at, undoes, plan, asked } = intent;
  return {
    put: [
      { key: operating.operation(id), value: operation },
      { key: operating.active(plan.of), value: { operation: id } },
    ],
    add: [
      ...dueStrings(operation),
      untold(id, commit),
      `${operatingIndex.recent(asked.environment)}${newestFirst(at)}/${id}`,
      `${operatingIndex.ofWorkload(plan.of)}${newestFirst(at)}/${id}`,
      ...(undoes === null ? [] : [`${operatingIndex.undoing(undoes)}${id}`]),
    ],
  };
}

function dueStrings({ dueAt, intent }: Operation): readonly string[] {
  return dueAt === null ? [] : [`${operatingIndex.dueUntil(dueAt)}/${intent.id}`];
}

/** The kind of record that an operation is, for those who tell of it. */
export const told = "operation";

/** Before everything else that waits to be told. */
function untold(id: string, commit: string): string {
  return dueToTell({ kind: told, id }, 0, commit);
}

/** A lease, and a look that showed nothing new, are nobody's news. */
function isNews(before: Operation, next: Operation): boolean {
  const { dueAt: _, ...was } = before;
  const { dueAt: __, ...is } = next;
  return JSON.stringify(was) !== JSON.stringify(is);
}

function digits(at: EpochMs): string {
  return String(at).padStart(13, "0");
}

const latest = 9_999_999_999_999; // the year 2286

function newestFirst(at: EpochMs): string {
  return digits(latest - at);
}
