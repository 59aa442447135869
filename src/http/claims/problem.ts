import type { ServerResponse } from "node:http";

/** What is wrong with one field. No sentence repeats what was sent: it may be a secret in the wrong place. */
export type FieldFault = { readonly field: string; readonly detail: string };

/** Why a claim was not taken, for the log of a pipeline. Nothing was stored. */
export type Problem = {
  readonly status: 400 | 401 | 403 | 408 | 413 | 415 | 429 | 503;
  readonly detail: string;
  readonly faults?: readonly FieldFault[];
  readonly retryAfterSeconds?: number;
};

const titles = {
  400: "The claim is not right",
  401: "Not known",
  403: "Not allowed",
  408: "Too slow",
  413: "Too large",
  415: "Not JSON",
  429: "Too many claims",
  503: "Not now",
} satisfies Record<Problem["status"], string>;

/** https://www.rfc-editor.org/rfc/rfc9457 */
export function answerProblem(res: ServerResponse, { status, detail, faults, retryAfterSeconds }: Problem): void {
  const [first] = faults ?? [];
  const fields = first ? { field: first.field, errors: faults } : {};
  const body = JSON.stringify({ type: "about:blank", title: titles[status], status, detail, ...fields });
  res.writeHead(status, {
    "content-type": "application/problem+json",
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    // what was not read of the body would be taken for the next request
    connection: "close",
    ...(status === 401 && { "www-authenticate": "Bearer" }),
    ...(retryAfterSeconds !== undefined && { "retry-after": String(retryAfterSeconds) }),
  });
  res.end(body);
}
