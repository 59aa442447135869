import { globSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Inline, parseMrkdwn } from "../../demo/desk/mrkdwn.ts";
import { link, literal } from "../../src/views/words/text.ts";
import { ago } from "../../src/views/words/time.ts";

const text = (it: string): Inline => ({ kind: "text", text: it });

describe("what our messages say is read as Slack reads it", () => {
  test.each<[string, string, readonly Inline[]]>([
    ["bold", "*checkout* runs", [{ kind: "bold", inside: [text("checkout")] }, text(" runs")]],
    ["italic", "_stuck_", [{ kind: "italic", inside: [text("stuck")] }]],
    ["strike", "~gone~.", [{ kind: "strike", inside: [text("gone")] }, text(".")]],
    ["one in the other", "*_a_*", [{ kind: "bold", inside: [{ kind: "italic", inside: [text("a")] }] }]],
    ["code, in which nothing is formatted", "`a *b* &lt;c&gt;`", [{ kind: "code", text: "a *b* <c>" }]],
    ["a block of code", "```a\nb```", [{ kind: "preformatted", text: "a\nb" }]],
    ["a short code", ":x: no", [{ kind: "emoji", name: "x" }, text(" no")]],
    ["a link", "<https://a.example/?b=1&amp;c|d>", [{ kind: "link", url: "https://a.example/?b=1&c", label: "d" }]],
    ["a link without a label", "<http://a.example>", [{ kind: "link", url: "http://a.example", label: null }]],
    [
      "a time",
      ago(1_700_000_000_000),
      [{ kind: "time", seconds: 1_700_000_000, format: "{ago}", fallback: "2023-11-14 22:13:20 UTC" }],
    ],
    [
      "a mark that is code's own",
      "*a `*` b*",
      [{ kind: "bold", inside: [text("a "), { kind: "code", text: "*" }, text(" b")] }],
    ],
    ["entities, once", "&amp;lt; &amp; &lt;", [text("&lt; & <")]],
  ])("%s", (_, source, expected) => {
    expect(parseMrkdwn(source)).toEqual(expected);
  });

  test.each([
    "2*3*4",
    "snake_case_name",
    "* a *",
    "a ~ b ~ c",
    "*a\nb*",
    "**",
    "10:30:12:",
    "`",
    "<",
    "<>",
    "```",
    "<@u1>",
    "<!subteam^S1>",
  ])("%s stays as it is", (source) => {
    expect(parseMrkdwn(source).every((it) => it.kind === "text" || it.kind === "emoji")).toBe(true);
    expect(readBack(parseMrkdwn(source))).toBe(source);
  });

  test.each([
    "javascript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "//a.example",
    "https:",
    "http://",
    "mailto:a@b",
  ])("%s is no link", (url) => {
    expect(parseMrkdwn(`<${url}|press>`)).toEqual([text(`<${url}|press>`)]);
  });
});

test("a line that begins with > is quoted, and no other", () => {
  expect(parseMrkdwn("a\n> `b`\nc > d\n&gt; e")).toEqual([
    text("a\n"),
    { kind: "quote", inside: [text(" "), { kind: "code", text: "b" }] },
    text("\nc > d\n> e"),
  ]);
});

test.each([
  ["<@U01ALICE>", { kind: "mention", mark: "@", target: "U01ALICE", label: null }],
  ["<#C0DEPLOYS|deploys>", { kind: "mention", mark: "#", target: "C0DEPLOYS", label: "deploys" }],
  ["<!here>", { kind: "mention", mark: "@", target: "here", label: null }],
])("%s names somebody or somewhere", (source, mention) => {
  expect(parseMrkdwn(source)).toEqual([mention]);
});

const pieces = [
  "*",
  "_",
  "~",
  "`",
  "```",
  "<",
  ">",
  "|",
  ":x:",
  ":",
  "&amp;",
  "&lt;",
  "!date^1^{ago}",
  "https://a.b",
  "\n",
  " ",
  "a",
  "é",
  "\u2060",
];
const marked = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string()), { maxLength: 40 }).map((it) => it.join(""));

test("whatever is written, nothing of it is lost and nothing is made up", () => {
  fc.assert(
    fc.property(marked, (source) => {
      expect(readBack(parseMrkdwn(source))).toBe(unescape(source));
    }),
  );
});

test("whatever is written, a link leads to a web page", () => {
  const targets = fc.oneof(
    fc.webUrl(),
    fc.string(),
    fc.constantFrom("javascript:1", "JavaScript://x", " https://a.b", "HTTP://a.b"),
  );
  const source = fc.tuple(marked, targets, marked).map(([before, url, after]) => `${before}<${url}|x>${after}`);
  fc.assert(
    fc.property(source, (it) => {
      for (const url of links(parseMrkdwn(it))) expect(new URL(url).protocol).toMatch(/^https?:$/);
    }),
  );
});

test("foreign text that our messages disarm is text, however it is written", () => {
  fc.assert(
    fc.property(marked, (it) => {
      expect(parseMrkdwn(literal(it)).every(isText)).toBe(true);
    }),
  );
});

test("a link of ours is read as that link", () => {
  fc.assert(
    fc.property(fc.webUrl(), (url) => {
      expect(parseMrkdwn(link(url, "page"))).toEqual([{ kind: "link", url: URL.parse(url)?.href, label: "page" }]);
    }),
  );
});

test("marks that never end cost no more than a moment", () => {
  for (const mark of ["*a ", "_*~a", "`*a ", "<a *", "*a<", ":a"]) {
    const started = performance.now();
    parseMrkdwn(mark.repeat(4_000));
    expect(performance.now() - started).toBeLessThan(3_000);
  }
});

test("the page draws every emoji that our messages use", () => {
  const used = globSync("src/views/**/*.ts").flatMap(
    (file) => readFileSync(file, "utf8").match(/(?<=["`\s]):[a-z_]+:(?=["`\s])/g) ?? [],
  );
  const drawn = readFileSync("demo/page/block/emoji.ts", "utf8");
  expect(used).toContain(":white_check_mark:");
  for (const name of new Set(used)) expect(drawn).toContain(`["${name.slice(1, -1)}", {`);
});

/** A name between colons is drawn only where it is known, so it is as good as text. */
function isText(it: Inline): boolean {
  return it.kind === "text" || it.kind === "emoji";
}

function links(tree: readonly Inline[]): readonly string[] {
  return tree.flatMap((it) => ("inside" in it ? links(it.inside) : it.kind === "link" ? it.url : []));
}

/** The tree written down again, as it reads without Slack's escaping. */
function readBack(tree: readonly Inline[]): string {
  return tree.map(written).join("");
}

const marks = { bold: "*", italic: "_", strike: "~", code: "`", preformatted: "```", text: "", emoji: ":" } as const;

function written(it: Inline): string {
  switch (it.kind) {
    case "text":
    case "code":
    case "preformatted":
      return marks[it.kind] + it.text + marks[it.kind];
    case "bold":
    case "italic":
    case "strike":
      return marks[it.kind] + readBack(it.inside) + marks[it.kind];
    case "emoji":
      return `:${it.name}:`;
    case "quote":
      return `>${readBack(it.inside)}`;
    case "mention":
      return `<${it.mark}${it.target}${it.label === null ? "" : `|${it.label}`}>`;
    case "link":
      return `<${it.url}${it.label === null ? "" : `|${it.label}`}>`;
    case "time":
      return `<!date^${String(it.seconds)}^${it.format}|${it.fallback}>`;
  }
}

function unescape(source: string): string {
  return source.replaceAll(/&(amp|lt|gt);/g, (_, name: string) => ({ amp: "&", lt: "<", gt: ">" })[name] ?? "");
}
