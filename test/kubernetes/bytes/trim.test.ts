import fc from "fast-check";
import { expect, test } from "vitest";
import { createTrim } from "../../../src/kubernetes/bytes/trim.ts";

const trim = createTrim("managedFields");
const trimmed = (value: unknown): unknown => JSON.parse(trim(Buffer.from(JSON.stringify(value))));

test("whatever is in the array is left out, and all else stays as it is", () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()), (fields, rest) => {
      const before = { ...rest, managedFields: fields, last: rest };
      expect(trimmed(before)).toEqual(JSON.parse(JSON.stringify({ ...before, managedFields: [] })));
    }),
  );
});

test("brackets, quotes and backslashes in its texts do not end it", () => {
  const managedFields = [{ 'k:{"name":"a]\\"}': {} }, "]", "\\", '\\"]', [["]"]]];
  expect(trimmed({ metadata: { managedFields, name: "checkout" } })).toEqual({
    metadata: { managedFields: [], name: "checkout" },
  });
});

test.each([
  ["a text of that name", { annotations: { managedFields: "[1]", note: '"managedFields":[1]' } }],
  ["an object of that name", { managedFields: { a: [1] } }],
  ["nothing of that name", { name: "é\u{1f600}" }],
])("%s is left alone", (_, value) => {
  expect(trimmed(value)).toEqual(value);
});

test("what breaks off is left as it came: whoever parses it will say so", () => {
  for (const cut of ['{"managedFields":[{"a', '{"managedFields":["\\', '{"managedFields":[[1]']) {
    expect(trim(Buffer.from(cut))).toBe(cut);
  }
});
