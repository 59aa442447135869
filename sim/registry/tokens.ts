import { randomBytes } from "node:crypto";
import { type Answer, type Call, error } from "./answer.ts";

/** A repository's name, or "*" for all. */
type Repositories = readonly string[];

export type Grants = {
  /** By name. */
  readonly users?: Readonly<Record<string, { readonly password: string; readonly pull: Repositories }>>;
  readonly refreshTokens?: Readonly<Record<string, Repositories>>;
  readonly anybody?: Repositories;
  /** Names and passwords with every call, and no tokens. */
  readonly basic?: boolean;
  readonly tokenSeconds?: number;
};

const service = "stand-in";

/** Gives out tokens that are good for one repository and a short while. */
export function createTokens(options: { readonly grants: Grants | null; readonly now: () => number }) {
  let { grants } = options;
  const given = new Map<string, { readonly repository: string; readonly until: number }>();

  /** Null when this call may be answered. */
  function check({ authorization }: Call, repository: string, host: string): Answer | null {
    if (grants === null) return null;
    if (grants.basic) {
      const may = includes(userOf(authorization)?.pull, repository);
      return may ? null : error(401, "UNAUTHORIZED", { "www-authenticate": 'Basic realm="stand-in"' });
    }
    const token = given.get(/^Bearer (.+)$/.exec(authorization ?? "")?.[1] ?? "");
    if (token?.repository === repository && token.until > options.now()) return null;
    const scope = `repository:${repository}:pull`;
    const challenge = `Bearer realm="http://${host}/token",service="${service}",scope="${scope}"`;
    return error(401, "UNAUTHORIZED", { "www-authenticate": challenge });
  }

  function answer({ method, authorization }: Call, url: URL, body: string): Answer {
    const fields = method === "POST" ? new URLSearchParams(body) : url.searchParams;
    const [, repository] = /^repository:([^:]+):pull$/.exec(fields.get("scope") ?? "") ?? [];
    // whoever asks for more than to pull one repository is a client that should not
    if (!repository || fields.get("service") !== service) return error(400, "DENIED");
    const pull = method === "POST" ? refreshed(fields) : pullOf(authorization);
    if (pull === null) return error(401, "UNAUTHORIZED");
    const token = randomBytes(16).toString("hex");
    const seconds = grants?.tokenSeconds ?? 300;
    // a token is given in any case: what it is good for shows later, as with the real ones
    given.set(token, {
      repository: includes(pull, repository) ? repository : "",
      until: options.now() + seconds * 1000,
    });
    const named = method === "POST" ? { access_token: token } : { token };
    return { status: 200, body: JSON.stringify({ ...named, expires_in: seconds }) };
  }

  function refreshed(fields: URLSearchParams): Repositories | null {
    const isRefresh = fields.get("grant_type") === "refresh_token" && fields.has("client_id");
    return (isRefresh && grants?.refreshTokens?.[fields.get("refresh_token") ?? ""]) || null;
  }

  /** Null for a wrong password: that is no "anybody". */
  function pullOf(authorization: string | null): Repositories | null {
    if (authorization === null) return grants?.anybody ?? [];
    const user = userOf(authorization);
    return user && [...user.pull, ...(grants?.anybody ?? [])];
  }

  function userOf(authorization: string | null) {
    const [, basic] = /^Basic (.+)$/.exec(authorization ?? "") ?? [];
    const [name = "", password] = Buffer.from(basic ?? "", "base64")
      .toString()
      .split(/:(.*)/s);
    const user = grants?.users?.[name];
    return user?.password === password ? (user ?? null) : null;
  }

  return {
    check,
    answer,
    grant: (to: Grants) => {
      grants = to;
    },
    forget: () => given.clear(),
  };
}

function includes(repositories: Repositories | undefined, repository: string): boolean {
  return repositories?.some((it) => it === "*" || it === repository) ?? false;
}
