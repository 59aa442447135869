import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createListReader } from "../../../src/kubernetes/bytes/list.ts";
import { createReading, readWhole } from "../../../src/kubernetes/bytes/reading.ts";

/** Cuts the text at these places, and reads what comes of it. */
function readAll(text: string, at: readonly number[], { maxBytes = 1_000_000, read = readWhole } = {}) {
  const whole = Buffer.from(text);
  const borders = [0, ...at.filter((it) => it < whole.length).toSorted((a, b) => a - b), whole.length];
  const reader = createListReader(maxBytes, read);
  const pushed = borders.slice(1).map((end, i) => reader.push(whole.subarray(borders[i], end)));
  const { items, rest } = reader.end();
  return { items: pushed.includes(null) ? null : [...pushed.flatMap((it) => it ?? []), ...items], rest };
}

/** Items that begin alike, in which what parts them can stand as well. */
const named = fc.record({
  metadata: fc.record({ name: fc.string(), like: fc.array(fc.record({ metadata: fc.record({ name: fc.string() }) })) }),
  text: fc.constantFrom('},{"metadata":{"name"', '"items":[', "plain"),
});
const any = fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue());
const about = fc.record({
  resourceVersion: fc.string({ unit: "grapheme" }),
  items: fc.option(fc.array(named, { maxLength: 2 }), { nil: undefined }),
});
const cuts = fc.array(fc.nat({ max: 3_000 }));

describe("a list", () => {
  test("gives its items, however its bytes come and whatever is in them", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.array(named), fc.array(any)),
        about,
        cuts,
        fc.constantFrom(0, 2),
        (items, metadata, at, indent) => {
          const list = JSON.stringify({ kind: "PodList", metadata, items, last: metadata }, null, indent);
          const plain = JSON.parse(list);
          expect(readAll(list, at)).toEqual({ items: plain.items, rest: { ...plain, items: [] } });
        },
      ),
      { numRuns: 300 },
    );
  });

  test("may hold what is no object", () => {
    expect(readAll('{"items":[null,{"a":1}]}', [])).toEqual({ items: [{ a: 1 }], rest: { items: [null] } });
    expect(readAll('{"items":null}', [])).toEqual({ items: [], rest: { items: null } });
  });

  test("that breaks off is none", () => {
    const list = '{"metadata":{},"items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}},{"metadata":{"na';
    expect(() => readAll(list, [30, 60])).toThrow(SyntaxError);
  });

  test.each([
    ["of an item", `{"items":[{"metadata":{"a":"${"x".repeat(300)}`],
    ["of an item among others", `{"items":[{"metadata":{"a":1}},{"metadata":{"a":"${"x".repeat(300)}`],
  ])("there may not be more than allowed %s", (_, text) => {
    const whole = Buffer.from(text);
    const reader = createListReader(100, readWhole);
    const pushed = [0, 60, 120, 180, 240, 300].map((it) => reader.push(whole.subarray(it, it + 60)));
    expect(pushed).toContain(null);
  });
});

describe("what is left out of an object", () => {
  const read = createReading("managedFields");

  test("is all that is in the array, and nothing else", () => {
    const field = fc.oneof(fc.jsonValue(), fc.constantFrom("]", "[", '],"name":"evil', ']}"', "],", '\\"]'));
    fc.assert(
      fc.property(fc.array(field), fc.dictionary(fc.string(), field), (fields, rest) => {
        const before = { ...rest, metadata: { managedFields: fields, labels: rest }, last: rest };
        const after = { ...before, metadata: { managedFields: [], labels: rest } };
        expect(read(Buffer.from(JSON.stringify(before)))).toEqual(JSON.parse(JSON.stringify(after)));
      }),
      { numRuns: 500 },
    );
  });

  test("does not make JSON of what is none", () => {
    expect(() => read(Buffer.from('{"managedFields":[{"a"'))).toThrow(SyntaxError);
  });
});
