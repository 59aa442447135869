/** Why the API server did not give us what we asked for. */
export type FailureKind =
  /** No answer, or a connection that broke. */
  | "unreachable"
  /** A stream that is open and says nothing, not even the bookmarks it owes us. */
  | "silent"
  | "unauthorized"
  | "forbidden"
  /** What we hold is older than what the server remembers: read everything again. */
  | "expired"
  | "throttled"
  | "server-error"
  /** A definite no of another kind. */
  | "refused"
  /** An answer that is not what the API promises. */
  | "garbage";

/** What was asked for, in the words that a role's rules use. */
export type Asked = {
  readonly verb: string;
  readonly resource: string;
  readonly namespace: string | null;
  /** Of the one object, where it was one that belongs to no namespace. */
  readonly name?: string;
};

type Told = { readonly kind: FailureKind; readonly sentence: string; readonly retryAfterMs?: number | null };

/**
 * The message is a sentence for people. It names no address and repeats nothing the server or a credential plugin wrote:
 * both may hold what nobody should read in a channel.
 */
export class Failure extends Error {
  readonly kind: FailureKind;
  readonly retryAfterMs: number | null;

  constructor({ kind, sentence, retryAfterMs = null }: Told) {
    super(sentence);
    this.name = "Failure";
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
  }
}

type Refusal = { readonly status: number; readonly asked: Asked; readonly retryAfter?: string | null };

/** By the status code alone: bodies can be text, can lack their fields, and can repeat whole objects. */
export function failureOfStatus({ status, asked, retryAfter = null }: Refusal): Failure {
  const retryAfterMs = retryAfter !== null && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) * 1000 : null;
  const of = (kind: FailureKind, sentence: string): Failure => new Failure({ kind, sentence, retryAfterMs });
  if (status === 401) return of("unauthorized", "the API server does not accept our credentials (401)");
  if (status === 403) return of("forbidden", `we are not allowed to ${wording(asked)} (403)`);
  if (status === 410) return of("expired", "the API server no longer remembers where we were (410)");
  if (status === 429) return of("throttled", "the API server is too busy for us (429)");
  if (status >= 500) return of("server-error", `the API server answers with an error (${status})`);
  return of("refused", `the API server refuses to ${wording(asked)} (${status})`);
}

function wording({ verb, resource, namespace, name }: Asked): string {
  if (name !== undefined) return `${verb} ${resource}/${name}`;
  return `${verb} ${resource} ${namespace === null ? "in all namespaces" : `in namespace ${namespace}`}`;
}

/** A fault below HTTP: the network, TLS, a deadline, an answer that breaks off. */
export function failureOfTransport(err: unknown, doing: string): Failure {
  const code = codeOf(err);
  if (code === "UND_ERR_BODY_TIMEOUT") {
    return new Failure({ kind: "silent", sentence: "the API server has fallen silent" });
  }
  if (code.startsWith("Z_"))
    return new Failure({ kind: "garbage", sentence: "the API server's answer cannot be unpacked" });
  const why = reasons[code] ?? (code === "" ? "the connection broke" : `the connection failed: ${code}`);
  return new Failure({ kind: "unreachable", sentence: `${doing}: ${why}` });
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was reset",
  EPIPE: "the connection was reset",
  UND_ERR_SOCKET: "the connection was closed",
  UND_ERR_CONNECT_TIMEOUT: "no connection in time",
  UND_ERR_HEADERS_TIMEOUT: "no answer in time",
  TimeoutError: "no answer in time",
  ENOTFOUND: "its name is not known",
  EAI_AGAIN: "its name cannot be looked up",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is not trusted",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is not trusted",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is not trusted",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate is not trusted",
  CERT_HAS_EXPIRED: "its certificate has expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
};

/** undici wraps: the code may be on the error or on what caused it. A deadline has only a name. */
function codeOf(err: unknown): string {
  if (!(err instanceof Error)) return "";
  if (err.name === "TimeoutError") return err.name;
  if ("code" in err && typeof err.code === "string" && /^[A-Z0-9_]+$/.test(err.code)) return err.code;
  return codeOf(err.cause);
}
