/** Takes secrets out of what is about to be shown or logged. Every pattern here is linear in the length of the text. */

const redacted = "[redacted]";

/** Field names whose value is secret, in any spelling (bot_token, BotToken, SLACK_BOT_TOKEN), letters only. */
const secretField =
  /(?:token|authorization|cookies?|responseurls?|triggerid|passw(?:or)?d|passphrase|secrets?|(?:private|api|access)key|keydata|ticket|signature|credentials?)$|^auth$/;

/** The same names inside a text: JSON within a message, a query string, a dump of headers. */
const named = String.raw`(?:token|authorization|cookie|response_?urls?|trigger_?id|password|secret|(?:private|api|access)_?key|ticket)`;

const shapes: readonly (readonly [RegExp, string])[] = [
  // a key that was cut off before its last line is a key all the same
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY[^]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g, redacted],
  [/(?:xox[a-z]|xapp|xwfp)-[\w-]{3,}/g, redacted],
  [/gh[pousr]_[\w.-]{10,}/g, redacted],
  [/github_pat_\w{10,}/g, redacted],
  [/gl(?:pat|ptt|cbt|dt|rt|ft|imt|agent|soat|oas)-[\w.-]{10,}/g, redacted],
  [/(?:AKIA|ASIA)[A-Z0-9]{12,}/g, redacted],
  // a JWT, also one that lost its tail: base64 of `{"`
  [/eyJ[\w+/=-]{8,}(?:\.[\w-]*){0,4}/g, redacted],
  // a challenge (`Bearer realm="…"`) is no credential, and the first thing to look at when a registry says no
  [/\b(Bearer)\s{1,4}["']?(?!realm=)[^\s"',;<>]{3,}/gi, `$1 ${redacted}`],
  // "Basic authentication" is English: base64 of a name and a password does not look like a word
  [/\b(Basic|basic|BASIC)\s{1,4}["']?(?!realm=|[A-Z]?[a-z]{1,30}(?![^\s"',;<>.:]))[^\s"',;<>]{3,}/g, `$1 ${redacted}`],
  // user:password@host. `name:tag@sha256:…` is an image, not a password
  [/(:\/\/[^\s/:@]*):[^\s/]*@(?!sha256:)/g, `$1:${redacted}@`],
  [/(hooks\.slack(?:-gov)?\.com)[\\/][^\s"'<>|]*/g, `$1/${redacted}`],
  [/v0=[0-9a-f]{64}/g, `v0=${redacted}`],
  [new RegExp(String.raw`(${named}(?:\\{0,8}["'])?\s{0,4}[:=]\s{0,4}\\{0,8}["'])[^"'\\]+`, "gi"), `$1${redacted}`],
  [new RegExp(String.raw`(${named}=)[^\s"'\\&;,]+`, "gi"), `$1${redacted}`],
  [/((?:authorization|cookie): {0,4})[^\r\n"']+/gi, `$1${redacted}`],
];

/** `known` are values that are secret here but look like nothing special, such as a signing secret. */
export function scrub(text: string, known: readonly string[] = []): string {
  const rest = known.reduce((it, secret) => it.replaceAll(secret, redacted), text);
  return shapes.reduce((it, [shape, instead]) => it.replace(shape, instead), rest);
}

/**
 * One line of JSON in, one line of JSON out. Works on the parsed value, so that no escape (`\n`, `\u002d`) can stand
 * in the middle of a secret and hide it.
 */
export function scrubLine(line: string, known: readonly string[]): string {
  try {
    return `${JSON.stringify(scrubValue(JSON.parse(line), { known, depth: 0 }))}\n`;
  } catch {
    return `${JSON.stringify({ level: "error", msg: "a log line could not be searched for secrets and was left out" })}\n`;
  }
}

type Search = { readonly known: readonly string[]; readonly depth: number };

function scrubValue(value: unknown, { known, depth }: Search): unknown {
  if (typeof value === "string") return scrub(value, known);
  if (typeof value !== "object" || value === null) return value;
  if (depth === deepest) return "[too deep]";
  const search = { known, depth: depth + 1 };
  if (Array.isArray(value)) return value.map((it) => scrubValue(it, search));
  if ("type" in value && value.type === "Buffer" && "data" in value) return "[bytes]";
  return Object.fromEntries(
    Object.entries(value).map(([name, it]) => [
      scrub(name, known),
      isSecretField(name) && saysSomething(it) ? redacted : scrubValue(it, search),
    ]),
  );
}
const deepest = 24;

function isSecretField(name: string): boolean {
  return secretField.test(name.toLowerCase().replaceAll(/[^a-z]/g, ""));
}

/** Whether a secret is there at all may be told: `{ token: null }`, `{ secret: false }`. */
function saysSomething(value: unknown): boolean {
  return value !== null && typeof value !== "boolean" && value !== "";
}
