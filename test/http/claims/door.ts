import { createRecording } from "../../../src/flows/record.ts";
import { createClaimsDoor } from "../../../src/http/claims.ts";
import { openServer } from "../../../src/http/server.ts";
import type { Store } from "../../../src/ports.ts";
import { createSqliteStore } from "../../../src/store/sqlite.ts";
import { all, anything } from "../../store/given.ts";
import { now } from "./issuer.ts";

export const shared = "correct-horse-battery-staple";
export const digest = `sha256:${"a".repeat(64)}`;
export const built = { stage: "built", image: `ghcr.io/acme/checkout@${digest}` };

type Given = Partial<Parameters<typeof createClaimsDoor>[0]> & { readonly store?: Store & AsyncDisposable };

/** The real server with the real door, over a store in memory unless another is given. */
export async function openDoor({ store: own, ...given }: Given = {}) {
  const clock = { at: now, now: () => clock.at };
  const store = own ?? createSqliteStore({ path: ":memory:", clock });
  let ids = 0;
  const recording = createRecording({ store, clock, newId: () => `id-${(ids += 1)}` });
  const said: string[] = [];
  const note = (facts: object, message: string) => void said.push(JSON.stringify([message, facts]));
  const log = { error: note, warn: note, info: note };
  const door = createClaimsDoor({ recording, token: shared, issuers: [], clock, log, ...given });
  const server = await openServer({
    host: "127.0.0.1",
    port: 0,
    receive: null,
    claims: door,
    health: () => ({ slack: true, clusters: [] }),
    metrics: async () => ({ type: "text/plain", body: "" }),
    log,
  });

  async function send(body: unknown, headers: Readonly<Record<string, string>> = {}) {
    const response = await fetch(`http://127.0.0.1:${server.port}/v1/claims`, {
      method: "POST",
      headers: { authorization: `Bearer ${shared}`, "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    const type = response.headers.get("content-type");
    return {
      status: response.status,
      type,
      headers: response.headers,
      body: JSON.parse(await response.text()) as unknown,
    };
  }

  /** All that any claim left in the store. */
  async function stored() {
    const records = await store.list(anything("claim/"), all);
    return { records: records.map((it) => it.value), strings: await store.find("claims/", all) };
  }

  return {
    clock,
    store,
    recording,
    said,
    port: server.port,
    send,
    sendAs: async (token: string, body: unknown = built) => send(body, { authorization: `Bearer ${token}` }),
    stored,
    [Symbol.asyncDispose]: async () => {
      await server.close();
      if (!own) await store[Symbol.asyncDispose]();
    },
  };
}

export const nothing = { records: [], strings: [] };
