import fc from "fast-check";

/** Texts that somebody could write into a cluster to ping, link, format, hide or break something. */
const hostileTexts = [
  "<!channel>",
  "<!subteam^S1>",
  "<!here|x>",
  "@here",
  "@channel",
  "@everyone",
  "#general",
  "<@U1>",
  "<#C1|general>",
  "<https://evil.example|github.com>",
  "https://evil.example",
  "evil.example",
  "mailto:x@evil.example",
  "*bold* _slanted_ ~struck~",
  "```",
  "`code`",
  "&lt;!here&gt;",
  "&amp;lt;!channel&amp;gt;",
  ":rotating_light: :x:",
  "👩‍👩‍👧‍👦".repeat(300),
  "\u202Egnp.exe\u202C",
  "a\u200Bb\u2060c",
  "",
  " ",
  "\n".repeat(300),
  "x".repeat(3100),
  "\uD800",
  "__proto__",
  "> quoted\n• listed",
  "|",
  "^{ago}|<!channel>",
];

export const hostile = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc
    .array(fc.oneof(fc.constantFrom(...hostileTexts), fc.string({ unit: "binary" })), { maxLength: 5 })
    .map((it) => it.join("")),
);
