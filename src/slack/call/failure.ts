import { webApi } from "@slack/bolt";

/** What a call to Slack's API died of, in one sentence for the person who starts or runs the bot. */
export function sentenceOf(err: unknown, token: "SLACK_BOT_TOKEN" | "SLACK_APP_TOKEN"): string {
  if (err instanceof webApi.WebAPIPlatformError) {
    const { error } = err.data;
    const what = badToken.has(error) ? `does not accept ${token}` : `refuses the call made with ${token}`;
    return `Slack ${what} (${error}).${remedies[token]}`;
  }
  if (err instanceof webApi.WebAPIRateLimitedError) return `Slack asks us to wait ${err.retryAfter} s (rate limit).`;
  if (err instanceof webApi.WebAPIHTTPError) return `Slack's API answers with HTTP status ${err.statusCode}.`;
  if (err instanceof webApi.WebAPIRequestError) return `Slack's API cannot be reached (${rootOf(err.original)}).`;
  return `Slack's API cannot be used (${rootOf(err)}).`;
}

const badToken: ReadonlySet<string> = new Set([
  "invalid_auth",
  "not_authed",
  "account_inactive",
  "token_revoked",
  "token_expired",
  "not_allowed_token_type",
]);

const remedies = {
  SLACK_BOT_TOKEN: " Copy the Bot User OAuth Token of the app's OAuth & Permissions page, after it was installed.",
  SLACK_APP_TOKEN:
    " Make an App-Level Token with the scope connections:write on the app's Basic Information page, and turn Socket Mode on.",
} as const;

/** False where only a person can help: another token, another setting. Slack's own trouble passes. */
export function mayPass(err: unknown): boolean {
  return !(err instanceof webApi.WebAPIPlatformError) || passing.has(err.data.error);
}

const passing: ReadonlySet<string> = new Set([
  "internal_error",
  "fatal_error",
  "service_unavailable",
  "request_timeout",
  "ratelimited",
  "rate_limited",
]);

/** fetch says "fetch failed"; what failed is inside. */
function rootOf(err: unknown): string {
  if (!(err instanceof Error)) return String(err);
  if (err.cause !== undefined) return rootOf(err.cause);
  const code = "code" in err && typeof err.code === "string" ? err.code : null;
  return err.message || code || err.name;
}
