import { eventOf } from "../core/operation/event.ts";
import { nextStep } from "../core/operation/next.ts";
import type { Operation } from "../core/operation/operation.ts";
import { leaseMs as usualLeaseMs, type Step } from "../core/operation/step.ts";
import type { Clock, Store, Versioned } from "../ports.ts";
import { operating, operatingIndex, stepped, taken } from "../records/operating.ts";
import { createEffects, type Effects, notSent } from "./operate/effects.ts";
import { createReadings, type Readings } from "./operate/facts.ts";

type Deps = Readings &
  Effects & {
    readonly store: Store;
    readonly clock: Pick<Clock, "now">;
    readonly newId: () => string;
    /** Called after each commit that may be news to those who wait. */
    readonly moved: () => void;
    /** Each step, as it is taken: for the log. */
    readonly noted: (of: { readonly operation: string; readonly step: string }) => void;
    readonly leaseMs?: number;
  };

const mostDue = 20;

/**
 * Carries out what was confirmed. One turn takes one operation that is due, reads, lets core decide, writes what is about to
 * leave, does one effect, and writes what came of it. Whoever takes the operation next, in this process or another, goes on
 * from what was written.
 */
export function createOperating(deps: Deps) {
  const { store, clock, newId, moved, noted, leaseMs = usualLeaseMs } = deps;
  const readings = createReadings(deps);
  const effects = createEffects(deps);

  async function turn(stop: AbortSignal): Promise<"worked" | "idle"> {
    const strings = await store.find(operatingIndex.due, { after: null, limit: mostDue });
    const due = strings.filter((it) => operatingIndex.atOf(it) <= clock.now());
    const faults: unknown[] = [];
    for (const string of due) {
      try {
        const held = await take(operatingIndex.idOf(string));
        if (held === null) continue; // another replica has it
        await work(held, stop);
        return "worked";
      } catch (err) {
        faults.push(err); // what is wrong with one must not hold up the others
      }
    }
    if (faults.length > 0) throw faults[0];
    return "idle";
  }

  async function take(id: string): Promise<Versioned<Operation> | null> {
    const read = await store.read(operating.operation(id));
    if (read === null || read.value.dueAt === null || read.value.dueAt > clock.now()) return null;
    const { commit, next } = taken(newId(), read, clock.now() + leaseMs);
    if ((await store.commit(commit)) === "conflict") return null;
    noted({ operation: id, step: "taken" });
    return { ...read, value: next, version: commit.id };
  }

  async function work(held: Versioned<Operation>, stop: AbortSignal): Promise<void> {
    const facts = await readings.factsFor(held.value, stop);
    if (stop.aborted) return giveBack(held);
    const step = nextStep(held.value, facts);
    switch (step.kind) {
      case "record":
        await keep(held, step.next);
        return;
      case "patch":
      case "delete pod":
        return act(held, step);
    }
  }

  /** Whoever comes next need not wait for our lease to run out. */
  async function giveBack(held: Versioned<Operation>): Promise<void> {
    await keep(held, { ...held.value, dueAt: clock.now() });
  }

  /** What is about to leave is durable before it leaves; and what came of it is written, or found out by who comes next. */
  async function act(held: Versioned<Operation>, step: Exclude<Step, { readonly kind: "record" }>): Promise<void> {
    const { intent } = held.value;
    const first = await keep(held, { ...step.first, dueAt: clock.now() + leaseMs });
    if (first === null) return;
    noted({ operation: intent.id, step: "intent written" });
    const durability = await store.durability({ key: first.key, version: first.version });
    const what = step.kind === "delete pod" ? step.kind : step.patch.change === null ? "void" : "patch";
    if (!durability.durable) {
      noted({ operation: intent.id, step: `not sent: ${durability.because[0]}` });
      await keep(first, notSent(first.value, step, clock.now()));
      return;
    }
    noted({ operation: intent.id, step: `${what} leaves` });
    const next = await effects.carryOut(first.value, step);
    noted({ operation: intent.id, step: `${what} answered` });
    await keep(first, next);
  }

  async function keep(held: Versioned<Operation>, next: Operation): Promise<Versioned<Operation> | null> {
    const event = eventOf(held.value, next, clock.now());
    if (event !== null) await effects.leave(next, event);
    const { commit } = stepped(newId(), held, next);
    if ((await store.commit(commit)) === "conflict") return null; // somebody wished something meanwhile, or took it over
    if (next.progress.state !== held.value.progress.state)
      noted({ operation: next.intent.id, step: next.progress.state });
    moved();
    return { ...held, value: next, version: commit.id };
  }

  return { turn };
}
