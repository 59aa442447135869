import { describe, expect, test } from "vitest";
import { validateMessage, validateUpdate, validateView } from "../../../../sim/slack/blocks/validate.ts";

const x = (length: number) => "x".repeat(length);
const plain = (length: number) => ({ type: "plain_text", text: x(length) });
const many = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index));
const section = (text: unknown) => ({ type: "section", text });
const divider = { type: "divider" };
const option = (value = "a") => ({ text: plain(1), value });
const button = (more: object = {}) => ({ type: "button", text: plain(1), ...more });
const actions = (...elements: object[]) => ({ type: "actions", elements });
const input = (element: object, more: object = {}) => ({ type: "input", label: plain(1), element, ...more });
const select = (more: object) => actions({ type: "static_select", ...more });
const raw = (length: number) => ({ type: "raw_text", text: x(length) });
const options = (count: number) => many(count, (it) => option(String(it)));
const url = (length: number) => `https://example.org/${x(length - 20)}`;
const image = (more: object) => ({ type: "image", alt_text: "a", image_url: "https://example.org/a.png", ...more });
const container = (more: object) => ({ type: "container", title: plain(1), child_blocks: [divider], ...more });

/** Each limit: a message's block made with the size given, and the largest size that Slack takes. */
const blockLimits: readonly [string, (size: number) => object, number][] = [
  ["section text", (n) => section(plain(n)), 3_000],
  ["section fields", (n) => ({ type: "section", fields: many(n, () => plain(1)) }), 10],
  ["section field", (n) => ({ type: "section", fields: [plain(n)] }), 2_000],
  ["header", (n) => ({ type: "header", text: plain(n) }), 150],
  ["header level", (n) => ({ type: "header", text: plain(1), level: n }), 4],
  ["context elements", (n) => ({ type: "context", elements: many(n, () => plain(1)) }), 10],
  ["context text", (n) => ({ type: "context", elements: [plain(n)] }), 3_000],
  ["actions elements", (n) => actions(...many(n, () => button())), 25],
  ["block_id", (n) => ({ type: "divider", block_id: x(n) }), 255],
  ["action_id", (n) => actions(button({ action_id: x(n) })), 255],
  ["button text", (n) => actions(button({ text: plain(n) })), 75],
  ["button value", (n) => actions(button({ value: x(n) })), 2_000],
  ["button url", (n) => actions(button({ url: url(n) })), 3_000],
  ["button accessibility label", (n) => actions(button({ accessibility_label: x(n) })), 75],
  ["confirm title", (n) => actions(button({ confirm: { title: plain(n), text: plain(1) } })), 100],
  ["confirm text", (n) => actions(button({ confirm: { text: plain(n) } })), 300],
  ["confirm confirm", (n) => actions(button({ confirm: { text: plain(1), confirm: plain(n) } })), 30],
  ["confirm deny", (n) => actions(button({ confirm: { text: plain(1), deny: plain(n) } })), 30],
  ["select options", (n) => select({ options: options(n) }), 100],
  ["select groups", (n) => select({ option_groups: many(n, () => ({ label: plain(1), options: options(1) })) }), 100],
  ["group label", (n) => select({ option_groups: [{ label: plain(n), options: options(1) }] }), 75],
  ["group options", (n) => select({ option_groups: [{ label: plain(1), options: options(n) }] }), 100],
  ["placeholder", (n) => select({ options: options(1), placeholder: plain(n) }), 150],
  ["option text", (n) => select({ options: [{ text: plain(n), value: "a" }] }), 75],
  ["option value", (n) => select({ options: [option(x(n))] }), 75],
  ["option description", (n) => select({ options: [{ ...option(), description: plain(n) }] }), 75],
  ["overflow options", (n) => actions({ type: "overflow", options: options(n) }), 5],
  ["radio options", (n) => actions({ type: "radio_buttons", options: options(n) }), 10],
  ["checkbox options", (n) => actions({ type: "checkboxes", options: options(n) }), 10],
  ["image alt text", (n) => image({ alt_text: x(n) }), 2_000],
  ["image url", (n) => image({ image_url: url(n) }), 3_000],
  ["image title", (n) => image({ title: plain(n) }), 2_000],
  ["input label", (n) => input({ type: "plain_text_input" }, { label: plain(n) }), 2_000],
  ["input hint", (n) => input({ type: "plain_text_input" }, { hint: plain(n) }), 2_000],
  ["input min_length", (n) => input({ type: "plain_text_input", min_length: n }), 3_000],
  ["input max_length", (n) => input({ type: "plain_text_input", max_length: n }), 3_000],
  ["input initial value", (n) => input({ type: "plain_text_input", initial_value: x(n) }), 3_000],
  ["table rows", (n) => ({ type: "table", rows: many(n, () => [raw(1)]) }), 100],
  ["table columns", (n) => ({ type: "table", rows: [many(n, () => raw(1))] }), 20],
  ["table settings", (n) => ({ type: "table", rows: [[raw(1)]], column_settings: many(n, () => null) }), 20],
  ["data table rows", (n) => ({ type: "data_table", caption: "c", rows: many(n, () => [raw(1)]) }), 101],
  ["data table page", (n) => ({ type: "data_table", caption: "c", rows: [[raw(1)]], page_size: n }), 100],
  ["container title", (n) => container({ title: plain(n) }), 150],
  ["container subtitle", (n) => container({ subtitle: plain(n) }), 150],
  ["container children", (n) => container({ child_blocks: many(n, () => divider) }), 10],
];

describe("each limit of a block holds at the edge and not one above", () => {
  test.each(blockLimits)("%s", (_, make, max) => {
    expect(validateMessage({ text: "t", blocks: [make(max)] })).toEqual([]);
    expect(validateMessage({ text: "t", blocks: [make(max + 1)] })).toMatchObject([{ code: "invalid_blocks" }]);
  });

  test("the words are Slack's own", () => {
    expect(validateMessage({ blocks: [section(plain(3_001))] })).toEqual([
      {
        code: "invalid_blocks",
        message: "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
      },
    ]);
    expect(validateMessage({ blocks: many(51, () => divider) })).toEqual([
      { code: "invalid_blocks", message: "[ERROR] no more than 50 items allowed [json-pointer:/blocks]" },
    ]);
  });
});

const long = (length: number) => many(4, () => section(plain(Math.floor(length / 4))));
const table = (length: number) => ({ type: "table", rows: many(4, () => [raw(length / 4)]) });
const messageLimits: readonly [string, (size: number) => object, number, string][] = [
  ["blocks", (n) => ({ blocks: many(n, () => divider) }), 50, "invalid_blocks"],
  ["attachments", (n) => ({ attachments: many(n, () => ({ fallback: "f" })) }), 100, "too_many_attachments"],
  ["text", (n) => ({ text: x(n) }), 40_000, "msg_too_long"],
  [
    "blocks of an attachment",
    (n) => ({ attachments: [{ blocks: many(n, () => divider) }] }),
    50,
    "invalid_attachments",
  ],
  [
    "all text together",
    (n) => ({ blocks: [...long(8_000), section(plain(n - 8_000))] }),
    10_000,
    "msg_blocks_too_long",
  ],
  [
    "all text together, in attachments too",
    (n) => ({ blocks: long(8_000), attachments: [{ blocks: [section(plain(n - 8_000))] }] }),
    10_000,
    "msg_blocks_too_long",
  ],
  ["tables", (n) => ({ blocks: many(n, () => ({ type: "table", rows: [[raw(1)]] })) }), 1, "only_one_table_allowed"],
  [
    "metadata",
    (n) => ({ text: "t", metadata: { event_type: "e", event_payload: { a: x(n - 43) } } }),
    8_000,
    "metadata_too_large",
  ],
];

describe("each limit of a message holds at the edge and not one above", () => {
  test.each(messageLimits)("%s", (_, make, max, code) => {
    expect(validateMessage(make(max))).toEqual([]);
    expect(validateMessage(make(max + 1))).toMatchObject([{ code }]);
  });

  test("an update takes a tenth of the text", () => {
    expect(validateUpdate({ text: x(4_000) })).toEqual([]);
    expect(validateUpdate({ text: x(4_001) })).toMatchObject([{ code: "msg_too_long" }]);
  });

  test("a response_url is not held to the text of all blocks together", () => {
    expect(validateMessage({ blocks: long(11_000) }, { via: "response_url" })).toEqual([]);
  });

  test("the cells of a table are counted together, over a response_url as well", () => {
    expect(validateMessage({ blocks: [table(10_000)] })).toEqual([]);
    expect(validateMessage({ blocks: [table(10_004)] }, { via: "response_url" })).toMatchObject([
      { code: "invalid_blocks" },
    ]);
  });
});

const modal = (more: object) => ({ type: "modal", title: plain(1), blocks: [divider], ...more });
const viewLimits: readonly [string, (size: number) => object, number, string][] = [
  ["title", (n) => modal({ title: plain(n) }), 24, "invalid_arguments"],
  ["submit", (n) => modal({ submit: plain(n) }), 24, "invalid_arguments"],
  ["close", (n) => modal({ close: plain(n) }), 24, "invalid_arguments"],
  ["private_metadata", (n) => modal({ private_metadata: x(n) }), 3_000, "invalid_arguments"],
  ["callback_id", (n) => modal({ callback_id: x(n) }), 255, "invalid_arguments"],
  ["external_id", (n) => modal({ external_id: x(n) }), 255, "invalid_arguments"],
  ["blocks", (n) => modal({ blocks: many(n, () => divider) }), 100, "invalid_arguments"],
  ["blocks of Home", (n) => ({ type: "home", blocks: many(n, () => divider) }), 100, "invalid_arguments"],
];

describe("each limit of a view holds at the edge and not one above", () => {
  test.each(viewLimits)("%s", (_, make, max, code) => {
    expect(validateView(make(max))).toEqual([]);
    expect(validateView(make(max + 1))).toMatchObject([{ code }]);
  });

  test("a view of more than 250 kB is too large", () => {
    const blocks = many(100, () => section(plain(2_700)));
    expect(validateView(modal({ blocks }))).toMatchObject([{ code: "view_too_large" }]);
  });
});
