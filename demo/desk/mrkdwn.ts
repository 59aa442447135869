/** Slack's own markup as a small tree, so that the page has only to draw it. */
export type Inline =
  | { readonly kind: "text" | "code" | "preformatted"; readonly text: string }
  | { readonly kind: "bold" | "italic" | "strike" | "quote"; readonly inside: readonly Inline[] }
  | { readonly kind: "emoji"; readonly name: string }
  /** Somebody or some channel by id; `label` where the message brings its own. */
  | { readonly kind: "mention"; readonly mark: "@" | "#"; readonly target: string; readonly label: string | null }
  /** Label null: the address itself is shown. */
  | { readonly kind: "link"; readonly url: string; readonly label: string | null }
  /** The reader's own words for an instant; `fallback` where they cannot be made. */
  | { readonly kind: "time"; readonly seconds: number; readonly format: string; readonly fallback: string };

/**
 * One alternative for each thing that is more than text. Code and what stands between `<` and `>` are taken whole inside
 * formatting too. A word joiner behind a mark is how text is kept from being formatted.
 */
const token = new RegExp(
  [
    "```(?<preformatted>[^]+?)```",
    "`(?<code>[^`\\n]+)`",
    "<(?<control>[^<>\\n]+)>",
    ":(?<emoji>[a-z0-9_+-]+):",
    "(?<![\\p{L}\\p{N}_])(?<mark>[*_~])(?![\\s\\u2060]|\\k<mark>)" +
      "(?<inside>(?:`[^`\\n]+`|<[^<>\\n]+>|[^\\n`<])+?)(?<!\\s)\\k<mark>(?![\\p{L}\\p{N}_])",
  ].join("|"),
  "gu",
);

/** A whole line; inside of anything else there is none. */
const quote = /(?<=^|\n)>(?!>)(?<quoted>[^\n]*)/g;

const marks: Readonly<Record<string, "bold" | "italic" | "strike">> = { "*": "bold", _: "italic", "~": "strike" };

/** Never fails: what is not understood is text. */
export function parseMrkdwn(source: string): readonly Inline[] {
  // What is preformatted quotes nothing, whatever stands at the beginning of its lines.
  if (source.includes("```")) return parseLines(source);
  const found: Inline[] = [];
  let end = 0;
  for (const match of source.matchAll(quote)) {
    found.push(...parseLines(source.slice(end, match.index)));
    found.push({ kind: "quote", inside: parseLines(match.groups?.["quoted"] ?? "") });
    end = match.index + match[0].length;
  }
  return [...found, ...parseLines(source.slice(end))];
}

function parseLines(source: string): readonly Inline[] {
  const found: Inline[] = [];
  let end = 0;
  for (const match of source.matchAll(token)) {
    found.push(...textOf(source.slice(end, match.index)), read(match));
    end = match.index + match[0].length;
  }
  return [...found, ...textOf(source.slice(end))];
}

function textOf(source: string): readonly Inline[] {
  return source === "" ? [] : [{ kind: "text", text: unescape(source) }];
}

function read({ 0: whole, groups = {} }: RegExpMatchArray): Inline {
  const { preformatted, code, control, emoji, mark, inside } = groups;
  if (preformatted !== undefined) return { kind: "preformatted", text: unescape(preformatted) };
  if (code !== undefined) return { kind: "code", text: unescape(code) };
  if (emoji !== undefined) return { kind: "emoji", name: emoji };
  const formatting = marks[mark ?? ""];
  if (formatting && inside !== undefined) return { kind: formatting, inside: parseLines(inside) };
  return (control === undefined ? null : readControl(control)) ?? { kind: "text", text: unescape(whole) };
}

/** `@U…`, `#C…`, `!here`, `!date^…|fallback` or `https://…|label`; null for what nobody here shows. */
function readControl(control: string): Inline | null {
  const [, mark, target, label] = /^([@#])([A-Z][A-Z0-9]{1,20})(?:\|(.*))?$/.exec(control) ?? [];
  if ((mark === "@" || mark === "#") && target !== undefined) {
    return { kind: "mention", mark, target, label: label === undefined ? null : unescape(label) };
  }
  const broadcast = /^!(here|channel|everyone)(?:\|.*)?$/.exec(control)?.[1];
  if (broadcast !== undefined) return { kind: "mention", mark: "@", target: broadcast, label: null };
  const [, seconds, format, fallback] = /^!date\^(\d{1,12})\^([^|^]+)\|(.+)$/.exec(control) ?? [];
  if (seconds !== undefined && format !== undefined && fallback !== undefined) {
    return { kind: "time", seconds: Number(seconds), format: unescape(format), fallback: unescape(fallback) };
  }
  const bar = control.indexOf("|");
  const url = unescape(bar === -1 ? control : control.slice(0, bar));
  return isWebAddress(url) ? { kind: "link", url, label: bar === -1 ? null : unescape(control.slice(bar + 1)) } : null;
}

export function isWebAddress(url: string): boolean {
  return /^https?:\/\//i.test(url) && URL.canParse(url);
}

const entities: Readonly<Record<string, string>> = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

function unescape(text: string): string {
  return text.replaceAll(/&(?:amp|lt|gt);/g, (it) => entities[it] ?? it);
}
