import type { JsonObject } from "./json.ts";
import type { Message } from "./messages.ts";

/** What our app asked of Slack, and what it was answered. */
type Call = {
  readonly at: number;
  /** A Web API method, or `response_url`. */
  readonly method: string;
  readonly payload: JsonObject;
  readonly status: number;
  readonly answer: JsonObject;
  /** What the validator said; empty: nothing wrong. */
  readonly problems: readonly string[];
};

export type Retry = { readonly num: number; readonly reason: string };

/** What Slack saw. */
export type Outcome = {
  readonly status: number | null;
  readonly body: unknown;
  readonly ackMs: number | null;
  /** Acknowledged with a success within three seconds: only then does the answer count. */
  readonly acked: boolean;
  /** What the person reads where it was not; for events, why nothing was sent. */
  readonly failure: "dispatch_failed" | "operation_timeout" | "not_subscribed" | "not_in_channel" | null;
};

/** What Slack told our app, and how it took it. */
export type Delivery = {
  readonly id: string;
  readonly at: number;
  readonly kind: "slash_commands" | "interactive" | "events_api";
  readonly way: "http" | "socket";
  readonly payload: JsonObject;
  readonly retry: Retry | null;
  readonly outcome: Outcome;
};

type Happening =
  | { readonly what: "call"; readonly call: Call }
  | { readonly what: "delivery"; readonly delivery: Delivery }
  | { readonly what: "message"; readonly message: Message }
  | { readonly what: "view"; readonly user: string };

export type Log = {
  readonly calls: readonly Call[];
  readonly deliveries: readonly Delivery[];
  /** Tells everything from now on; call what comes back to hear no more. */
  subscribe(listener: (happening: Happening) => void): () => void;
  record(happening: Happening): void;
};

export function createLog(): Log {
  const calls: Call[] = [];
  const deliveries: Delivery[] = [];
  const listeners = new Set<(happening: Happening) => void>();
  return {
    calls,
    deliveries,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    record: (happening) => {
      if (happening.what === "call") calls.push(happening.call);
      if (happening.what === "delivery") deliveries.push(happening.delivery);
      for (const listener of listeners) listener(happening);
    },
  };
}
