import type { MrkdwnElement, PlainTextElement } from "@slack/types";

/**
 * Foreign text (names, tags, reasons, whatever somebody could write into the cluster) cannot ping, link or format.
 * `literal` and `code` are for text inside a sentence of ours, `plain` for foreign text that stands alone.
 */

/** Invisible, and enough to stop Slack from reading `@here`, `#general`, `https://…` or `*bold*` as more than text. */
const joiner = "\u2060";

/** Where Slack would begin a link without being asked: `https://…`, `mailto:…`, `example.com`. */
const addresses = /:(?=\/\/)|(?<=\b(?:mailto|tel|sms|sip)):|\.(?=[a-z]{2})/gi;

/** Escaped and disarmed, on one line, cut to `most` characters as people count them. */
export function literal(text: string, most = 100): string {
  return escape(cut(clean(text), most))
    .replace(/[@#*_~]/g, `$&${joiner}`)
    .replace(addresses, `${joiner}$&`)
    .replaceAll("`", "ʼ");
}

/** In a code span nothing is formatted or parsed, and it can be copied as it is. */
export function code(text: string, most = 200): string {
  const shown = escape(cut(clean(text), most)).replaceAll("`", "ʼ");
  return shown === "" ? "" : `\`${shown}\``;
}

/** A link of ours: only https and http, and nothing in it that could end it early. */
export function link(url: string, label: string): string {
  const parsed = URL.parse(url);
  if (parsed === null || (parsed.protocol !== "https:" && parsed.protocol !== "http:")) return label;
  return `<${escape(parsed.href.replaceAll("|", "%7C"))}|${label}>`;
}

/** Formatted text whose foreign parts went through `literal`, `code` or `link`. */
export function mrkdwn(text: string): MrkdwnElement {
  return { type: "mrkdwn", text, verbatim: true };
}

export function plain(text: string, most = 2900): PlainTextElement {
  return { type: "plain_text", text: cut(clean(text), most) || "(empty)", emoji: false };
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Controls, bidirectional overrides, zero-width characters and halves of characters go; white space is one space. */
function clean(text: string): string {
  return text
    .slice(0, 20_000)
    .toWellFormed()
    .replace(/\s+/gu, " ")
    .replace(/[\p{Cc}\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/gu, "")
    .trim();
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  let shown = "";
  for (const { segment } of graphemes.segment(text)) {
    if (shown.length + segment.length > most - 1) return `${shown}…`;
    shown += segment;
  }
  return shown;
}
