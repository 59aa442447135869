import { parseArgs } from "node:util";
import { z } from "zod";
import { stages } from "../../core/claims/claim.ts";
import type { Clock } from "../../ports.ts";

const usage = `WHATSRUNNING_URL is where the bot listens; CLAIMS_TOKEN is its shared token, or the OIDC token of this job.
  npm run claim -- ${stages.join("|")} --image repository@sha256:…
    [--tag …] [--commit …] [--source https://…] [--actor …] [--run https://…] [--environment …]
    [--manifest-commit …] [--migration none|compatible|irreversible] [--at 2026-11-25T14:02:00Z]
    [--subject "$(git log -1 --format=%s)"] [--parents "$(git rev-list --first-parent --skip=1 -n 50 HEAD)"]
Ends with 0 when the bot has it, 1 when it refused, 2 for a command that is none, 3 when it could not be reached.`;

type Options = {
  readonly args: readonly string[];
  /** Null where it is not set. */
  readonly url: string | null;
  readonly token: string | null;
  readonly clock: Clock;
  /** When to stop trying. */
  readonly giveUpMs?: number;
  /** How long one try may take. */
  readonly tryMs?: number;
};

type Ended = { readonly code: 0 | 1 | 2 | 3; readonly words: string };

const optionNames = [
  "image",
  "tag",
  "commit",
  "source",
  "actor",
  "run",
  "environment",
  "migration",
  "at",
  "subject",
] as const;
const options = Object.fromEntries(
  [...optionNames, "manifest-commit", "parents"].map((name) => [name, { type: "string" as const }]),
);

/** Tells the bot what a pipeline did. A claim that is sent twice is one claim, so that it is tried again without harm. */
export async function runClaimCommand(given: Options): Promise<Ended> {
  const { args, url, token, clock, giveUpMs = 60_000, tryMs = 10_000 } = given;
  const claim = claimOf(args, clock.now());
  if (typeof claim === "string") return { code: 2, words: `${claim}\n${usage}` };
  const address = addressOf(url);
  if (address === null) {
    const must = "must be the bot's address: https, or http on this machine, e.g. https://whatsrunning.example.com";
    return { code: 2, words: `WHATSRUNNING_URL ${must}` };
  }
  // fetch would repeat one that it cannot send
  if (!/^[\x21-\x7e]+$/.test(token ?? "")) return { code: 2, words: "CLAIMS_TOKEN must be a token, without spaces" };

  const until = clock.now() + giveUpMs;
  for (let pauseMs = 1_000; ; pauseMs *= 2) {
    const sent = await send({ address, token, claim, tryMs });
    if (sent.kind === "ended") return sent.ended;
    const wait = Math.max(pauseMs, sent.afterMs);
    if (clock.now() + wait >= until) return { code: 3, words: `gave up: ${sent.because}` };
    await clock.sleep(wait, new AbortController().signal);
  }
}

/** The time is taken once: tried again, it must be the same claim. */
function claimOf(args: readonly string[], now: number): object | string {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [stage, ...more] = positionals;
    if (stage === undefined || more.length > 0) return `name one stage: ${stages.join(", ")}`;
    if (!stages.some((it) => it === stage)) return `there is no stage of that name: ${stages.join(", ")}`;
    if (values["image"] === undefined) return "--image is missing";
    const { "manifest-commit": manifestCommit, parents, at = new Date(now).toISOString(), ...said } = values;
    const commits = typeof parents === "string" && { parents: parents.split(/[\s,]+/).filter((it) => it !== "") };
    return { stage, ...said, ...commits, ...(manifestCommit !== undefined && { manifestCommit }), at };
  } catch (err) {
    return err instanceof Error ? err.message : String(err);
  }
}

/** Whoever answers there gets the token. */
function addressOf(url: string | null): string | null {
  const parsed = URL.parse(url ?? "");
  if (parsed === null || parsed.username || parsed.password || parsed.search || parsed.hash) return null;
  const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(parsed.hostname);
  const safe = parsed.protocol === "https:" || (parsed.protocol === "http:" && loopback);
  return safe ? `${parsed.href.replace(/\/$/, "")}/v1/claims` : null;
}

type Try = { readonly address: string; readonly token: string | null; readonly claim: object; readonly tryMs: number };

type Sent =
  | { readonly kind: "ended"; readonly ended: Ended }
  | { readonly kind: "again"; readonly because: string; readonly afterMs: number };

async function send({ address, token, claim, tryMs }: Try): Promise<Sent> {
  try {
    const response = await fetch(address, {
      method: "POST",
      redirect: "manual", // the token is for this address alone
      signal: AbortSignal.timeout(tryMs),
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(claim),
    });
    const said = wordsOf(await response.text());
    if (response.status === 202) return { kind: "ended", ended: { code: 0, words: `the bot has it${said}` } };
    const because = `the bot answers ${response.status}${said}`;
    const passes = response.status >= 500 || response.status === 429 || response.status === 408;
    const afterMs = Math.min(Number(response.headers.get("retry-after") ?? 0) || 0, 300) * 1_000;
    return passes ? { kind: "again", because, afterMs } : { kind: "ended", ended: { code: 1, words: because } };
  } catch (err) {
    return { kind: "again", because: `could not reach ${address} (${whyNot(err)})`, afterMs: 0 };
  }
}

const Said = z.union([
  z.object({ detail: z.string() }).transform((it) => it.detail),
  z.object({ stage: z.string(), image: z.string() }).transform((it) => `${it.stage} ${it.image}`),
]);

/** Only what the bot itself would say: a proxy's page helps nobody. */
function wordsOf(text: string): string {
  try {
    const said = Said.parse(JSON.parse(text));
    return `: ${said.slice(0, 1_000).replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ")}`;
  } catch {
    return "";
  }
}

function whyNot(err: unknown): string {
  if (!(err instanceof Error)) return String(err);
  const { cause } = err;
  if (cause instanceof Error && "code" in cause) return String(cause.code);
  return err.name === "TimeoutError" ? "it does not answer" : err.message;
}
