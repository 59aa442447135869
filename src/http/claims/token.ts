import { createHash, timingSafeEqual } from "node:crypto";
import { decodeJwt, errors, type JWTPayload, jwtVerify } from "jose";
import type { EpochMs } from "../../core/workload.ts";
import type { Clock } from "../../ports.ts";
import { type Job, jobOf } from "./job.ts";
import { createIssuerKeys } from "./keys.ts";

/** Whose tokens are taken, and for jobs of which repositories. */
export type Issuer = {
  readonly issuer: string;
  readonly audience: string;
  readonly repositories: readonly string[];
};

/** Who it is that brought a token. */
export type Known =
  | { readonly kind: "token" }
  | { readonly kind: "oidc"; readonly issuer: string; readonly subject: string; readonly job: Job }
  /** 401: nobody we know. 403: known, and not allowed. 503: nobody can tell now. */
  | { readonly kind: "nobody"; readonly status: 401 | 403 | 503; readonly because: string; readonly err?: unknown };

type Options = {
  /** Null: there is no shared token. */
  readonly shared: string | null;
  readonly issuers: readonly Issuer[];
  readonly clock: Pick<Clock, "now">;
  readonly deadlineMs: number;
};

const algorithms = ["RS256", "ES256"];
/** A job's token may be older than this is long only where the job waited: it is made when the job starts. */
const maxTokenAge = "1h";
const toleranceSeconds = 30;

/** Tells who sent a claim by the Authorization header. Never rejects for anything that could be sent. */
export function createIdentify({ shared, issuers, clock, deadlineMs }: Options) {
  const keys = new Map(issuers.map(({ issuer }) => [issuer, createIssuerKeys({ issuer, clock, deadlineMs })] as const));

  return async function identify(authorization: string | undefined): Promise<Known> {
    const token = /^Bearer +([^\s]+) *$/i.exec(authorization ?? "")?.[1];
    if (token === undefined) return unknown("the header Authorization must be: Bearer, a space, and the token");
    if (shared !== null && isSame(token, shared)) return { kind: "token" };
    const issuer = issuers.length === 0 ? null : issuerOf(token);
    if (issuer === null) return unknown(`the token is not ${issuers.length === 0 ? "the shared one" : "known"}`);
    const find = keys.get(issuer);
    if (find === undefined) return unknown("the token's issuer is none of those that claims.oidc names");
    return prove({ token, issuer, find });
  };

  type Brought = { token: string; issuer: string; find: ReturnType<typeof createIssuerKeys> };

  async function prove({ token, issuer, find }: Brought): Promise<Known> {
    const allowed = issuers.filter((it) => it.issuer === issuer);
    let payload: JWTPayload;
    try {
      ({ payload } = await jwtVerify(token, find, {
        issuer,
        audience: allowed.map((it) => it.audience),
        algorithms,
        maxTokenAge,
        clockTolerance: toleranceSeconds,
        currentDate: new Date(clock.now()),
        requiredClaims: ["sub", "exp", "iat"],
      }));
    } catch (err) {
      if (err instanceof errors.JOSEError) return unknown(whyNot(err, clock.now()));
      return { kind: "nobody", status: 503, because: "the keys of the token's issuer cannot be had", err };
    }
    return admit({ payload, issuer, allowed });
  }
}

type Verified = { readonly payload: JWTPayload; readonly issuer: string; readonly allowed: readonly Issuer[] };

/** Everybody on a platform can get a token for our audience: the repository is what counts. */
function admit({ payload, issuer, allowed }: Verified): Known {
  const job = jobOf(payload, issuer);
  if (job === null || payload.sub === undefined) {
    return { kind: "nobody", status: 403, because: "the token names no repository: it is not one of a CI job" };
  }
  const audiences = [payload.aud ?? []].flat();
  const isAllowed = allowed.some((it) => audiences.includes(it.audience) && it.repositories.includes(job.repository));
  if (!isAllowed) {
    return { kind: "nobody", status: 403, because: `claims.oidc does not name the repository ${job.repository}` };
  }
  return { kind: "oidc", issuer, subject: payload.sub, job };
}

/** The same time for every wrong token, whatever of it is right. */
function isSame(token: string, shared: string): boolean {
  const [a, b] = [token, shared].map((it) => createHash("sha256").update(it).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}

/** Says which keys to try, and is believed in nothing else. */
function issuerOf(token: string): string | null {
  try {
    return decodeJwt(token).iss ?? null;
  } catch {
    return null;
  }
}

function unknown(because: string): Known {
  return { kind: "nobody", status: 401, because };
}

function whyNot(err: errors.JOSEError, now: EpochMs): string {
  const clocks = `by the clock here it is ${new Date(now).toISOString()}`;
  if (err instanceof errors.JWTExpired) {
    return err.claim === "iat" ? `the token is too old: ${clocks}` : `the token has expired: ${clocks}`;
  }
  if (err instanceof errors.JWTClaimValidationFailed) {
    if (err.claim === "aud") return "the token is for another audience than claims.oidc names";
    if (err.claim === "nbf" || err.claim === "iat") return `the token is not valid yet: ${clocks}`;
    return `the token's claim ${err.claim} is not right`;
  }
  if (err instanceof errors.JOSEAlgNotAllowed) return `the token must be signed with ${algorithms.join(" or ")}`;
  const isForeign = err instanceof errors.JWSSignatureVerificationFailed || err instanceof errors.JWKSNoMatchingKey;
  return isForeign ? "the token is not signed by its issuer" : "the token cannot be read";
}
