import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { exportJWK, generateKeyPair, type JWTHeaderParameters, type JWTPayload, SignJWT } from "jose";

export const now = Date.UTC(2026, 10, 25, 14, 2);
export const seconds = Math.floor(now / 1000);

type Answer = (req: IncomingMessage, res: ServerResponse) => void;
type Pair = Awaited<ReturnType<typeof keyPair>>;

const keyPair = async (kid: string, alg: "RS256" | "ES256" | "RS384" = "RS256") => {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { alg, kid, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, use: "sig" } };
};

type Given = {
  keys: object[];
  /** Instead of all else. */
  answer: Answer | null;
  /** More than the usual, or something else, of what it says about itself. */
  about: object;
  /** All is where it should be, one redirect further. */
  moved: boolean;
};

/** A CI platform, as far as its tokens go: a real HTTP server that publishes keys. */
export async function startIssuer() {
  const asked: string[] = [];
  const given: Given = { keys: [], answer: null, about: {}, moved: false };
  const server = createServer((req, res) => {
    asked.push(req.url ?? "");
    if (given.answer) return given.answer(req, res);
    const json = (body: object) => res.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (given.moved && req.url?.endsWith("?moved") === false) {
      return res.writeHead(302, { location: `${req.url}?moved` }).end();
    }
    const path = req.url?.split("?")[0];
    if (path === "/.well-known/openid-configuration") {
      return json({ issuer: url, jwks_uri: `${url}/.well-known/jwks`, ...given.about });
    }
    return path === "/.well-known/jwks" ? json({ keys: given.keys }) : res.writeHead(404).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  const first = await keyPair("one");
  given.keys = [first.jwk];

  /** What GitHub puts into the token of a job. Undefined takes a claim away. */
  async function token(
    more: Record<string, unknown> = {},
    { key = first, header = {} }: { readonly key?: Pair; readonly header?: JWTHeaderParameters | object } = {},
  ): Promise<string> {
    const payload: JWTPayload = {
      iss: url,
      aud: "whatsrunning",
      sub: "repo:acme/shop:ref:refs/heads/main",
      iat: seconds - 20,
      nbf: seconds - 20,
      exp: seconds + 300,
      repository: "acme/shop",
      job_workflow_ref: "acme/shop/.github/workflows/build.yml@refs/heads/main",
      sha: "a1b9f2e0c4d5e6f708192a3b4c5d6e7f80910a1b",
      actor: "alice",
      run_id: "17",
      ...more,
    };
    const kept = Object.fromEntries(Object.entries(payload).filter(([, it]) => it !== undefined));
    return new SignJWT(kept).setProtectedHeader({ alg: key.alg, kid: key.kid, ...header }).sign(key.privateKey);
  }

  return {
    url,
    asked,
    given,
    first,
    token,
    keyPair,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

export type TestIssuer = Awaited<ReturnType<typeof startIssuer>>;
