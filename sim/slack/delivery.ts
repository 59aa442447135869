import { isObject, type JsonObject } from "./json.ts";
import type { Ids } from "./ids.ts";
import type { Delivery, Log, Outcome, Retry } from "./log.ts";

export type Envelope = { readonly kind: Delivery["kind"]; readonly payload: JsonObject };

/** What came back: a status and a body. */
export type Answer = { readonly status: number; readonly body: unknown };

/** How payloads travel. Waits no longer than `patienceMs` of real time for the answer. */
export type Way = {
  send(envelope: Envelope, retry: Retry | null, patienceMs: number): Promise<Answer | "unreachable" | "silent">;
};

const ackWithinMs = 3_000;

export type Deliveries = {
  deliver(envelope: Envelope): Promise<Outcome>;
  /** The same payload once more, as Slack does when it did not like the first answer. */
  redeliver(delivery: Delivery, reason?: string): Promise<Outcome>;
  /** The next payloads arrive twice, at the same moment. */
  duplicateNext(count?: number): void;
};

type Parts = {
  readonly way: Way;
  readonly wayName: Delivery["way"];
  readonly log: Log;
  readonly ids: Ids;
  readonly now: () => number;
  readonly patienceMs: number;
};

export function createDeliveries({ way, wayName, log, ids, now, patienceMs }: Parts): Deliveries {
  const retries = new Map<JsonObject, number>();
  let duplicates = 0;

  async function attempt(envelope: Envelope, retry: Retry | null): Promise<Outcome> {
    const at = now();
    const answer = await way.send(envelope, retry, patienceMs);
    const outcome = judge(answer, now() - at);
    log.record({
      what: "delivery",
      delivery: { id: ids.next("D"), at, way: wayName, ...envelope, retry, outcome },
    });
    return outcome;
  }

  return {
    deliver: async (envelope) => {
      if (duplicates === 0) return attempt(envelope, null);
      duplicates -= 1;
      const [first] = await Promise.all([attempt(envelope, null), attempt(envelope, null)]);
      return first;
    },
    redeliver: async ({ kind, payload }, reason = "http_timeout") => {
      const num = (retries.get(payload) ?? 0) + 1;
      retries.set(payload, num);
      return attempt({ kind, payload }, { num, reason });
    },
    duplicateNext: (count = 1) => {
      duplicates += count;
    },
  };
}

export function notDelivered(failure: Outcome["failure"]): Outcome {
  return { status: null, body: undefined, ackMs: null, acked: false, failure };
}

function judge(answer: Answer | "unreachable" | "silent", ackMs: number): Outcome {
  if (answer === "unreachable") return notDelivered("dispatch_failed");
  if (answer === "silent") return notDelivered("operation_timeout");
  const success = answer.status >= 200 && answer.status < 300;
  const inTime = ackMs <= ackWithinMs;
  const failure = inTime ? (success ? null : "dispatch_failed") : "operation_timeout";
  return { ...answer, ackMs, acked: failure === null, failure };
}

/** The answer as an object, where it is one. */
export function bodyObject({ body }: Outcome): JsonObject {
  return isObject(body) ? body : {};
}
