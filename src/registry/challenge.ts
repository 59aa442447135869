/** What a registry answers to a call without credentials: how it wants them. */
export type Challenge =
  | { readonly kind: "basic" }
  | { readonly kind: "bearer"; readonly realm: URL; readonly service: string | null };

const mostCharacters = 4096;

/** Null for a header that is missing or says something else. The scope it names is not kept: we ask for our own. */
export function parseChallenge(header: string | null): Challenge | null {
  const [, scheme = "", rest = ""] =
    /^\s*([A-Za-z]+)(?:\s+(.*))?$/s.exec((header ?? "").slice(0, mostCharacters)) ?? [];
  if (scheme.toLowerCase() === "basic") return { kind: "basic" };
  if (scheme.toLowerCase() !== "bearer") return null;
  const pairs = rest.matchAll(/([a-z_]+)="([^"]*)"/gi);
  const fields = new Map(Array.from(pairs, ([, key = "", value = ""]) => [key.toLowerCase(), value]));
  const realm = URL.parse(fields.get("realm") ?? "");
  return realm === null ? null : { kind: "bearer", realm, service: fields.get("service") ?? null };
}
