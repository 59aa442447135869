import { createHash } from "node:crypto";
import { z } from "zod";
import type { Clock, Repository } from "../ports.ts";
import { type Endpoint, isOwnRealm } from "./allow.ts";
import { type Challenge, parseChallenge } from "./challenge.ts";
import type { Credential, Credentials } from "./credentials.ts";
import { noAnswer } from "./refusal.ts";
import type { Reply, Requests } from "./request.ts";

type Options = {
  readonly requests: Requests;
  readonly credentials: Credentials;
  readonly clock: Pick<Clock, "now">;
};

type Asked = {
  readonly endpoint: Endpoint;
  readonly of: Repository;
  readonly path: string;
  readonly method: "GET" | "HEAD";
  readonly headers: Readonly<Record<string, string>>;
  readonly stop: AbortSignal;
};

/** A header that was good for this repository, and until when. */
type Pass = { readonly header: string; readonly until: number };

const mostPasses = 1_000;
const basicForMs = 5 * 60_000;

/** Calls as the registry wants them signed: without anything, with a token it gave us, or with a name and a password. */
export function createSession({ requests, credentials, clock }: Options) {
  const passes = new Map<string, Promise<Pass | null>>();

  /**
   * A credential that has gone stale makes some registries refuse what anybody may read, so it is tried without one too. A
   * reply of 401 or 403 is the last word.
   */
  async function ask(asked: Asked): Promise<Reply> {
    const own = await credentials.of(asked.endpoint.name, asked.of.repository);
    const first = await askAs(asked, own);
    if (own === null || !isRefused(first)) return first;
    const open = await askAs(asked, null);
    return isRefused(open) ? first : open;
  }

  async function askAs(asked: Asked, credential: Credential | null): Promise<Reply> {
    const key = keyOf(asked, credential);
    const known = await passes.get(key);
    const reply = await send(asked, known && known.until > clock.now() ? known.header : null);
    if (reply.status !== 401) return reply;
    const challenge = parseChallenge(reply.header("www-authenticate"));
    const pass = challenge && (await renew(key, known ?? null, async () => passFor(challenge, asked, credential)));
    return pass ? send(asked, pass.header) : reply;
  }

  async function send({ endpoint, path, method, headers, stop }: Asked, authorization: string | null): Promise<Reply> {
    return requests.send(endpoint, { url: new URL(path, endpoint.origin), method, headers, authorization, stop });
  }

  /** Several that were refused at once wait for one new pass. */
  async function renew(key: string, refused: Pass | null, make: () => Promise<Pass | null>): Promise<Pass | null> {
    for (let current = passes.get(key), seen; current !== seen; current = passes.get(key)) {
      seen = current;
      const found = await current;
      if (found && found !== refused) return found;
    }
    const making = make();
    passes.delete(key);
    passes.set(
      key,
      making.catch(() => null),
    );
    const [oldest] = passes.size > mostPasses ? passes.keys() : [];
    if (oldest !== undefined) passes.delete(oldest);
    return making;
  }

  async function passFor(challenge: Challenge, asked: Asked, credential: Credential | null): Promise<Pass | null> {
    if (challenge.kind === "bearer") return tokenFor(challenge, asked, credential);
    if (credential?.kind !== "basic") return null;
    return { header: `Basic ${credential.basic}`, until: clock.now() + basicForMs };
  }

  /** Null when whoever gives out tokens refuses us one. We ask for nothing but to pull this one repository. */
  async function tokenFor(challenge: Challenge & { kind: "bearer" }, asked: Asked, credential: Credential | null) {
    const { endpoint, of, stop } = asked;
    if (!isOwnRealm(challenge.realm, endpoint)) {
      throw noAnswer(`${endpoint.name} wants us to get a token from another host, which is not listed for it`);
    }
    const fields = new URLSearchParams({ scope: `repository:${of.repository}:pull` });
    if (challenge.service !== null) fields.set("service", challenge.service);
    const reply = await requests.send({ ...endpoint, origin: challenge.realm.origin }, tokenCall(credential));
    if (reply.status >= 500 || reply.status === 429) throw noAnswer(`${endpoint.name} gives out no tokens right now`);
    if (reply.status !== 200) return null;
    const answer = tokenAnswer.safeParse(jsonOf(reply.body));
    const token = answer.data?.token ?? answer.data?.access_token;
    if (!answer.success || token === undefined) throw noAnswer(`${endpoint.name} answers without a token`);
    const seconds = Math.min(answer.data.expires_in, 24 * 3600);
    const usable = seconds > 60 ? seconds - 30 : seconds / 2;
    return { header: `Bearer ${token}`, until: clock.now() + usable * 1000 };

    function tokenCall(shown: Credential | null) {
      const url = new URL(challenge.realm);
      if (shown?.kind === "identity token") {
        const form = { grant_type: "refresh_token", refresh_token: shown.token, client_id: "whatsrunning" };
        for (const [name, value] of Object.entries(form)) fields.set(name, value);
        const headers = { "content-type": "application/x-www-form-urlencoded" };
        return { url, method: "POST", headers, body: fields.toString(), stop } as const;
      }
      for (const [name, value] of fields) url.searchParams.set(name, value);
      const authorization = shown === null ? null : `Basic ${shown.basic}`;
      return { url, method: "GET", authorization, stop } as const;
    }
  }

  return { ask };
}

/** Only what may stand in a header. */
const token = z
  .string()
  .regex(/^[\x21-\x7e]{1,16384}$/)
  .optional();
const tokenAnswer = z.object({ token, access_token: token, expires_in: z.number().min(1).catch(60) });

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return null;
  }
}

function isRefused({ status }: Reply): boolean {
  return status === 401 || status === 403;
}

/** A credential that has been replaced has passes of its own. */
function keyOf({ endpoint, of }: Asked, credential: Credential | null): string {
  const shown = createHash("sha256").update(JSON.stringify(credential)).digest("hex");
  return `${endpoint.name} ${of.repository} ${shown}`;
}
