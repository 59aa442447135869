import type { Aliases } from "../../core/image/identity.ts";
import type { Intent, Operation } from "../../core/operation/operation.ts";
import type { Facts } from "../../core/operation/step.ts";
import { deadlineIn } from "../../deadline.ts";
import type { Clock, Cluster } from "../../ports.ts";
import type { Restoring } from "../../ports/rollback.ts";

/** One cluster that operations may be carried out in. */
export type Reach = { readonly cluster: Pick<Cluster, "look">; readonly restoring: Restoring };

export type Readings = {
  readonly clock: Pick<Clock, "now">;
  /** By the cluster's identity. Null: none of ours, or it has not told yet who it is. */
  readonly reach: (identity: string) => Reach | null;
  /** Whether the person may (still) do this. Rejects when nobody can tell: then it waits. */
  readonly allowed: (intent: Intent, stop: AbortSignal) => Promise<boolean>;
  readonly aliases: Aliases;
  readonly readMs?: number;
};

type Read<T> = { readonly kind: "read"; readonly value: T } | { readonly kind: "unread" };

/** Reads what the next step of an operation depends on, and nothing else. What could not be read in time is unread. */
export function createReadings({ clock, reach, allowed, aliases, readMs = 6_000 }: Readings) {
  async function factsFor(operation: Operation, stop: AbortSignal): Promise<Facts> {
    const { intent, progress, wishes } = operation;
    using deadline = deadlineIn(readMs, stop);
    const within = deadline.signal;
    const { of, to } = intent.plan;
    const at = reach(of.cluster);
    const read = <T>(what: (at: Reach) => Promise<T>) => attempt(at && (async () => what(at)));
    switch (progress.state) {
      case "requested": {
        const [may, live, target] = await Promise.all([
          attempt(async () => allowed(intent, within)),
          read(async ({ restoring }) => restoring.live(of, within)),
          read(async ({ restoring }) => restoring.revision(of, to.revision.uid, to.pins, within)),
        ]);
        if (may.kind === "unread") return facts({}); // known to be wrong is one thing, not known another
        if (!may.value) return facts({ allowed: false });
        if (live.kind === "unread" || target.kind === "unread") return facts({});
        return facts({ live: live.value, target: target.value });
      }
      case "sending": {
        const live = await read(async ({ restoring }) => restoring.live(of, within));
        return facts({ live: live.kind === "read" ? live.value : "unread" });
      }
      case "applied": {
        const [look, may] = await Promise.all([
          read(async ({ cluster }) => cluster.look(of, within)),
          isOpen(wishes.deletion) ? attempt(async () => allowed(deleting(operation), within)) : nobodyAsks,
        ]);
        const isRead = look.kind === "read" && may.kind === "read";
        return facts(isRead ? { look: look.value, allowed: may.value } : {});
      }
      case "waiting for approval":
      case "restored":
      case "unproven":
      case "failed":
      case "refused":
      case "expired":
      case "voided":
        return facts({});
    }
  }

  function facts(given: Partial<Facts>): Facts {
    return { now: clock.now(), live: "unread", target: null, allowed: true, look: "unread", aliases, ...given };
  }

  return { factsFor };
}

const nobodyAsks = { kind: "read", value: false } as const;

async function attempt<T>(what: (() => Promise<T>) | null): Promise<Read<T>> {
  if (what === null) return { kind: "unread" };
  return what().then(
    (value) => ({ kind: "read", value }),
    () => ({ kind: "unread" }),
  );
}

function isOpen(deletion: Operation["wishes"]["deletion"]): boolean {
  return deletion?.state === "asked" || deletion?.state === "sending";
}

/** Who asked for the pod to be deleted need not be who confirmed. */
function deleting({ intent, wishes }: Operation): Intent {
  return { ...intent, operator: wishes.deletion?.by ?? intent.operator };
}
