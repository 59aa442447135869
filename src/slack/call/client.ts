import { type Logger, webApi } from "@slack/bolt";
import { fetchWithin } from "./fetch.ts";

type How = {
  readonly token: string;
  /** Null: Slack itself. */
  readonly apiUrl: string | null;
  /** How long one call may take. */
  readonly ms: number;
  readonly logger: Logger;
};

/** Repeats nothing by itself: what was posted and not confirmed would be posted twice. */
export function clientWithin({ token, apiUrl, ms, logger }: How): webApi.WebClient {
  return new webApi.WebClient(token, {
    ...(apiUrl === null ? {} : { slackApiUrl: apiUrl }),
    rejectRateLimitedCalls: true,
    retryConfig: { retries: 0 },
    logger,
    fetch: fetchWithin(ms),
    timeout: ms,
  });
}
