import { z } from "zod";
import { overridable } from "../core/plan/rules.ts";

/** The kinds of value in the file that WHATSRUNNING_CONFIG names. Each says in one sentence what it must be. */

type Seen = { readonly code?: string | undefined; readonly input?: unknown };

const wording =
  (must: string) =>
  ({ input }: Seen): string =>
    input === undefined ? `is missing: it ${must}` : must;

/** A map with exactly these keys. About a key it does not know the message is the list of those it knows. */
export function section<S extends z.ZodRawShape>(shape: S) {
  const keys = Object.keys(shape);
  const other = wording(`must be a section with keys such as ${keys.slice(0, 3).join(", ")}`);
  return z.strictObject(shape, {
    error: (issue: Seen) => (issue.code === "unrecognized_keys" ? keys.join(" ") : other(issue)),
  });
}

/** A map whose keys are names that people choose. */
export const map = <V extends z.ZodType>(key: z.ZodString, value: V) =>
  z.preprocess(
    (written, found) => {
      // zod passes over this one key in silence
      const odd = typeof written === "object" && written !== null && Object.hasOwn(written, "__proto__");
      if (odd) found.addIssue({ code: "custom", message: "must not have the key __proto__" });
      return written;
    },
    z.record(key, value, { error: wording("must be a section of names, each with its value") }),
  );

const text = (shape: RegExp, must: string) => z.string({ error: wording(must) }).regex(shape, must);

/** At least one. */
export const list = <T extends z.ZodType>(item: T, example: string) =>
  z
    .array(item, { error: wording(`must be a list, e.g. ${example}`) })
    .min(1, `must name at least one, e.g. ${example}`);

export const flag = z.boolean({ error: wording("must be true or false") });

export const oneOf = <const T extends readonly string[]>(values: T) =>
  z.enum(values, { error: wording(`must be ${values.join(" or ")}`) });

export const environmentName = text(
  /^[a-z0-9][a-z0-9._-]{0,62}$/,
  "must be a name of lower-case letters, digits, dots and dashes, e.g. prod",
);
export const clusterName = text(/^[^\s\p{Cc}]{1,253}$/u, "must be a cluster's name without spaces, e.g. prod-eu");
export const contextName = text(
  /^[^\p{Cc}]{1,253}$/u,
  "must be a context of the kubeconfig, e.g. prod-eu, or null for the current one",
).nullable();
export const namespace = text(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, "must be a Kubernetes namespace, e.g. shop");
export const service = text(/^[^\s\p{Cc}]{1,253}$/u, "must be the name of a service, e.g. checkout");
export const check = z.enum(overridable, {
  error: wording(`must be the name of a check that may be overridden: ${overridable.join(", ")}`),
});

export const channel = text(/^[CGD][A-Z0-9]{3,20}$/, "must be a channel's id (not its name), e.g. C0DEPLOYS");
export const user = text(/^[UW][A-Z0-9]{3,20}$/, "must be a user's id (not a name), e.g. U01ALICE");
export const group = text(/^S[A-Z0-9]{3,20}$/, "must be a user group's id (not its handle), e.g. S01SRE");

export const registryHost = text(
  /^[a-z0-9](?:[a-z0-9.-]{0,252})(?::\d{1,5})?$/,
  "must be a registry's host, with its port if it has one, e.g. ghcr.io",
);
export const deployer = text(/^[^\p{Cc}]{1,254}$/u, "must be what a deploy is signed with, e.g. alice@example.org");
export const path = text(/^[^\p{Cc}]{1,4096}$/u, "must be the path of a file, e.g. /run/secrets/registry/config.json");
export const audience = text(/^[^\s\p{Cc}]{1,200}$/u, "must be the audience of the tokens, e.g. whatsrunning");
export const repository = text(
  /^[\w.-]{1,100}(?:\/[\w.-]{1,100}){1,20}$/,
  "must be a repository with its owner, e.g. acme/shop",
);

const mustBeDuration = "must be a duration from 1s to 30d in units of d, h, m and s, e.g. 10m or 1h30m";

/** "1h30m" -> milliseconds. */
export const duration = z.string({ error: wording(mustBeDuration) }).transform((written, found) => {
  const [, d = 0, h = 0, m = 0, s = 0] =
    /^(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?$/.exec(written) ?? [];
  const seconds = ((Number(d) * 24 + Number(h)) * 60 + Number(m)) * 60 + Number(s);
  if (seconds >= 1 && seconds <= 30 * 86_400) return seconds * 1_000;
  found.addIssue(mustBeDuration);
  return z.NEVER;
});

const mustBePattern = "must be a regular expression of at most 200 characters, e.g. ^inc-";

export const pattern = z.string({ error: wording(mustBePattern) }).transform((written, found) => {
  try {
    if (written !== "" && written.length <= 200) return new RegExp(written);
  } catch {
    // worded below: what RegExp says repeats the pattern and little else
  }
  found.addIssue(mustBePattern);
  return z.NEVER;
});

export const httpsUrl = (example: string) =>
  z.string({ error: wording(`must be an https address, e.g. ${example}`) }).superRefine((written, found) => {
    if (!plainHttpsUrl(written)) found.addIssue(`must be an https address without a password in it, e.g. ${example}`);
  });

/** An https address with gaps such as {tag}. Its host is ours to choose: what an image is called must not. */
export const link = (gaps: readonly string[], example: string) =>
  z.string({ error: wording(`must be an https address, e.g. ${example}`) }).superRefine((written, found) => {
    const unknown = [...written.matchAll(/\{([^{}]*)\}/g)].map(([, it]) => it ?? "").find((it) => !gaps.includes(it));
    const filled = written.replaceAll(/\{[^{}]*\}/g, "x");
    const host = /^https:\/\/[^/?#]*/.exec(written)?.[0] ?? "";
    const choices = gaps.map((it) => `{${it}}`).join(" ");
    if (unknown !== undefined) found.addIssue(`has {${unknown}}, but can only have ${choices}, e.g. ${example}`);
    else if (/[{}]/.test(filled)) found.addIssue(`has a lone brace, e.g. ${example}`);
    else if (/\{(?!registry\})/.test(host)) found.addIssue(`must name its host itself, e.g. ${example}`);
    else if (!plainHttpsUrl(filled))
      found.addIssue(`must be an https address without a password in it, e.g. ${example}`);
  });

function plainHttpsUrl(written: string): boolean {
  const url = URL.parse(written);
  return url?.protocol === "https:" && !url.username && !url.password && !/[\s\p{Cc}]/u.test(written);
}
