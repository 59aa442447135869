import { LogLevel, webApi } from "@slack/bolt";
import { boltLogger, type Log } from "../log.ts";
import type { Modals, Opened } from "../ports/modals.ts";
import { clientWithin } from "./call/client.ts";
import { sentenceOf } from "./call/failure.ts";

type Deps = {
  readonly settings: { readonly botToken: string; readonly apiUrl: string | null };
  readonly log: Log;
  readonly callMs?: number;
};

/** Dialogs by the Web API. A trigger lives three seconds: nothing is tried twice. */
export function createModals({ settings, log, callMs = 2_500 }: Deps): Modals {
  const logger = boltLogger(log, LogLevel.INFO);
  const client = clientWithin({ token: settings.botToken, apiUrl: settings.apiUrl, ms: callMs, logger });

  async function shown(
    call: Promise<{ readonly view?: { readonly id?: string; readonly hash?: string } }>,
  ): Promise<Opened> {
    try {
      const { id, hash } = (await call).view ?? {};
      return id === undefined || hash === undefined
        ? { kind: "no answer", because: "Slack did not say which dialog it shows" }
        : { kind: "shown", modal: { id, hash } };
    } catch (err) {
      if (err instanceof webApi.WebAPIPlatformError && late.has(err.data.error)) return { kind: "too late" };
      log.error({ err }, "could not show a dialog");
      return { kind: "no answer", because: sentenceOf(err, "SLACK_BOT_TOKEN") };
    }
  }

  return {
    open: async (trigger, view) => shown(client.views.open({ trigger_id: trigger, view })),
    update: async ({ id, hash }, view) => shown(client.views.update({ view_id: id, hash, view })),
  };
}

const late: ReadonlySet<string> = new Set([
  "expired_trigger_id",
  "exchanged_trigger_id",
  "invalid_trigger_id",
  "hash_conflict",
  "not_found",
  "view_not_found",
]);
