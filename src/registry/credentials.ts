import { readFile, stat } from "node:fs/promises";
import { z } from "zod";
import type { Log } from "./log.ts";

/** What a registry is shown: a name and a password, or a token that is exchanged for others. */
export type Credential =
  | { readonly kind: "basic"; readonly basic: string }
  | { readonly kind: "identity token"; readonly token: string };

export type Credentials = {
  /** Registries that the file has something for, by their normalised names. */
  registries(): Promise<ReadonlySet<string>>;
  /** The one for the longest path that leads to this repository. */
  of(registry: string, repository: string): Promise<Credential | null>;
  /** The helper program that the file names for this registry, where it has no credential itself: we run none. */
  helper(registry: string): Promise<string | null>;
};

export const noCredentials: Credentials = {
  registries: async () => new Set(),
  of: async () => null,
  helper: async () => null,
};

type Contents = { readonly auths: ReadonlyMap<string, Credential>; readonly helpers: ReadonlyMap<string, string> };

const nothing: Contents = { auths: new Map(), helpers: new Map() };

/**
 * A Docker config file, read again when it has changed: `auths` of it. Where it cannot be read or understood, what it said
 * before stays in force, and the log says so once.
 */
export function createCredentials(path: string, log: Log): Credentials {
  let known = nothing;
  let stamp = "";

  async function current(): Promise<Contents> {
    try {
      const { mtimeMs, ino, size } = await stat(path);
      const now = `${mtimeMs} ${ino} ${size}`;
      if (now === stamp) return known;
      stamp = now;
      known = parse(await readFile(path, "utf8"));
      log.info({ registries: [...known.auths.keys()] }, "read the registries' credentials");
    } catch (err) {
      const why = err instanceof Error && "code" in err ? String(err.code) : "not a Docker config file";
      if (stamp !== why) log.warn({ why }, "could not read the registries' credentials");
      if (err instanceof Error && "code" in err) stamp = why; // a file that is there is looked at when it has changed
    }
    return known;
  }

  return {
    registries: async () => {
      const { auths, helpers } = await current();
      return new Set([...auths.keys(), ...helpers.keys()].map((it) => it.split("/")[0] ?? it));
    },
    of: async (registry, repository) => {
      const { auths } = await current();
      const parts = [registry, ...repository.split("/")];
      const paths = parts.map((_, index) => parts.slice(0, parts.length - index).join("/"));
      return paths.map((it) => auths.get(it)).find((it) => it !== undefined) ?? null;
    },
    helper: async (registry) => {
      const { helpers } = await current();
      return helpers.get(registry) ?? helpers.get("") ?? null;
    },
  };
}

const text = z.string().optional().catch(undefined);
const configFile = z.object({
  auths: z
    .record(z.string(), z.object({ auth: text, username: text, password: text, identitytoken: text }).catch({}))
    .catch({}),
  credHelpers: z.record(z.string(), z.string()).catch({}),
  credsStore: text,
});

function parse(written: string): Contents {
  const file = configFile.parse(JSON.parse(written));
  const auths = Object.entries(file.auths).flatMap(([key, entry]) => {
    const credential = credentialOf(entry);
    return credential ? [[keyOf(key), credential] as const] : [];
  });
  const helpers = Object.entries(file.credHelpers).map(([key, it]) => [keyOf(key), it] as const);
  const store = file.credsStore ? [["", file.credsStore] as const] : [];
  return { auths: new Map(auths), helpers: new Map([...helpers, ...store]) };
}

type Entry = z.output<typeof configFile>["auths"][string];

function credentialOf({ auth, username, password, identitytoken }: Entry): Credential | null {
  if (identitytoken) return { kind: "identity token", token: identitytoken };
  if (username && password) return basicOf(`${username}:${password}`);
  const decoded = Buffer.from(auth ?? "", "base64")
    .toString("utf8")
    .replace(/\0+$/, "");
  return /^[^:]+:/.test(decoded) ? basicOf(decoded) : null;
}

function basicOf(pair: string): Credential {
  return { kind: "basic", basic: Buffer.from(pair, "utf8").toString("base64") };
}

/** `https://index.docker.io/v1/` is what Docker writes for Docker Hub; others may have a scheme, and a path of their own. */
function keyOf(written: string): string {
  const bare = written.replace(/^https?:\/\//, "").replace(/\/(v[12]\/?)?$/, "");
  const [host = "", ...path] = bare.split("/");
  const isHub = ["docker.io", "index.docker.io", "registry-1.docker.io"].includes(host.toLowerCase());
  return [isHub ? "docker.io" : host.toLowerCase(), ...path].join("/");
}
