import { hasEnded, type Operation, type Person } from "../../core/operation/operation.ts";
import type { Store } from "../../ports.ts";
import { operating, operatingIndex, told } from "../../records/operating.ts";
import { endMessage, operationMessage } from "../../views/operation/message.ts";
import type { Teller } from "../deliver/teller.ts";

type Deps = {
  readonly store: Pick<Store, "read" | "find">;
  /** Where an environment's deploys are announced. Null: nowhere. */
  readonly announceIn: (environment: string, service: string) => string | null;
  /** A channel that takes no message of ours. */
  readonly isClosed: (channel: string) => boolean;
};

/**
 * What is said of an operation: one message where it was asked for, edited as it goes, and one line in its thread when it has
 * ended, because an edit notifies nobody. Where nothing can be said there, it is said where deploys are announced.
 */
export function createOperationTeller({ store, announceIn, isClosed }: Deps): Teller {
  return {
    kind: told,
    async tell(id, { place }) {
      const read = await store.read(operating.operation(id));
      if (!read) return null;
      const operation = read.value;
      const where = whereTo(operation, place !== null);
      if (where === null) return null;
      const end = endMessage(operation);
      return {
        ...where,
        message: operationMessage(operation, await undoneBy(operation)),
        replies: end === null ? [] : [{ name: "end", message: end, broadcast: isWorthAll(operation) }],
        urgent: hasEnded(operation.progress),
        next: null,
      };
    },
  };

  function whereTo({ intent: { asked } }: Operation, isPosted: boolean) {
    if (asked.where && (isPosted || !isClosed(asked.where.channel))) return asked.where;
    const channel = announceIn(asked.environment, asked.service) ?? asked.where?.channel ?? null;
    return channel === null ? null : { channel, thread: null };
  }

  /** Whoever took it back; one that came to nothing does not count. */
  async function undoneBy({ intent, progress }: Operation): Promise<Person | null> {
    if (!hasEnded(progress)) return null;
    const strings = await store.find(operatingIndex.undoing(intent.id), { after: null, limit: 100 });
    const all = await Promise.all(strings.map(async (it) => store.read(operating.operation(operatingIndex.idOf(it)))));
    const done = all.find((it) => it !== null && !cameToNothing(it.value));
    return done?.value.intent.operator ?? null;
  }
}

function cameToNothing({ progress: { state } }: Operation): boolean {
  return state === "refused" || state === "expired" || state === "voided";
}

/** Who reads the channel wants to know what runs in production. That nothing was changed matters to who asked. */
function isWorthAll({ progress }: Operation): boolean {
  return progress.state === "restored" || progress.state === "failed" || progress.state === "unproven";
}
