import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { EpochMs } from "../../core/workload.ts";

/**
 * Who sent this? Bolt asks too, but takes any time in the future, and takes one signature in several spellings
 * (`v0=ab…=x` counts as `v0=ab…`), so that nothing it accepted can be told apart from its replay. Here there is exactly
 * one spelling. https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
type Verdict =
  | { readonly kind: "genuine"; readonly signature: string }
  | { readonly kind: "refused"; readonly because: "unsigned" | "too old" | "from the future" | "signature is wrong" };

/** How far a request's time may be from ours, either way. */
const toleranceMs = 5 * 60_000;

type Signed = {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly signingSecret: string;
  readonly now: EpochMs;
};

export function verify({ headers, body, signingSecret, now }: Signed): Verdict {
  const { "x-slack-request-timestamp": seconds, "x-slack-signature": signature } = headers;
  const readable =
    typeof seconds === "string" &&
    /^\d{1,12}$/.test(seconds) &&
    typeof signature === "string" &&
    /^v0=[0-9a-f]{64}$/.test(signature);
  if (!readable) return { kind: "refused", because: "unsigned" };

  const age = now - Number(seconds) * 1000;
  if (age > toleranceMs) return { kind: "refused", because: "too old" };
  if (age < -toleranceMs) return { kind: "refused", because: "from the future" };

  const right = createHmac("sha256", signingSecret).update(`v0:${seconds}:`).update(body).digest();
  const same = timingSafeEqual(right, Buffer.from(signature.slice("v0=".length), "hex"));
  return same ? { kind: "genuine", signature } : { kind: "refused", because: "signature is wrong" };
}
