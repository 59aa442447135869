import { goJson, isRecord } from "./json.ts";
import { badRequest, patchDoesNotApply, refuse, Refusal } from "./status.ts";

/**
 * JSON Patch as the API server runs it: on the bytes. Documents are held as trees whose leaves are the source text of
 * a scalar, because `test` compares those: `30.0` is not `30`, and `"&"` is not `"\u0026"`, which is how Go writes it.
 */
type Tree = string | readonly Tree[] | { readonly [key: string]: Tree };

type Operation = {
  readonly op: string;
  readonly path: readonly string[];
  readonly from: readonly string[];
  readonly value: Tree | null;
};

export function applyJsonPatch(document: object, patch: string): unknown {
  const operations = parseOperations(patch);
  const tree = operations.reduce(apply, parseTree(goJson(document)));
  return JSON.parse(render(tree));
}

function parseOperations(text: string): readonly Operation[] {
  if (Buffer.byteLength(text) > 3 * 1024 * 1024) refuse(413, "RequestEntityTooLarge", "limit is 3145728");
  const tree = parseOrRefuse(text);
  if (tree === "null") return [];
  if (!Array.isArray(tree)) {
    return badRequest(
      "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp",
    );
  }
  if (tree.length > 10_000) {
    const message = `The allowed maximum operations in a JSON patch is 10000, got ${tree.length}`;
    refuse(413, "RequestEntityTooLarge", message);
  }
  return tree.map(parseOperation);
}

function parseOrRefuse(text: string): Tree {
  try {
    return parseTree(text);
  } catch {
    return badRequest("invalid JSON patch");
  }
}

function parseOperation(item: unknown): Operation {
  if (!isTreeRecord(item)) return badRequest("invalid JSON patch");
  const { op, path, from, value = null } = item;
  return { op: string(op) ?? "", path: pointer(path) ?? doesNotApply(), from: pointer(from) ?? [], value };
}

function string(leaf: Tree | undefined): string | null {
  return typeof leaf === "string" && leaf.startsWith('"') ? String(JSON.parse(leaf)) : null;
}

function pointer(leaf: Tree | undefined): readonly string[] | null {
  const text = string(leaf);
  if (text === null || !text.startsWith("/")) return null;
  return text
    .slice(1)
    .split("/")
    .map((it) => it.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function apply(document: Tree, { op, path, from, value }: Operation): Tree {
  switch (op) {
    case "test":
      return sameTree(read(document, path), value === "null" ? null : value) ? document : doesNotApply();
    case "add":
      return write(document, path, { op, value: value ?? "null" });
    case "replace":
      return write(document, path, { op, value: value ?? "null" });
    case "remove":
      return write(document, path, { op });
    case "copy":
      return write(document, path, { op: "add", value: read(document, from) ?? doesNotApply() });
    case "move": {
      const moved = read(document, from) ?? doesNotApply();
      return write(write(document, from, { op: "remove" }), path, { op: "add", value: moved });
    }
    default:
      return doesNotApply();
  }
}

function doesNotApply(): never {
  throw new Refusal(patchDoesNotApply);
}

/** Null where the last step leads nowhere: `test` takes that for null. An absent parent refuses the patch. */
function read(document: Tree, path: readonly string[]): Tree | null {
  const parent = path.slice(0, -1).reduce<Tree>((at, step) => child(at, step) ?? doesNotApply(), document);
  return typeof parent === "string" ? doesNotApply() : child(parent, path.at(-1) ?? "");
}

function child(at: Tree, step: string): Tree | null {
  if (Array.isArray(at)) return at[/^\d+$/.test(step) ? Number(step) : -1] ?? doesNotApply();
  return isTreeRecord(at) && Object.hasOwn(at, step) ? (at[step] ?? null) : null;
}

type Edit = { readonly op: "add" | "replace"; readonly value: Tree } | { readonly op: "remove" };

function write(at: Tree, [step = "", ...rest]: readonly string[], edit: Edit): Tree {
  if (rest.length > 0) {
    const below = child(at, step) ?? doesNotApply();
    return put(at, step, write(below, rest, edit));
  }
  if (Array.isArray(at)) return editArray(at, step, edit);
  if (!isTreeRecord(at)) return doesNotApply();
  if (edit.op !== "remove") return { ...at, [step]: edit.value };
  if (!Object.hasOwn(at, step)) return doesNotApply();
  const { [step]: _removed, ...others } = at;
  return others;
}

function put(at: Tree, step: string, value: Tree): Tree {
  if (Array.isArray(at)) return at.with(Number(step), value);
  return isTreeRecord(at) ? { ...at, [step]: value } : doesNotApply();
}

function editArray(at: readonly Tree[], step: string, edit: Edit): Tree {
  const index = step === "-" && edit.op === "add" ? at.length : Number(step);
  const last = edit.op === "add" ? at.length : at.length - 1;
  if (!Number.isInteger(index) || index < 0 || index > last) return doesNotApply();
  if (edit.op === "remove") return at.toSpliced(index, 1);
  return at.toSpliced(index, edit.op === "add" ? 0 : 1, edit.value);
}

function sameTree(a: Tree | null, b: Tree | null): boolean {
  if (a === null || b === null) return (a ?? "null") === (b ?? "null");
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((it, i) => sameTree(it, b[i] ?? null));
  if (!isTreeRecord(a) || !isTreeRecord(b)) return a === b;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameTree(a[key] ?? null, b[key] ?? null))
  );
}

function parseTree(text: string): Tree {
  return asTree(JSON.parse(text, sourceOfScalar));
}

function sourceOfScalar(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === "object" && value !== null ? value : context?.source;
}

/** What the reviver above leaves: source texts, arrays and records of them. */
function asTree(value: unknown): Tree {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(asTree);
  if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, asTree(it)]));
  throw new TypeError("not JSON");
}

function isTreeRecord(value: unknown): value is { readonly [key: string]: Tree } {
  return isRecord(value);
}

function render(tree: Tree): string {
  if (typeof tree === "string") return tree;
  if (Array.isArray(tree)) return `[${tree.map(render).join(",")}]`;
  return `{${Object.entries(tree)
    .map(([key, it]) => `${JSON.stringify(key)}:${render(it)}`)
    .join(",")}}`;
}
