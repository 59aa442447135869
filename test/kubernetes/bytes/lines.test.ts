import fc from "fast-check";
import { wholeText } from "../../../src/kubernetes/bytes/trim.ts";
import { expect, test } from "vitest";
import { createLines } from "../../../src/kubernetes/bytes/lines.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test("any chunking of the same bytes gives the same lines", () => {
  const text = fc.array(fc.string({ unit: "grapheme" }).map((it) => it.replaceAll("\n", "")));
  const cuts = fc.array(fc.nat({ max: 400 }));
  fc.assert(
    fc.property(text, cuts, (lines, at) => {
      const whole = bytes(lines.map((it) => `${it}\n`).join(""));
      const borders = [0, ...at.filter((it) => it < whole.length).toSorted((a, b) => a - b), whole.length];
      const cutter = createLines(1_000_000, wholeText);
      const got = borders.slice(1).flatMap((end, i) => cutter.push(whole.subarray(borders[i], end)) ?? ["too long"]);
      expect(got).toEqual(lines.filter((it) => it !== ""));
    }),
  );
});

test("what follows the last newline is not a line yet", () => {
  const cutter = createLines(100, wholeText);
  expect(cutter.push(bytes('{"a":1}\n{"b"'))).toEqual(['{"a":1}']);
  expect(cutter.push(bytes(":2}\n"))).toEqual(['{"b":2}']);
});

test.each([
  ["of the longest size allowed, in one piece", ["1234567890\n"], ["1234567890"]],
  ["of the longest size allowed, in pieces", ["12345", "67890", "\n"], ["1234567890"]],
  ["longer than allowed, in one piece", ["12345678901\n"], null],
  ["longer than allowed, in pieces, before its end is known", ["12345", "678901"], null],
  ["longer than allowed, ended in a later piece", ["1234567890", "1\n"], null],
])("a line %s", (_, chunks, expected) => {
  const cutter = createLines(10, wholeText);
  const got = chunks.map((it) => cutter.push(bytes(it)));
  expect(got.includes(null) ? null : got.flatMap((it) => it ?? [])).toEqual(expected);
});

test("the time for a long line grows with its size, not with its square", () => {
  const chunk = bytes("x".repeat(1024));
  const cutter = createLines(64 * 1024 * 1024, wholeText);
  const started = performance.now();
  for (let i = 0; i < 16 * 1024; i += 1) cutter.push(chunk); // 16 MiB: copied each time it would be 128 GiB
  expect(cutter.push(bytes("\n"))?.[0]).toHaveLength(16 * 1024 * 1024);
  expect(performance.now() - started).toBeLessThan(5_000);
});
