import { isObject, type JsonObject } from "../json.ts";

/** One thing wrong, and where (a JSON pointer). */
export type Finding = { readonly pointer: string; readonly message: string };

/** Says what is wrong with a value at a place. Nothing wrong: an empty list. */
export type Schema = (value: unknown, pointer: string) => readonly Finding[];

const wrong = (pointer: string, message: string): readonly Finding[] => [{ pointer, message }];

export function text(max: number, min = 1): Schema {
  return (value, pointer) => {
    if (typeof value !== "string") return wrong(pointer, "must provide a string");
    if (value.length > max) return wrong(pointer, `must be less than ${max + 1} characters`);
    if (value.length < min) return wrong(pointer, `must be more than ${min - 1} characters`);
    return [];
  };
}

export function pattern(format: RegExp, what: string): Schema {
  return (value, pointer) =>
    typeof value === "string" && format.test(value) ? [] : wrong(pointer, `must be a valid ${what}`);
}

/** A link that a person can open. */
export function url(max: number): Schema {
  return (value, pointer) => {
    const problems = text(max)(value, pointer);
    if (problems.length > 0) return problems;
    const known = /^(https?|mailto|tel|slack):/i.test(String(value)) && URL.canParse(String(value));
    return known ? [] : wrong(pointer, "must be a valid URL");
  };
}

export const boolean: Schema = (value, pointer) =>
  typeof value === "boolean" ? [] : wrong(pointer, "must provide a boolean");

export const number: Schema = (value, pointer) =>
  typeof value === "number" ? [] : wrong(pointer, "must provide a number");

export function integer(min: number, max: number): Schema {
  return (value, pointer) => {
    if (typeof value !== "number" || !Number.isInteger(value)) return wrong(pointer, "must provide an integer");
    if (value < min) return wrong(pointer, `must be at least ${min}`);
    if (value > max) return wrong(pointer, `must be at most ${max}`);
    return [];
  };
}

export function oneOf(...allowed: readonly (string | number | boolean)[]): Schema {
  return (value, pointer) =>
    allowed.some((it) => it === value) ? [] : wrong(pointer, `must be one of: ${allowed.join(", ")}`);
}

type Size = { readonly min?: number; readonly max?: number };

export function list(item: Schema, { min = 0, max = Infinity }: Size = {}): Schema {
  return (value, pointer) => {
    if (!Array.isArray(value)) return wrong(pointer, "must provide an array");
    if (value.length > max) return wrong(pointer, `no more than ${max} items allowed`);
    if (value.length < min) return wrong(pointer, `no fewer than ${min} items allowed`);
    return value.flatMap((it, index) => item(it, `${pointer}/${index}`));
  };
}

export function nullable(schema: Schema): Schema {
  return (value, pointer) => (value === null ? [] : schema(value, pointer));
}

type Members = Readonly<Record<string, Schema>>;
/** A rule about several members at once; it is asked only when each of them is right by itself. */
type Rule = (value: JsonObject, pointer: string) => readonly Finding[];

/** Exactly these members and no others. */
export function object(required: Members, optional: Members = {}, ...rules: readonly Rule[]): Schema {
  const known = new Map(Object.entries({ ...required, ...optional }));
  return (value, pointer) => {
    if (!isObject(value)) return wrong(pointer, "must provide an object");
    const missing = Object.keys(required)
      .filter((key) => value[key] === undefined)
      .map((key) => ({ pointer, message: `missing required field: ${key}` }));
    const members = Object.entries(value).flatMap(([key, member]) => {
      if (member === undefined) return [];
      const schema = known.get(key);
      if (!schema) return wrong(pointer, `invalid additional property: ${key}`);
      return schema(member, `${pointer}/${escapePointer(key)}`);
    });
    const own = [...missing, ...members];
    return own.length > 0 ? own : rules.flatMap((check) => check(value, pointer));
  };
}

/** One of several objects, told apart by `type`. The schemas need not list `type` themselves. */
export function typed(schemas: Readonly<Record<string, TypedSchema>>): Schema {
  const byType = new Map(Object.entries(schemas));
  return (value, pointer) => {
    if (!isObject(value)) return wrong(pointer, "must provide an object");
    const { type } = value;
    if (type === undefined) return wrong(pointer, "missing required field: type");
    if (typeof type !== "string") return wrong(`${pointer}/type`, "must provide a string");
    const schema = byType.get(type);
    return schema ? schema(type)(value, pointer) : wrong(`${pointer}/type`, `unsupported type: ${type}`);
  };
}

export type TypedSchema = (type: string) => Schema;

export function shape(required: Members, optional: Members = {}, ...rules: readonly Rule[]): TypedSchema {
  return (type) => object({ type: oneOf(type), ...required }, optional, ...rules);
}

export function exactlyOne(...keys: readonly string[]): Rule {
  return (value, pointer) =>
    keys.filter((key) => value[key] !== undefined).length === 1
      ? []
      : wrong(pointer, `must provide exactly one of: ${keys.join(", ")}`);
}

export function atLeastOne(...keys: readonly string[]): Rule {
  return (value, pointer) =>
    keys.some((key) => value[key] !== undefined)
      ? []
      : wrong(pointer, `must provide at least one of: ${keys.join(", ")}`);
}

export function ensure(holds: (value: JsonObject) => boolean, at: string, message: string): Rule {
  return (value, pointer) => (holds(value) ? [] : wrong(`${pointer}${at}`, message));
}

function escapePointer(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}
