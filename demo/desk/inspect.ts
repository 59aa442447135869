import { type JsonObject, listAt, stringAt } from "../../sim/slack/json.ts";
import type { Slack } from "../../sim/slack/server.ts";
import type { Inspected } from "./sight.ts";

export type Inspector = {
  /** The newest first. */
  seen(): readonly Inspected[];
  /** As JSON to read; null: nothing of that name. */
  payload(id: string): string | null;
};

const most = 100;

type Happening = Parameters<Parameters<Slack["subscribe"]>[0]>[0];
type Kept = { readonly inspected: Inspected; readonly payload: object };

/** Everything that is told from now on, the last of it. */
export function createInspector(slack: Slack): Inspector {
  const kept: Kept[] = [];
  let count = 0;
  slack.subscribe((happening) => {
    const made = inspect(happening, `p${count + 1}`);
    if (!made) return;
    count += 1;
    kept.unshift(made);
    kept.length = Math.min(kept.length, most);
  });
  return {
    seen: () => kept.map((it) => it.inspected),
    payload: (id) => {
      const found = kept.find((it) => it.inspected.id === id);
      return found ? JSON.stringify(found.payload, null, 2) : null;
    },
  };
}

function inspect(happening: Happening, id: string): Kept | null {
  switch (happening.what) {
    case "delivery": {
      const { at, kind, payload, outcome } = happening.delivery;
      const verdict = outcome.failure === null ? "acknowledged" : outcome.failure.replaceAll("_", " ");
      return {
        inspected: {
          id,
          at,
          way: "to the bot",
          title: titleOf(kind, payload),
          ackMs: outcome.ackMs === null ? null : Math.round(outcome.ackMs),
          verdict,
          fine: outcome.failure === null,
        },
        payload: { payload, answer: outcome.body ?? null },
      };
    }
    case "call": {
      const { at, method, payload, status, answer, problems } = happening.call;
      const fine = status === 200 && answer["ok"] !== false;
      const error = answer["error"];
      const why = typeof error === "string" ? error : `status ${status}`;
      return {
        inspected: {
          id,
          at,
          way: "from the bot",
          title: method,
          ackMs: null,
          verdict: fine ? "valid" : [why, ...problems].join(": "),
          fine,
        },
        payload: { payload, answer },
      };
    }
    case "message":
    case "view":
      return null;
  }
}

/** What a person did, in the words of the payload. */
function titleOf(kind: string, payload: JsonObject): string {
  if (kind === "slash_commands") return `${textAt(payload, "command")} ${textAt(payload, "text")}`.trim();
  if (kind === "events_api") return textAt(payload["event"], "type");
  const [action] = listAt(payload, "actions");
  const what = textAt(action, "action_id") || textAt(payload["view"], "callback_id") || textAt(payload, "callback_id");
  return `${textAt(payload, "type")} ${what || textAt(payload, "action_id")}`.trim();
}

function textAt(of: unknown, key: string): string {
  return stringAt(of, key) ?? "";
}
