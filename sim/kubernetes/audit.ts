import type { IncomingMessage } from "node:http";

/** One request that was carried out and was meant to change something, dry runs too. */
type Audited = {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly auditId: string | null;
  readonly userAgent: string | null;
  readonly status: number;
  readonly body: string;
};

const most = 5_000;

/** As the API server's audit log keeps it, in order. */
export function createAudit() {
  const all: Audited[] = [];

  function note({ method = "GET", url = "/", headers }: IncomingMessage, body: string, status: number): void {
    if (method === "GET") return;
    if (all.length >= most) all.shift();
    all.push({
      method,
      path: url,
      auditId: auditIdOf(headers),
      userAgent: headers["user-agent"] ?? null,
      status,
      body,
    });
  }

  return { all, note };
}

export function auditIdOf(headers: IncomingMessage["headers"]): string | null {
  const id = headers["audit-id"];
  return typeof id === "string" ? id : null;
}
