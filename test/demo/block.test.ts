import { describe, expect, test } from "vitest";
import { attachments, blocks } from "../../demo/desk/block.ts";

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
          { kind: "button", actionId: "share", label: "Share", spoken: "Share", style: "primary", confirm: null },
          {
            kind: "link button",
            actionId: "page",
            url: "https://a.example",
            label: "Page",
            style: "plain",
            confirm: null,
          },
          { kind: "button", actionId: "bad", label: "Bad", spoken: "Bad", style: "plain", confirm: null }, // an address that leads nowhere is left out
        ],
      },
    ]);
  });

  test.each([
    ["a kind of block that the page does not know", { type: "table", rows: [] }, "table"],
    ["something that is no block", "text", "unknown"],
  ])("%s is said, not left out", (_, block, type) => {
    expect(blocks.parse([block])).toEqual([{ kind: "not drawn", type }]);
  });

  test("an accessory that the page does not know is said, too", () => {
    const section = { type: "section", block_id: "b", text: mrkdwn("a"), accessory: { type: "datepicker" } };
    const [shown] = blocks.parse([section]);
    expect(shown).toMatchObject({ kind: "section", accessory: { kind: "not drawn", type: "datepicker" } });
  });

  test("a field of a form says all that there is to it", () => {
    const element = { type: "plain_text_input", action_id: "why", multiline: true, max_length: 300 };
    const input = { type: "input", block_id: "reason", label: plain("Why?"), hint: plain("Short."), element };
    expect(blocks.parse([input])).toEqual([
      {
        kind: "input",
        blockId: "reason",
        label: "Why?",
        hint: "Short.",
        optional: false,
        tells: false,
        element: {
          kind: "text",
          actionId: "why",
          placeholder: "",
          initial: "",
          multiline: true,
          maxLength: 300,
          confirm: null,
        },
      },
    ]);
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
