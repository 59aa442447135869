/**
 * How a release is kept: there are millions of them, and most of one was the names of its fields. Fields and the words of
 * closed sets get a letter, what is absent is left out, and so is what the rest of the record says. A field that is not
 * listed here is kept under its own name, and what an older version wrote in full is read as it is.
 */

const letters: Readonly<Record<string, string>> = {
  of: "o",
  cluster: "c",
  namespace: "n",
  name: "N",
  uid: "u",
  service: "s",
  kind: "k",
  revision: "r",
  number: "i",
  createdAt: "m",
  template: "t",
  restartedAt: "R",
  containers: "C",
  role: "l",
  image: "I",
  digests: "d",
  configs: "g",
  is: "G",
  state: "S",
  version: "v",
  changedAt: "h",
  start: "b",
  at: "a",
  notBefore: "B",
  end: "e",
  because: "w",
  by: "y",
  outcome: "x",
  since: "H",
  earlierMs: "E",
  pod: "p",
  container: "K",
  reason: "q",
  exitCode: "X",
  provenance: "P",
  deployers: "D",
  commits: "f",
  value: "V",
  source: "F",
  trust: "T",
  key: "j",
  manager: "M",
  tool: "L",
  detail: "z",
  tag: "A",
  run: "U",
  changeCause: "W",
  leftOver: "Z",
  inherited: "Y",
  subject: "Q",
  stage: "O",
  voucher: "J",
};

/** Of the fields whose value is one of a closed set. A word that is not listed is kept as it is. */
const closed: ReadonlySet<string> = new Set(["kind", "state", "trust", "role", "by", "because"]);
const words: Readonly<Record<string, string>> = {
  Deployment: "D",
  StatefulSet: "S",
  DaemonSet: "A",
  ConfigMap: "C",
  Secret: "T",
  deploy: "d",
  rollback: "r",
  restart: "s",
  configuration: "c",
  main: "m",
  init: "i",
  sidecar: "b",
  there: "t",
  absent: "a",
  unread: "n",
  unseen: "u",
  pending: "p",
  healthy: "h",
  failed: "f",
  replaced: "e",
  gone: "g",
  "made anew": "w",
  observed: "o",
  claimed: "l",
  guessed: "q",
  annotation: "x",
  verified: "v",
  claim: "j",
  label: "k",
  person: "P",
  tool: "L",
};

/** What the schema puts back when it is not there. */
const nulls: ReadonlySet<string> = new Set([
  "restartedAt",
  "notBefore",
  "end",
  "by",
  "pod",
  "container",
  "exitCode",
  "source",
  "run",
  "changeCause",
  "detail",
  "voucher",
  "subject",
]);
const lists: ReadonlySet<string> = new Set(["digests", "configs", "deployers", "commits", "leftOver", "inherited"]);

const [fieldOf, wordOf] = [inverse(letters), inverse(words)];

export function shortened(value: object): Fields {
  return fieldwise(
    value,
    (key, it) => {
      const absent = (it === null && nulls.has(key)) || (Array.isArray(it) && it.length === 0 && lists.has(key));
      return absent || it === undefined ? null : [letters[key] ?? key, it];
    },
    shortText,
  );
}

export function lengthened(value: object): Fields {
  return fieldwise(value, (letter, it) => [fieldOf[letter] ?? letter, it], longText);
}

type Fields = Readonly<Record<string, unknown>>;
/** A field's new name and its value, in which nothing is done yet; null leaves it out. */
type Rename = (key: string, it: unknown) => readonly [string, unknown] | null;
/** `key`: the name of the field that it is the value of, before or after it was renamed. */
type Reword = (text: string, key: string) => string;

/** A loop and no more: a start does this for every workload there is. */
function fieldwise(value: object, rename: Rename, reword: Reword): Fields {
  const fields: Record<string, unknown> = {};
  for (const [key, it] of Object.entries(value)) {
    const found = rename(key, it);
    if (found === null) continue;
    const [name, content] = found;
    fields[name] = each(content, closed.has(key) ? key : name);
  }
  return fields;

  function each(it: unknown, key: string): unknown {
    if (typeof it === "string") return reword(it, key);
    if (Array.isArray(it)) return it.map((one) => each(one, key));
    return typeof it === "object" && it !== null ? fieldwise(it, rename, reword) : it;
  }
}

const ours = "whatsrunning.dev/";

/** A text that begins with one of these marks is not what it seems. */
function shortText(text: string, key: string): string {
  if (closed.has(key)) return words[text] ?? text;
  if (text.startsWith(ours)) return `~${text.slice(ours.length)}`;
  if (text.length < shortestPacked) return isMarked(text) ? `!${text}` : text;
  if (/^sha256:[\da-f]{64}$/.test(text)) return `@${packed(text.slice("sha256:".length))}`;
  if (/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(text)) return `%${packed(text.replaceAll("-", ""))}`;
  if (/^([\da-f]{2}){12,}$/.test(text)) return `=${packed(text)}`;
  return isMarked(text) ? `!${text}` : text;
}

const shortestPacked = 24;

function isMarked(text: string): boolean {
  return text !== "" && "~@%=!".includes(text.charAt(0));
}

function longText(text: string, key: string): string {
  if (closed.has(key)) return wordOf[text] ?? text;
  const rest = text.slice(1);
  if (text.startsWith("~")) return ours + rest;
  if (text.startsWith("@")) return `sha256:${unpacked(rest)}`;
  if (text.startsWith("%")) return unpacked(rest).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  if (text.startsWith("=")) return unpacked(rest);
  return text.startsWith("!") ? rest : text;
}

/** Hexadecimal digits in two thirds of their room. */
function packed(hex: string): string {
  return Uint8Array.fromHex(hex).toBase64({ alphabet: "base64url", omitPadding: true });
}

function unpacked(text: string): string {
  return Uint8Array.fromBase64(text, { alphabet: "base64url" }).toHex();
}

function inverse(table: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(table).map(([key, it]) => [it, key]));
}
