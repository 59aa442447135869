import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { validateMessage, validateUpdate, validateView } from "../../../../sim/slack/blocks/validate.ts";

const plain = (text = "a") => ({ type: "plain_text", text });
const option = (value: string) => ({ text: plain(), value });
const modal = (...blocks: object[]) => ({ type: "modal", title: plain(), blocks });
const button = { type: "button", text: plain() };
const actions = (...elements: object[]) => ({ type: "actions", elements });
const field = (element: object) => ({ type: "input", label: plain(), element });
const table = { type: "table", rows: [[{ type: "raw_text", text: "a" }]] };
const said = (problems: readonly { message: string }[]) => problems.map(({ message }) => message);

describe("a block is refused", () => {
  const refused: readonly [string, object, string][] = [
    ["of a type nobody knows", { type: "nope" }, "unsupported type: nope [json-pointer:/blocks/0/type]"],
    ["without a type", {}, "missing required field: type [json-pointer:/blocks/0]"],
    ["with a property too many", { type: "divider", colour: "red" }, "invalid additional property: colour"],
    [
      "with a text object that has one too many",
      { type: "header", text: { ...plain(), verbatim: true } },
      "invalid additional property: verbatim",
    ],
    ["for empty text", { type: "header", text: plain("") }, "must be more than 0 characters"],
    ["as a header in mrkdwn", { type: "header", text: { type: "mrkdwn", text: "a" } }, "unsupported type: mrkdwn"],
    ["as a section with nothing to say", { type: "section" }, "must provide at least one of: text, fields"],
    ["as an empty row of actions", actions(), "no fewer than 1 items allowed"],
    ["as an alert outside a modal", { type: "alert", text: plain() }, "unsupported type: alert"],
    [
      "as an image in two places",
      { type: "image", alt_text: "a", image_url: "https://a.example", slack_file: { id: "F1" } },
      "must provide exactly one of: image_url, slack_file",
    ],
    [
      "with a datetimepicker beside a section",
      { type: "section", text: plain(), accessory: { type: "datetimepicker" } },
      "unsupported type: datetimepicker",
    ],
    ["with an input among actions", actions({ type: "plain_text_input" }), "unsupported type: plain_text_input"],
    [
      "with both options and groups",
      actions({
        type: "static_select",
        options: [option("a")],
        option_groups: [{ label: plain(), options: [option("a")] }],
      }),
      "must provide exactly one of: options, option_groups",
    ],
    [
      "choosing what is not offered",
      actions({ type: "static_select", options: [option("a")], initial_option: option("b") }),
      "must be one of the provided options [json-pointer:/blocks/0/elements/0/initial_option]",
    ],
    [
      "formatting the option of a select",
      actions({ type: "static_select", options: [{ text: { type: "mrkdwn", text: "a" }, value: "a" }] }),
      "unsupported type: mrkdwn",
    ],
    ["with a link that runs script", actions({ ...button, url: "javascript:alert(1)" }), "must be a valid URL"],
    ["with an unknown style", actions({ ...button, style: "warning" }), "must be one of: primary, danger"],
    ["with a value that is no string", actions({ ...button, value: 1 }), "must provide a string"],
    [
      "with the same action_id twice",
      actions({ ...button, action_id: "a" }, { ...button, action_id: "a" }),
      "`action_id` must be unique: a",
    ],
    [
      "with an empty cell",
      { type: "table", rows: [[{ type: "raw_text", text: "" }]] },
      "must be more than 0 characters",
    ],
    [
      "collapsed though not collapsible",
      { type: "container", title: plain(), child_blocks: [{ type: "divider" }], default_collapsed: true },
      "requires is_collapsible",
    ],
    [
      "as a container in a container",
      { type: "container", title: plain(), child_blocks: [{ type: "container" }] },
      "unsupported type: container",
    ],
    [
      "with rich text in the header of a data table",
      { type: "data_table", caption: "c", rows: [[{ type: "rich_text", elements: [] }]] },
      "rich_text is not allowed in the header row",
    ],
    [
      "asking for more than it allows",
      field({ type: "plain_text_input", min_length: 9, max_length: 3 }),
      "must be less than or equal to max_length",
    ],
    [
      "with a rich text leaf that says nothing",
      { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text: "" }] }] },
      "must be more than 0 characters",
    ],
  ];
  test.each(refused)("%s", (_, block, message) => {
    const problems = validateMessage({ text: "t", blocks: [block] });
    expect(problems[0]?.code).toBe("invalid_blocks");
    expect(said(problems).join("\n")).toContain(message);
  });
});

test("a block_id is unique in the whole message, also inside containers", () => {
  const divider = { type: "divider", block_id: "a" };
  const container = { type: "container", title: plain(), child_blocks: [divider] };
  expect(said(validateMessage({ blocks: [divider, container] }))).toEqual([
    "[ERROR] `block_id` must be unique: a [json-pointer:/blocks/1/child_blocks/0/block_id]",
  ]);
});

test("an action_id may come back in another block", () => {
  const row = actions({ ...button, action_id: "a" });
  expect(validateMessage({ blocks: [row, row] })).toEqual([]);
});

test("a message says something", () => {
  expect(validateMessage({})).toMatchObject([{ code: "no_text" }]);
  expect(validateMessage({ text: "", blocks: [] })).toMatchObject([{ code: "no_text" }]);
});

test("an attachment has a colour Slack knows, and blocks under the same rules", () => {
  expect(validateMessage({ attachments: [{ color: "#16A34A", fallback: "f", blocks: [table] }] })).toEqual([]);
  expect(validateMessage({ attachments: [{ color: "green", blocks: [] }] })).toMatchObject([
    { code: "invalid_attachments", message: "[ERROR] must be a valid color [json-pointer:/attachments/0/color]" },
  ]);
  expect(validateMessage({ attachments: [{ blocks: [{ type: "nope" }] }] })).toMatchObject([
    { code: "invalid_attachments" },
  ]);
});

test("one table in blocks and one in an attachment are two", () => {
  expect(validateMessage({ blocks: [table], attachments: [{ blocks: [table] }] })).toMatchObject([
    { code: "only_one_table_allowed" },
  ]);
});

const metadata = (event_payload: object) => ({ text: "t", metadata: { event_type: "e", event_payload } });

test("metadata is flat", () => {
  expect(validateMessage(metadata({ id: "a", one: { b: 1 }, list: [{ c: null }, 2] }))).toEqual([]);
  expect(validateMessage(metadata({ deep: { deeper: {} } }))).toMatchObject([{ code: "invalid_metadata_format" }]);
});

describe("a modal", () => {
  test("takes an alert, and no table", () => {
    expect(validateView(modal({ type: "alert", level: "warning", text: plain() }))).toEqual([]);
    expect(said(validateView(modal(table)))).toEqual([
      "[ERROR] unsupported type: table [json-pointer:/view/blocks/0/type]",
    ]);
  });

  test("with an input has a submit", () => {
    const view = modal(field({ type: "plain_text_input" }));
    expect(said(validateView(view))).toEqual(["[ERROR] missing required field: submit [json-pointer:/view]"]);
    expect(validateView({ ...view, submit: plain() })).toEqual([]);
  });

  test("puts the focus on one element", () => {
    const focused = field({ type: "plain_text_input", focus_on_load: true });
    expect(said(validateView({ ...modal(focused, focused), submit: plain() }))).toEqual([
      "[ERROR] only one element can have focus_on_load [json-pointer:/view/blocks/1/element/focus_on_load]",
    ]);
  });

  test("is not a Home, which has no title and takes tables", () => {
    expect(validateView({ type: "home", blocks: [table] })).toEqual([]);
    expect(said(validateView({ type: "home", title: plain(), blocks: [] }))).toEqual([
      "[ERROR] invalid additional property: title [json-pointer:/view]",
    ]);
  });
});

test("nothing that JSON can say makes it throw", () => {
  const shaped = fc.record(
    {
      type: fc.constantFrom("modal", "home", "nope"),
      text: fc.jsonValue(),
      blocks: fc.jsonValue(),
      attachments: fc.jsonValue(),
      metadata: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), shaped, blocksLike()), (value) => {
      for (const problems of [validateMessage(value), validateUpdate(value), validateView(value)]) {
        for (const { message } of problems) expect(message).toMatch(/^\[ERROR\] [\s\S]+ \[json-pointer:[\s\S]*\]$/);
      }
    }),
  );
});

/** Nearly right: known types with members of any kind. */
function blocksLike() {
  const type = fc.constantFrom(
    "section",
    "actions",
    "table",
    "container",
    "rich_text",
    "input",
    "context",
    "button",
    "static_select",
  );
  const member = fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.array(fc.record({ type, elements: fc.jsonValue() })));
  const block = fc.record(
    { type, text: member, elements: member, rows: member, child_blocks: member, element: member, options: member },
    { requiredKeys: [] },
  );
  return fc.record({ blocks: fc.array(block) });
}

test("a structure nested without end is refused, not followed", () => {
  const deep = JSON.parse(`${'{"text":"a","blocks":['.repeat(2_000)}${"]}".repeat(2_000)}`) as unknown;
  expect(validateMessage({ text: "t", blocks: [deep] })).not.toEqual([]);
});
