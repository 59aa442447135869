import { StoreFault } from "../fault.ts";

/** A definite no of the server, by the word that its answer begins with. */
const refusals: Readonly<Record<string, string>> = {
  NOAUTH: "Redis wants a password: REDIS_URL has none",
  WRONGPASS: "Redis does not accept the user name or password in REDIS_URL",
  NOPERM: "Redis does not allow our user what we need: all commands on our keys",
  READONLY: "this Redis is a replica, which takes no writes: REDIS_URL must name the master",
  MISCONF: "Redis takes no writes, because it cannot save to its disk (MISCONF)",
  OOM: "Redis is out of memory: raise its maxmemory",
  LOADING: "Redis is still loading its data",
  NOREPLICAS: "Redis takes no writes without replicas (min-replicas-to-write)",
  MASTERDOWN: "this Redis is a replica that has lost its master",
  MOVED: "this Redis is one node of a cluster, and not the one that has our keys",
  CLUSTERDOWN: "the Redis cluster is down",
  BUSY: "Redis is busy with somebody's script",
};

/** After a failover the name in the address may belong to another server: a new connection finds it. */
const moved = ["READONLY", "MASTERDOWN"];

const losses: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was reset",
  ENOTFOUND: "its name is not known",
  EAI_AGAIN: "its name cannot be looked up",
  ETIMEDOUT: "no connection in time",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is not trusted",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is not trusted",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is not trusted",
  CERT_HAS_EXPIRED: "its certificate has expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
};

/** What is known of an error: its words are the server's, and can repeat a password. */
export type Trouble = {
  readonly sentence: string;
  /** The server said no: nothing was changed. Otherwise nobody knows. */
  readonly certain: boolean;
  /** It may go well when it is sent once more. */
  readonly passing: boolean;
  /** The connection is of no more use. */
  readonly reconnect: boolean;
};

export function troubleOf(err: unknown): Trouble | null {
  if (!(err instanceof Error) || err instanceof StoreFault) return null;
  if (err.name === "ReplyError") {
    const code = forbidden.test(err.message) ? "NOPERM" : (/^[A-Z]+/.exec(err.message)?.[0] ?? "ERR");
    const sentence = refusals[code] ?? `Redis answers with an error (${code})`;
    const elsewhere = moved.includes(code);
    return { sentence, certain: true, passing: elsewhere, reconnect: elsewhere };
  }
  if (err.message === "Command timed out") {
    return { sentence: "Redis does not answer in time", certain: false, passing: false, reconnect: true };
  }
  const code = "code" in err && typeof err.code === "string" ? err.code : "";
  const lost = err.name === "MaxRetriesPerRequestError" || err.name === "AbortError" || wording.test(err.message);
  if (!lost && losses[code] === undefined) return null;
  const sentence = `Redis cannot be reached: ${losses[code] ?? "the connection was lost"}`;
  return { sentence, certain: false, passing: true, reconnect: true };
}

/** How Redis 7.0 says NOPERM from within a script. */
const forbidden = /^ERR The user executing the script can't/;

/** ioredis names these errors by their text only. */
const wording = /^(?:Connection is closed|Stream isn't writeable|Command aborted|connect ETIMEDOUT|Socket closed)/;
