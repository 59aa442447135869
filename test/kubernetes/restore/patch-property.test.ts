import fc from "fast-check";
import { expect, test } from "vitest";
import { applyJsonPatch } from "../../../sim/kubernetes/json-patch.ts";
import { goJson } from "../../../sim/kubernetes/json.ts";
import { Refusal } from "../../../sim/kubernetes/status.ts";
import type { Json, Live } from "../../../src/core/operation/live.ts";
import type { Patch } from "../../../src/core/operation/step.ts";
import { parseExactly, writeExactly } from "../../../src/kubernetes/bytes/exact.ts";
import { fenceKey } from "../../../src/core/operation/trace.ts";
import { operationsOf } from "../../../src/kubernetes/restore/operations.ts";
import { liveOf } from "../../../src/kubernetes/restore/read.ts";

import { rawTemplate } from "../../../src/kubernetes/restore/template.ts";

/** Whatever is in a template: the patch lands on the object that was read, once, and on no other. */

const awkward = fc.constantFrom(
  "a && b",
  "<x>",
  "\u2028\u2029",
  "~0~1",
  "/a/b",
  '"\\',
  "\u{1f600}",
  "é",
  "\n\t",
  "&amp;",
  "",
);
const text = fc.oneof(awkward, fc.string({ unit: "grapheme" }));
const key = fc.oneof(
  fc.constantFrom("a/b", "a~b", "~1", "whatsrunning.dev/commit", "kubernetes.io/change-cause"),
  fc.stringMatching(/^[a-z][-a-z0-9./~]{0,20}$/),
);
const scalar = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null));
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalar,
    fc.array(tie("json"), { maxLength: 4 }),
    fc.dictionary(key, tie("json"), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const template = fc.dictionary(key, json, { maxKeys: 5, noNullPrototype: true });
const notes = fc.dictionary(key, text, { maxKeys: 5, noNullPrototype: true });

const object = fc.record({
  template,
  annotations: fc.option(notes, { nil: null }),
  generation: fc.integer({ min: 1, max: 1_000 }),
});

const change = fc.record({
  template,
  cause: text,
  notes: fc.dictionary(key, fc.option(text, { nil: null }), { maxKeys: 5, noNullPrototype: true }),
});

type Kept = { readonly metadata: object; readonly spec: object };

function asKept({
  template: kept,
  annotations,
  generation,
}: typeof object extends fc.Arbitrary<infer T> ? T : never): Kept {
  const metadata = { uid: "u", generation, ...(annotations === null ? {} : { annotations }) };
  return { metadata, spec: { replicas: 2, template: kept } };
}

/** Over the wire and back, as the API server sends it and takes it. */
const read = (kept: Kept): Live => liveOf(goJson(kept));

function lands(kept: Kept, patch: Patch): unknown {
  try {
    return applyJsonPatch(kept, writeExactly(operationsOf(patch)));
  } catch (err) {
    if (err instanceof Refusal && err.answer.status === 422) return "moved";
    throw err;
  }
}

function toPatch(seen: Live, wanted: typeof change extends fc.Arbitrary<infer T> ? T : never, id = "op-1"): Patch {
  return { operation: id, seen, fence: id, change: { ...wanted, template: rawTemplate(wanted.template) } };
}

test("a patch lands on what was read, and leaves there what was asked for and everything else", () => {
  fc.assert(
    fc.property(object, change, (before, wanted) => {
      const kept = asKept(before);
      const after = liveOf(goJson(lands(kept, toPatch(read(kept), wanted))));
      expect(after.template.json).toEqual(parseExactly(JSON.stringify(wanted.template)));
      const merged = new Map<string, string | null>(Object.entries(before.annotations ?? {}));
      for (const [name, value] of Object.entries(wanted.notes)) merged.set(name, value);
      merged.set("kubernetes.io/change-cause", wanted.cause);
      merged.set(fenceKey, "op-1");
      const expected = [...merged].filter(([, value]) => value !== null);
      expect(Object.entries(after.annotations ?? {}).toSorted(byName)).toEqual(expected.toSorted(byName));
    }),
    { numRuns: 300 },
  );
});

test("the same patch never lands twice, and a late one not after a void", () => {
  fc.assert(
    fc.property(object, change, (before, wanted) => {
      const kept = asKept(before);
      const patch = toPatch(read(kept), wanted);
      expect(lands(asObject(lands(kept, patch)), patch)).toBe("moved");
      const voided = lands(kept, { ...patch, fence: "void:op-1", change: null });
      expect(lands(asObject(voided), patch)).toBe("moved");
    }),
    { numRuns: 100 },
  );
});

test("a template that is another by as little as one scalar is not taken for the one that was read", () => {
  fc.assert(
    fc.property(object, change, template, (before, wanted, other) => {
      const kept = asKept(before);
      fc.pre(goJson(other) !== goJson(before.template));
      fc.pre(canonical(other) !== canonical(before.template));
      const moved = { ...kept, spec: { ...kept.spec, template: other } };
      expect(lands(moved, toPatch(read(kept), wanted))).toBe("moved");
    }),
    { numRuns: 100 },
  );
});

test("numbers keep every digit", () => {
  const whole =
    '{"terminationGracePeriodSeconds":9223372036854775807,"a":[1,-3,9007199254740993],"b":"9223372036854775807"}';
  expect(writeExactly(parseExactly(whole))).toBe(whole);
});

test("whatever is written is read as the same, and holds none of the characters that are compared escaped", () => {
  fc.assert(
    fc.property(json, (value) => {
      const written = writeExactly(value);
      expect(written).toBe(goJson(value));
      expect(written).not.toMatch(/[<>&\u2028\u2029]/);
      expect(parseExactly(written)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

function asObject(it: unknown): Kept {
  const { metadata, spec } = Object(it);
  return { metadata, spec };
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, it: unknown) =>
    typeof it === "object" && it !== null && !Array.isArray(it)
      ? Object.fromEntries(Object.entries(it).toSorted(byName))
      : it,
  );
}
