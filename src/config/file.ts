import { isCollection, isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from "yaml";
import type { z } from "zod";
import { faultsAcross, meant, type Fault } from "./names.ts";
import { configFile } from "./schema.ts";

/** One thing that is wrong: what (a variable, or a path in the file), in which line of the file, and why. */
export type Problem = { readonly what: string; readonly line: number | null; readonly why: string };

export type ConfigFile = z.output<typeof configFile>;

/** The file's text -> what it says, and as it was `written`; or everything that is wrong with it. */
export function readConfigFile(
  text: string,
): { readonly file: ConfigFile; readonly written: unknown } | { readonly problems: readonly Problem[] } {
  const lines = new LineCounter();
  const parsed = parse(text, lines);
  if ("problems" in parsed) return parsed;

  const { document, written } = parsed;
  const file = configFile.safeParse(written);
  const faults = [...(file.error?.issues ?? []).flatMap(faultsOf), ...faultsAcross(written)];
  if (file.success && faults.length === 0) return { file: file.data, written };
  return {
    problems: faults.map(({ path, why }) => ({ what: spelled(path), line: lineOf(document, path, lines), why })),
  };
}

type Parsed = { readonly document: Document; readonly written: unknown } | { readonly problems: readonly Problem[] };

function parse(text: string, lines: LineCounter): Parsed {
  const what = "WHATSRUNNING_CONFIG";
  if (text.length > maxCharacters) return { problems: [{ what, line: null, why: "must be smaller than 256 KiB" }] };
  try {
    // not the pretty errors: they quote whole lines, and a line may hold what is nobody's business
    const quiet = { prettyErrors: false, logLevel: "silent" } as const;
    const document = parseDocument(text, { ...quiet, lineCounter: lines, stringKeys: true });
    const faults = [...document.errors, ...document.warnings];
    if (faults.length === 0) return { document, written: document.toJS({ maxAliasCount: 100 }) ?? {} };
    const problems = faults.map(({ code, message, pos: [start] }) => {
      const { line, col } = lines.linePos(start);
      return {
        what,
        line,
        why: code === "RESOURCE_EXHAUSTION" ? tooDeep : `must be YAML, but at column ${col}: ${message}`,
      };
    });
    // one slip makes many errors, the first in a line being the one to look at
    return { problems: problems.filter(({ line }, at) => problems[at - 1]?.line !== line).slice(0, 10) };
  } catch (err) {
    // what yaml throws about aliases: one that leads nowhere, or so many that they multiply
    const why = err instanceof ReferenceError ? `must be YAML, but: ${err.message}` : tooDeep;
    return { problems: [{ what, line: null, why }] };
  }
}
const tooDeep = "must be plainer: it is nested too deeply";
const maxCharacters = 256 * 1024;

function faultsOf(issue: z.core.$ZodIssue): readonly Fault[] {
  if (issue.code === "unrecognized_keys") {
    const known = issue.message.split(" "); // see `section`
    return issue.keys.map((key) => ({ path: [...issue.path, key], why: `is not a key here: ${meant(key, known)}` }));
  }
  // a name of the wrong shape carries what is wrong with it one level down
  const about = issue.code === "invalid_key" ? (issue.issues[0] ?? issue) : issue;
  return [{ path: issue.path, why: about.message }];
}

/** `environments.prod.places[0].cluster`, `registries."ghcr.io".link` */
function spelled(path: Fault["path"]): string {
  const steps = path.map((step) => {
    if (typeof step === "number") return `[${step}]`;
    const name = String(step);
    return /^[\w-]+$/.test(name) ? `.${name}` : `.${JSON.stringify(name)}`;
  });
  return steps.join("").replace(/^\./, "") || "WHATSRUNNING_CONFIG";
}

/** The line of the key that `path` leads to, or of the last one on the way that is there. */
function lineOf(document: Document, path: Fault["path"], lines: LineCounter): number | null {
  let node: unknown = document.contents;
  let start = isNode(node) ? node.range?.[0] : undefined;
  for (const step of path) {
    const key = isMap(node) ? node.items.find(({ key: it }) => isScalar(it) && it.value === step)?.key : undefined;
    const next = isCollection(node) ? node.get(step, true) : undefined;
    if (!isNode(next)) break;
    node = next;
    start = (isNode(key) ? key : next).range?.[0] ?? start;
  }
  return start === undefined ? null : lines.linePos(start).line;
}
