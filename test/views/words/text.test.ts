import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { code, link, literal, mrkdwn, plain } from "../../../src/views/words/text.ts";
import { hostile } from "../hostile.ts";

describe("foreign text inside a sentence", () => {
  test.each([
    ["a name stays as it is", "Alice Anderson", "Alice Anderson"],
    [
      "markup is escaped",
      "<!channel> & <https://evil.example|github.com>",
      "&lt;!channel&gt; &amp; &lt;https\u2060://evil\u2060.example|github\u2060.com&gt;",
    ],
    ["what was escaped before is escaped again, so that it reads the same", "&lt;!here&gt;", "&amp;lt;!here&amp;gt;"],
    ["a name that would notify does not", "@here", "@\u2060here"],
    ["a channel's name is no link", "#general", "#\u2060general"],
    ["an address is no link", "see http://evil.example", "see http\u2060://evil\u2060.example"],
    ["nor is a mail address", "mailto:a@b.io", "mailto\u2060:a@\u2060b\u2060.io"],
    ["a version keeps its dots", "1.4.2", "1.4.2"],
    ["nothing is bold, slanted or struck", "*a* _b_ ~c~", "*\u2060a*\u2060 _\u2060b_\u2060 ~\u2060c~\u2060"],
    ["a code span cannot begin", "`x`", "ʼxʼ"],
    ["lines become one", "a\n\n\tb", "a b"],
    ["controls and overrides of direction are gone", "a\u0000b\u202Ec\u2066d\u200Be", "abcde"],
    ["half a character is replaced", "a\uD83D", "a\uFFFD"],
  ])("%s", (_, text, expected) => {
    expect(literal(text)).toBe(expected);
  });

  test("is cut between what people see as characters", () => {
    const family = "👨‍👩‍👧‍👦";
    expect(literal(`ab${family}cd`, 8)).toBe("ab…"); // the family is 11 units long: all or nothing
    expect(plain("👍🏽👍🏽👍🏽", 9).text).toBe("👍🏽👍🏽…");
  });
});

test("a code span holds anything, but its own end", () => {
  expect(code("sha256:ab")).toBe("`sha256:ab`");
  expect(code("a`b<c>")).toBe("`aʼb&lt;c&gt;`");
  expect(code("\n")).toBe("");
});

describe("a link", () => {
  test.each([
    ["https://github.com/a/b?x=1&y=2", "<https://github.com/a/b?x=1&amp;y=2|here>"],
    ["https://example.com/a|b>c", "<https://example.com/a%7Cb%3Ec|here>"],
    ["https://example.com/a b", "<https://example.com/a%20b|here>"],
    ["javascript:alert(1)", "here"],
    ["data:text/html,x", "here"],
    ["not an address", "here"],
  ])("to %s", (url, expected) => {
    expect(link(url, "here")).toBe(expected);
  });
});

test("a plain text is never empty, which Slack would refuse", () => {
  expect(plain("\u200B\n").text).toBe("(empty)");
});

test("formatted text asks Slack to add no formatting of its own", () => {
  expect(mrkdwn("a")).toEqual({ type: "mrkdwn", text: "a", verbatim: true });
});

test("no foreign text leaves a way to ping, link or format", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      for (const shown of [literal(text), code(text).slice(1, -1)]) {
        expect(shown).not.toMatch(/[<>`\n]|&(?!amp;|lt;|gt;)/);
      }
      expect(literal(text)).not.toMatch(/[@#*_~](?!\u2060)|(?<!\u2060):\/\//);
      expect(literal(text, 50).replace(/&\w+;/g, "x").replaceAll("\u2060", "").length).toBeLessThanOrEqual(50);
      expect(plain(text, 40).text.length).toBeLessThanOrEqual(40);
    }),
  );
});
