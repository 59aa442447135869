import type { Answer } from "../../core/operation/step.ts";
import type { Rehearsal } from "../../ports/rollback.ts";
import { type Asked, failureOfStatus } from "../api/failure.ts";
import { saysNone } from "../api/reply.ts";
import type { Reply } from "../api/request.ts";
import { liveOf } from "./read.ts";
import { causesOf, type Refusal, refusalOf, wordsOf } from "./refusal.ts";

type Certain = Exclude<Answer, { readonly kind: "applied" }> | { readonly kind: "no dry run" };

/** Rejects where only the cluster itself can tell what came of it. */
export function answerOf(reply: Reply, asked: Asked): Answer {
  if (reply.status === 200) return { kind: "applied", live: liveOf(reply.text) };
  if (reply.status === 401) return { kind: "busy" }; // with new credentials it may go through, and this one did not
  const answer = refused(reply);
  if (answer === null || answer.kind === "no dry run") throw failureOfStatus({ status: reply.status, asked });
  return answer;
}

export function rehearsalOf(reply: Reply, asked: Asked): Rehearsal {
  if (reply.status === 200) {
    return { kind: "accepted", template: liveOf(reply.text).template.hash, warnings: warningsOf(reply) };
  }
  const answer = refused(reply);
  if (answer === null) throw failureOfStatus({ status: reply.status, asked });
  return answer.kind === "no dry run" ? { kind: "not possible" } : answer;
}

/**
 * What the server's no means. Null: it does not say for sure that nothing was done.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/
 */
function refused(reply: Reply): Certain | null {
  const { status } = reply;
  if (status === 429) return { kind: "busy" }; // turned away before anything was done, and told so in plain text
  const refusal = refusalOf(reply);
  if (refusal === null) return null;
  if (status === 409 || saysNone(reply)) return { kind: "moved" };
  if (status === 403) return { kind: "forbidden", message: wordsOf(refusal) };
  if (status === 422) return unprocessable(refusal);
  if (status === 400 && /does not support dry run/.test(refusal.message)) return { kind: "no dry run" };
  if (status === 400) return { kind: "invalid", message: wordsOf(refusal) };
  // Admission comes before the write, so that nothing was written.
  const isWebhook = status === 500 && /failed calling webhook/.test(refusal.message);
  return isWebhook ? { kind: "invalid", message: wordsOf(refusal) } : null;
}

/** A test that does not hold names no cause; an object that is not valid names each. */
function unprocessable(refusal: Refusal): Certain {
  if (refusal.causes.length > 0) return { kind: "invalid", message: causesOf(refusal) };
  const isTest = refusal.message === "the server rejected our request due to an error in our request";
  return isTest ? { kind: "moved" } : { kind: "invalid", message: wordsOf(refusal) };
}

/** `299 - "text"`, several in one header or in several: https://www.rfc-editor.org/rfc/rfc7234#section-5.5 */
function warningsOf({ headers }: Pick<Reply, "headers">): readonly string[] {
  const { warning } = headers;
  const all = Array.isArray(warning) ? warning.join(", ") : (warning ?? "");
  return [...all.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = ""]) => text.replaceAll(/\\(.)/g, "$1"));
}
