import fc from "fast-check";
import { wholeText } from "../../../src/kubernetes/bytes/trim.ts";
import { expect, test } from "vitest";
import { createItems } from "../../../src/kubernetes/bytes/items.ts";

/** Cuts the text at these places, and reads what comes of it. */
function read(text: string, at: readonly number[], maxBytes = 1_000_000) {
  const whole = new TextEncoder().encode(text);
  const borders = [0, ...at.filter((it) => it < whole.length).toSorted((a, b) => a - b), whole.length];
  const cutter = createItems(maxBytes, wholeText);
  const items = borders.slice(1).map((end, i) => cutter.push(whole.subarray(borders[i], end)));
  return { items: items.includes(null) ? null : items.flatMap((it) => it ?? []), rest: cutter.rest() };
}

const object = fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue());
const metadata = fc.record({ resourceVersion: fc.string({ unit: "grapheme" }), more: fc.jsonValue() });
const cuts = fc.array(fc.nat({ max: 2_000 }));

test("any chunking of a list gives its items, and the list without them", () => {
  fc.assert(
    fc.property(fc.array(object), metadata, cuts, fc.constantFrom(0, 2), (items, about, at, indent) => {
      const list = JSON.stringify({ kind: "PodList", metadata: about, items, last: about }, null, indent);
      const got = read(list, at);
      const plain = JSON.parse(list);
      expect(got.items?.map((it) => JSON.parse(it))).toEqual(plain.items);
      expect(JSON.parse(got.rest)).toEqual({ ...plain, items: [] });
    }),
  );
});

test("a string may be cut anywhere, also behind a backslash", () => {
  const list = '{"items":[{"a":"\\\\"},{"b":"}],\\""}]}';
  for (let at = 1; at < list.length; at += 1) {
    expect(read(list, [at])).toEqual({ items: ['{"a":"\\\\"}', '{"b":"}],\\""}'], rest: '{"items":[]}' });
  }
});

test("what is no object stays in the list", () => {
  expect(read('{"items":[null]}', [])).toEqual({ items: [], rest: '{"items":[null]}' });
  expect(read('{"items":null}', [])).toEqual({ items: [], rest: '{"items":null}' });
});

test("a list that breaks off keeps what cannot be parsed", () => {
  const { items, rest } = read('{"metadata":{},"items":[{"a":1},{"b"', [5, 30]);
  expect(items).toEqual(['{"a":1}']);
  expect(() => JSON.parse(rest)).toThrow(SyntaxError);
});

test.each([
  ["of an item", `{"items":[{"a":"${"x".repeat(200)}`],
  ["around the items", `{"metadata":"${"x".repeat(200)}`],
])("there may not be more than allowed %s", (_, text) => {
  expect(read(text, [50, 100, 150], 100).items).toBe(null);
});
