/** Whether Slack looks for names and links by itself (`verbatim: false`), and for plain `@names` too (`link_names`). */
export type Parsing = { readonly auto: boolean; readonly names: boolean };

export type Reference = { readonly kind: "user" | "group" | "broadcast" | "url" | "channel"; readonly target: string };

const control = /<([^<>\n]*)>/g;
const code = /```[\s\S]*?```|`[^`\n]+`/g;

/**
 * What a piece of mrkdwn refers to. Control sequences count inside code too, which is the careful reading; what Slack
 * finds by itself does not.
 */
export function mentionsOf(text: string, { auto, names }: Parsing): readonly Reference[] {
  const written = [...text.matchAll(control)].flatMap(([, inner = ""]) => sequence(inner));
  if (!auto && !names) return written;
  const rest = text.replaceAll(control, " ").replaceAll(code, " ");
  return [...written, ...(auto ? automatic(rest) : []), ...(names ? plainNames(rest) : [])];
}

function sequence(inner: string): readonly Reference[] {
  const [target = "", label] = inner.split("|", 2);
  const user = /^@([UW][A-Z0-9]+)$/.exec(target)?.[1];
  if (user !== undefined) return [{ kind: "user", target: user }];
  const channel = /^#([CGD][A-Z0-9]+)$/.exec(target)?.[1];
  if (channel !== undefined) return [{ kind: "channel", target: channel }];
  const group = /^!subteam\^([A-Z0-9]+)/.exec(target)?.[1];
  if (group !== undefined) return [{ kind: "group", target: group }];
  const range = /^!(here|channel|everyone|group)$/.exec(target)?.[1];
  if (range !== undefined) return [{ kind: "broadcast", target: range === "group" ? "channel" : range }];
  if (target.startsWith("!date^")) return dateLink(target);
  const isLink = /^(https?:\/\/|mailto:|tel:|slack:\/\/)\S+$/i.test(target) && label !== "";
  return isLink ? [{ kind: "url", target }] : [];
}

/** `!date^seconds^format^link`: the link is optional. */
function dateLink(target: string): readonly Reference[] {
  const url = target.split("^")[3];
  return url === undefined || url === "" ? [] : [{ kind: "url", target: url }];
}

const broadcast = /(?<![\p{L}\p{N}_.@/-])@(here|channel|everyone)(?![\p{L}\p{N}_])/gu;
const channelName = /(?<![\p{L}\p{N}_&/#])#([\p{Ll}\p{N}_-]*\p{Ll}[\p{Ll}\p{N}_-]*)/gu;
const address =
  /(?:\b(?:https?:\/\/|mailto:)|\bwww\.)[^\s<>|"]+|(?<![\w@./-])(?:[a-z0-9-]+\.)+(?:com|net|org|io|dev|app|co|sh)\b(?:\/[^\s<>|"]*)?/gi;

function automatic(text: string): readonly Reference[] {
  const urls = [...text.matchAll(address)].map(([it]) => ({ kind: "url" as const, target: it }));
  const rest = text.replaceAll(address, " ");
  const everyone = [...rest.matchAll(broadcast)].map(([, it = ""]) => ({ kind: "broadcast" as const, target: it }));
  const channels = [...rest.matchAll(channelName)].map(([, it = ""]) => ({ kind: "channel" as const, target: it }));
  return [...urls, ...everyone, ...channels];
}

function plainNames(text: string): readonly Reference[] {
  const names = [...text.matchAll(/(?<![\p{L}\p{N}_.@/-])@([\p{Ll}\p{N}][\p{Ll}\p{N}._-]*)/gu)];
  return names
    .map(([, it = ""]) => it)
    .filter((it) => !["here", "channel", "everyone"].includes(it))
    .map((it) => ({ kind: "user", target: it }));
}
