import { type JsonObject, listAt } from "../json.ts";
import { accessory, actionElement, contextElement, inputElement } from "./elements.ts";
import { limits } from "./limits.ts";
import { richText } from "./rich-text.ts";
import * as is from "./schema.ts";
import { anyText, plain } from "./text.ts";

export type Surface = "message" | "modal" | "home";

const id = { block_id: is.text(limits.id) };
const words = (max: number) => ({
  plain_text: is.shape({ text: is.text(max) }, { emoji: is.boolean }),
  mrkdwn: is.shape({ text: is.text(max) }, { verbatim: is.boolean }),
});

const section = is.shape(
  {},
  {
    ...id,
    text: anyText(limits.section.text),
    fields: is.list(anyText(limits.section.field), { min: 1, max: limits.section.fields }),
    accessory,
    expand: is.boolean,
  },
  is.atLeastOne("text", "fields"),
);

const header = is.shape({ text: plain(limits.header.text) }, { ...id, level: is.integer(1, limits.header.level) });

const context = is.shape(
  {
    elements: is.list(is.typed({ image: contextElement, ...words(limits.text) }), {
      min: 1,
      max: limits.context.elements,
    }),
  },
  id,
);

const actions = is.shape({ elements: is.list(actionElement, { min: 1, max: limits.actions.elements }) }, id);

const image = is.shape(
  { alt_text: is.text(limits.image.alt) },
  {
    ...id,
    image_url: is.url(limits.image.url),
    slack_file: is.object({}, { id: is.text(255), url: is.url(3_000) }),
    title: plain(limits.image.title),
  },
  is.exactlyOne("image_url", "slack_file"),
);

const input = is.shape(
  { label: plain(limits.input.label), element: inputElement },
  { ...id, hint: plain(limits.input.hint), optional: is.boolean, dispatch_action: is.boolean },
);

const rawText = is.shape({ text: is.text(limits.text) });
const rawNumber = is.shape({ value: is.number, text: is.text(limits.text) });
const cell = is.typed({ raw_text: rawText, raw_number: rawNumber, rich_text: richText });
const column = is.object({}, { align: is.oneOf("left", "center", "right"), is_wrapped: is.boolean });

const table = is.shape(
  { rows: is.list(is.list(cell, { min: 1, max: limits.table.columns }), { min: 1, max: limits.table.rows }) },
  { ...id, column_settings: is.list(is.nullable(column), { max: limits.table.columns }) },
);

const dataTable = is.shape(
  {
    caption: is.text(limits.text),
    rows: is.list(is.list(cell, { min: 1, max: limits.dataTable.columns }), { min: 1, max: limits.dataTable.rows }),
  },
  {
    ...id,
    page_size: is.integer(1, limits.dataTable.pageSize),
    row_header_column_index: is.integer(0, limits.dataTable.columns - 1),
  },
  is.ensure(headerRowIsRaw, "/rows/0", "rich_text is not allowed in the header row"),
);

const divider = is.shape({}, id);
const children = { actions, context, divider, header, image, input, rich_text: richText, section, table };

const container = is.shape(
  { child_blocks: is.list(is.typed(children), { min: 1, max: limits.container.children }) },
  {
    ...id,
    title: plain(limits.container.title),
    rich_text_title: is.typed({ rich_text: richText }),
    subtitle: anyText(limits.container.subtitle),
    width: is.oneOf("narrow", "standard", "wide", "full"),
    icon: is.typed({ image: contextElement }),
    is_collapsible: is.boolean,
    default_collapsed: is.boolean,
    has_header_divider: is.boolean,
  },
  is.exactlyOne("title", "rich_text_title"),
  is.ensure(collapsesOnlyIfCollapsible, "/default_collapsed", "requires is_collapsible"),
);

const alert = is.shape(
  { text: anyText(limits.text) },
  { ...id, level: is.oneOf("default", "info", "warning", "error", "success") },
);

const markdown = is.shape({ text: is.text(limits.markdown) }, id);

const everywhere = { actions, context, divider, header, image, input, rich_text: richText, section };

/** Which blocks a surface takes. A block that is not in its list is refused there. */
export const block = {
  message: is.typed({ ...everywhere, container, data_table: dataTable, markdown, table }),
  modal: is.typed({ ...everywhere, alert }),
  home: is.typed({ ...everywhere, container, data_table: dataTable, table }),
} as const satisfies Record<Surface, is.Schema>;

function headerRowIsRaw(value: JsonObject): boolean {
  const [first] = listAt(value, "rows");
  return (
    !Array.isArray(first) || first.every((it) => !(typeof it === "object" && it !== null && it.type === "rich_text"))
  );
}

function collapsesOnlyIfCollapsible(value: JsonObject): boolean {
  return value["default_collapsed"] !== true || value["is_collapsible"] === true;
}
