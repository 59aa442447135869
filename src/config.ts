import { onlyEnvironment } from "./config/names.ts";
import { readConfigFile, type ConfigFile, type Problem } from "./config/file.ts";
import { unusedSettings } from "./config/unused.ts";
import { readVariables, valuesOf, type Variables } from "./config/variable.ts";
import type { Overridable } from "./core/plan/rules.ts";
import { scrub } from "./scrub.ts";

/** One cluster and what of it belongs to an environment. */
type Place = {
  readonly cluster: string;
  /** The kubeconfig's context. Null: the current one, or the cluster that the bot runs in. */
  readonly context: string | null;
  /** Null: all of them. */
  readonly namespaces: readonly string[] | null;
};

type Who = { readonly users: readonly string[]; readonly groups: readonly string[] };

type RollbackRules = {
  readonly allow: Who;
  readonly approvals: 0 | 1;
  readonly approve: Who;
  readonly breakGlass: Who;
  readonly override: readonly Overridable[];
  readonly confirm: "click" | "typed";
  readonly healthyForMs: number;
  readonly soakMs: number;
  readonly planForMs: number;
  readonly approvalForMs: number;
};

type Announce = {
  readonly channel: string;
  readonly services: ReadonlyMap<string, string>;
  /** Whether `kubectl rollout restart` is told too. */
  readonly restarts: boolean;
  /** Whether a failure mentions who deployed it, if `people` knows them. */
  readonly mention: boolean;
};

export type Environment = {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly places: readonly Place[];
  readonly announce: Announce | null;
  /** Null: rollback is off. */
  readonly rollback: RollbackRules | null;
};

export type Config = Variables & {
  readonly defaultEnvironment: string;
  /** Null: none are configured. Then there is one, `wholeCluster` of the kubeconfig's current context. */
  readonly environments: readonly Environment[] | null;
  readonly incidents: { readonly channels: readonly string[]; readonly pattern: RegExp | null };
  /** By host, with its port. */
  readonly registries: ReadonlyMap<string, RegistrySettings>;
  readonly registryCredentials: string | null;
  readonly issuers: readonly Issuer[];
  /** What a deploy is signed with -> the Slack user. */
  readonly people: ReadonlyMap<string, string>;
  readonly issueLink: string | null;
};

type RegistrySettings = {
  readonly link: string | null;
  /** False: it is never asked. */
  readonly ask: boolean;
  readonly plainHttp: boolean;
  readonly private: boolean;
  /** Where it sends us for tokens, where that is another host than its own. */
  readonly tokens: string | null;
};
type Issuer = { readonly issuer: string; readonly audience: string; readonly repositories: readonly string[] };

/** `unused`: what somebody set and nothing looks at, to be said once at start. */
type ConfigReading =
  | { readonly config: Config; readonly unused: readonly string[] }
  | { readonly problems: readonly Problem[] };

export function readConfig(
  env: Readonly<Record<string, string | undefined>>,
  readFile: (path: string) => string,
): ConfigReading {
  const values = valuesOf(env);
  const read = readVariables(values);
  const file = readFileAt(values.WHATSRUNNING_CONFIG, readFile);
  if ("problems" in read || "problems" in file) {
    return { problems: [read, file].flatMap((it) => ("problems" in it ? it.problems : [])) };
  }
  return { config: { ...read.variables, ...settingsOf(file.file) }, unused: unusedSettings(values, file.written) };
}

function readFileAt(path: string | undefined, readFile: (path: string) => string) {
  if (path === undefined) return readConfigFile("");
  let text: string;
  try {
    text = readFile(path);
  } catch (err) {
    const code = err instanceof Error && "code" in err ? ` (${String(err.code)})` : "";
    const why = `must be the path of a YAML file that can be read${code}, e.g. /etc/whatsrunning/config.yml`;
    return { problems: [{ what: "WHATSRUNNING_CONFIG", line: null, why }] };
  }
  return readConfigFile(text);
}

function settingsOf(file: ConfigFile): Omit<Config, keyof Variables> {
  const environments = Object.entries(file.environments);
  return {
    defaultEnvironment: file.default ?? environments[0]?.[0] ?? onlyEnvironment,
    environments: environments.length === 0 ? null : environments.map(environmentOf),
    incidents: { channels: file.incidents?.channels ?? [], pattern: file.incidents?.pattern ?? null },
    registries: new Map(Object.entries(file.registries)),
    registryCredentials: file.registryCredentials ?? null,
    issuers: file.claims?.oidc ?? [],
    people: new Map(Object.entries(file.people)),
    issueLink: file.issues?.link ?? null,
  };
}

function environmentOf([name, written]: [string, ConfigFile["environments"][string]]): Environment {
  const { announce = null, rollback = null, aliases, places } = written;
  return { name, aliases, places, announce, rollback };
}

/** One line, without a secret in it. */
export function describeProblem({ what, line, why }: Problem): string {
  const where = line === null ? "" : ` (line ${line})`;
  return scrub(`${what}${where} ${why}`).replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ");
}

/** The only environment, where no file names any. */
export function wholeCluster(cluster: string): Environment {
  const places = [{ cluster, context: null, namespaces: null }];
  return { name: onlyEnvironment, aliases: [], places, announce: null, rollback: null };
}

/** The values that no log line may hold. */
export function secretsOf({ slack: { botToken, receive }, store, claimsToken }: Config): readonly string[] {
  const slack = receive.mode === "socket" ? receive.appToken : receive.signingSecret;
  const redis = store.kind === "redis" ? [store.url, URL.parse(store.url)?.password ?? ""] : [];
  // a short password would take half of every line with it; the address it stands in is known by its shape
  return [botToken, slack, claimsToken ?? "", ...redis].filter((it) => it.length >= 8);
}
