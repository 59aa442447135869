import { describe, expect, test } from "vitest";
import { attachments, blocks } from "../../demo/block.ts";

const mrkdwn = (text: string) => ({ type: "mrkdwn", text, verbatim: true });
const plain = (text: string) => ({ type: "plain_text", text, emoji: false });

describe("blocks", () => {
  test("plain text is never formatted, marked-up text is", () => {
    const shown = blocks.parse([{ type: "context", block_id: "b", elements: [plain("*a*"), mrkdwn("*a*")] }]);
    const bold = { kind: "bold", inside: [{ kind: "text", text: "a" }] };
    expect(shown).toEqual([{ kind: "context", elements: [[{ kind: "text", text: "*a*" }], [bold]] }]);
  });

  test("a button leads where it says, or is pressed", () => {
    const elements = [
      { type: "button", action_id: "share", text: plain("Share"), value: "{}", style: "primary" },
      { type: "button", action_id: "page", text: plain("Page"), url: "https://a.example" },
      { type: "button", action_id: "bad", text: plain("Bad"), url: "javascript:alert(1)" },
    ];
    expect(blocks.parse([{ type: "actions", block_id: "b", elements }])).toEqual([
      {
        kind: "actions",
        blockId: "b",
        elements: [
          { kind: "button", actionId: "share", label: "Share", style: "primary" },
          { kind: "link button", url: "https://a.example", label: "Page" },
          { kind: "button", actionId: "bad", label: "Bad", style: "plain" }, // an address that leads nowhere is left out
        ],
      },
    ]);
  });

  test.each([
    ["a kind of block that the page does not know", { type: "table", rows: [] }, "table"],
    [
      "a section of which half would be missing",
      { type: "section", text: mrkdwn("a"), accessory: { type: "image" } },
      "section",
    ],
    ["something that is no block", "text", "unknown"],
  ])("%s is said, not left out", (_, block, type) => {
    expect(blocks.parse([block])).toEqual([{ kind: "not drawn", type }]);
  });

  test("a colour that is no colour is none", () => {
    const colors = ["#16A34A", "red;background:url(x)", undefined].map((color) => ({
      color,
      fallback: "f",
      blocks: [],
    }));
    expect(attachments.parse(colors).map((it) => it.color)).toEqual(["#16A34A", null, null]);
  });
});
