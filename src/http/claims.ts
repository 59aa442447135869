import type { IncomingMessage, ServerResponse } from "node:http";
import type { Claim } from "../core/claims/claim.ts";
import type { Recording } from "../flows/record.ts";
import type { Clock } from "../ports.ts";
import { readBody } from "./claims/body.ts";
import { draftOf } from "./claims/draft.ts";
import { createLimit } from "./claims/limit.ts";
import { answerProblem, type Problem } from "./claims/problem.ts";
import { createIdentify, type Issuer, type Known } from "./claims/token.ts";
import { vouchedBy } from "./claims/vouch.ts";
import type { Log } from "./log.ts";

type Options = {
  readonly recording: Pick<Recording, "accept">;
  /** What pipelines may show. Null: no token is shared. */
  readonly token: string | null;
  /** Whose jobs are believed by their own tokens. */
  readonly issuers: readonly Issuer[];
  readonly clock: Pick<Clock, "now">;
  readonly log: Log & { info(facts: object, message: string): void; warn(facts: object, message: string): void };
  readonly limits?: Partial<typeof usualLimits>;
};

const usualLimits = {
  mostBytes: 16 * 1024,
  /** How long a body may take to come. */
  bodyMs: 5_000,
  /** How long the keys of an issuer may take to come. */
  keysMs: 5_000,
  /** A whole repository of services may be built at once. */
  claims: { perSecond: 10, burst: 300 },
  /** What is wrong is refused all the same: beyond this it is no longer looked at, or at least not logged. */
  refusals: { perSecond: 1, burst: 60 },
};

/** What takes POST /v1/claims. Null when nobody could be believed: then that path does not exist. */
export function createClaimsDoor({ recording, token, issuers, clock, log, limits }: Options) {
  if (token === null && issuers.length === 0) return null;
  const { mostBytes, bodyMs, keysMs, claims, refusals } = { ...usualLimits, ...limits };
  const identify = createIdentify({ shared: token, issuers, clock, deadlineMs: keysMs });
  const [takenBy, refusedTo] = [createLimit(claims), createLimit(refusals)];

  return async function receive(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const known = await identify(req.headers.authorization);
    const taken = await take(req, known);
    if (taken === null) return;
    if (!("status" in taken)) return accepted(res, taken);
    const wait = refusedTo(whoIs(known), clock.now());
    if (wait !== null && known.kind === "nobody") return answerProblem(res, slowDown(wait));
    const err = "err" in known ? { err: known.err } : {};
    const because = { status: taken.status, because: taken.detail, by: whoIs(known), ...err };
    if (wait === null) log.warn(because, "refused a claim");
    answerProblem(res, taken);
  };

  /** The sender first, then what it sends. Null: it is gone. */
  async function take(req: IncomingMessage, known: Known): Promise<Claim | Problem | null> {
    if (known.kind === "nobody") return unproved(known);
    const wait = takenBy(whoIs(known), clock.now());
    if (wait !== null) return slowDown(wait);
    if (!isJson(req)) return { status: 415, detail: "the content type must be application/json, without an encoding" };

    const body = await readBody(req, { mostBytes, mostMs: bodyMs });
    switch (body.kind) {
      case "whole":
        return keep(body.bytes.toString(), known);
      case "cut off":
        return null;
      case "too slow":
        return { status: 408, detail: `the body took longer than ${bodyMs} ms` };
      case "too large":
        return { status: 413, detail: `the body is larger than ${mostBytes} bytes` };
    }
  }

  async function keep(text: string, known: Known & { kind: "token" | "oidc" }): Promise<Claim | Problem> {
    const read = draftOf(text, clock.now());
    if ("faults" in read) return { status: 400, detail: read.detail, faults: read.faults };
    const vouched = vouchedBy(known, read.draft);
    if ("faults" in vouched) {
      const detail = vouched.faults.map((it) => `${it.field} ${it.detail}`).join("; ");
      return { status: 400, detail, faults: vouched.faults };
    }
    try {
      return await recording.accept(vouched.said);
    } catch (err) {
      log.error({ err }, "could not keep a claim");
      return { status: 503, detail: "the claim could not be kept: send the same again", retryAfterSeconds: 5 };
    }
  }

  function accepted(res: ServerResponse, { stage, repository, digest, voucher }: Claim): void {
    log.info({ stage, repository, digest, by: voucher.kind === "oidc" ? voucher.repository : "token" }, "kept a claim");
    const verified = voucher.kind === "oidc" ? voucher.verified : [];
    res.writeHead(202, { "content-type": "application/json", "cache-control": "no-store" });
    res.end(JSON.stringify({ stage, image: `${repository}@${digest}`, voucher: voucher.kind, verified }));
  }
}

function unproved({ status, because }: Known & { kind: "nobody" }): Problem {
  return { status, detail: because, ...(status === 503 && { retryAfterSeconds: 30 }) };
}

function slowDown(seconds: number): Problem {
  return { status: 429, detail: `there were too many: wait ${seconds} s`, retryAfterSeconds: seconds };
}

/** For the limit and the log: one bucket for all who know the token, one for each repository. */
function whoIs(known: Known): string {
  switch (known.kind) {
    case "token":
      return "the shared token";
    case "oidc":
      return known.job.repository;
    case "nobody":
      return "nobody";
  }
}

function isJson({ headers }: IncomingMessage): boolean {
  const [type = ""] = (headers["content-type"] ?? "").split(";");
  return type.trim().toLowerCase() === "application/json" && (headers["content-encoding"] ?? "identity") === "identity";
}
