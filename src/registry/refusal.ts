import type { RegistryAnswer } from "../ports.ts";

type Outcome = Exclude<RegistryAnswer<never>, { kind: "served" }>;

/** Why there is no content: thrown inside this folder, a value outside of it. Repeats nothing that a registry wrote. */
export class Refusal extends Error {
  readonly outcome: Outcome;

  constructor(outcome: Outcome, cause?: unknown) {
    super("because" in outcome ? outcome.because : outcome.kind, { cause });
    this.name = "Refusal";
    this.outcome = outcome;
  }
}

export const missing = () => new Refusal({ kind: "missing" });
export const notAllowed = (because: string) => new Refusal({ kind: "not allowed", because });
export const noAnswer = (because: string, retryAfterMs: number | null = null, cause?: unknown) =>
  new Refusal({ kind: "no answer", because, retryAfterMs }, cause);

/** A fault below HTTP: the network, TLS, a deadline, an answer that breaks off. */
export function unreachable(host: string, err: unknown): Refusal {
  const code = codeOf(err);
  const why = reasons[code] ?? (code === "" ? "the connection broke" : `the connection failed (${code})`);
  return noAnswer(`${host} cannot be reached: ${why}`, null, err);
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was reset",
  EPIPE: "the connection was reset",
  UND_ERR_SOCKET: "the connection was closed",
  UND_ERR_CONNECT_TIMEOUT: "no connection in time",
  UND_ERR_HEADERS_TIMEOUT: "no answer in time",
  UND_ERR_BODY_TIMEOUT: "no answer in time",
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
