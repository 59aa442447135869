import { createHash } from "node:crypto";
import { Agent, type Dispatcher, ProxyAgent } from "undici";
import type { Tls } from "./credentials/access.ts";

/** One pool of connections for as long as the certificates stay the same. */
export function createAgents(proxyUrl: string | null, connectMs: number) {
  let current: { readonly key: string; readonly agent: Dispatcher } | null = null;
  const retired = new Set<Dispatcher>();

  function forTls(tls: Tls): Dispatcher {
    const key = createHash("sha256").update(JSON.stringify(tls)).digest("hex");
    if (current?.key === key) return current.agent;
    if (current) retire(current.agent);
    current = { key, agent: agentOf(tls) };
    return current.agent;
  }

  /** Watches that are open on it may end in their own time. */
  function retire(agent: Dispatcher): void {
    retired.add(agent);
    agent.close().then(
      () => retired.delete(agent),
      () => retired.delete(agent),
    );
  }

  /**
   * HTTP/1.1, one connection for each watch: where the network has swallowed a connection, the deadline that notices also
   * throws it away. A shared HTTP/2 session would be handed to the next request, dead as it is.
   */
  function agentOf(tls: Tls): Dispatcher {
    const connect = { timeout: connectMs, keepAlive: true, keepAliveInitialDelay: 30_000 };
    if (proxyUrl !== null) return new ProxyAgent({ uri: proxyUrl, requestTls: tls, connect, allowH2: false });
    return new Agent({ allowH2: false, connect: { ...connect, ...tls } });
  }

  async function close(): Promise<void> {
    const all = [...retired, ...(current ? [current.agent] : [])];
    current = null;
    await Promise.all(all.map((it) => it.destroy()));
  }

  return { forTls, close };
}
