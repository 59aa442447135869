import fc from "fast-check";
import { expect, test } from "vitest";
import { canonical } from "../../../src/kubernetes/project/canonical.ts";

const json = fc.jsonValue({ stringUnit: "binary", maxDepth: 4 });

test("it is JSON of the same value, but for fields that are null", () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(JSON.parse(canonical(value))).toEqual(withoutNull(value));
    }),
  );
});

test("the order in which fields came makes no difference", () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(canonical(turned(value))).toBe(canonical(value));
    }),
  );
});

test("fields are in the order of their names, and text is written as JSON writes it", () => {
  const value = { b: [1, "é \u2028 \ud800", 'a && b "c" \\ \u007f \n'], a: { "10": true, "9": null, "\u{1f600}": "" } };
  expect(canonical(value)).toBe(
    `{"a":{"10":true,"\u{1f600}":""},"b":[1,"é \u2028 \\ud800","a && b \\"c\\" \\\\ \u007f \\n"]}`,
  );
});

test("however many different fields objects have, they are written in order", () => {
  for (let nth = 0; nth < 2_000; nth += 1) {
    expect(canonical({ [`b${nth}`]: 1, a: 2 })).toBe(`{"a":2,"b${nth}":1}`);
    expect(canonical({ c: 1, [`b${nth}`]: 2 })).toBe(`{"b${nth}":2,"c":1}`);
  }
});

function withoutNull(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNull);
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? 0 : value;
  const fields = Object.entries(value).filter(([, it]) => it !== null);
  return Object.fromEntries(fields.map(([key, it]) => [key, withoutNull(it)]));
}

function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, it]) => [key, turned(it)]),
  );
}
