import { isObject, type JsonObject, listAt, stringAt } from "../json.ts";
import { attachments } from "./attachment.ts";
import { block } from "./blocks.ts";
import { limits } from "./limits.ts";
import { metadata } from "./metadata.ts";
import * as is from "./schema.ts";
import type { Finding } from "./schema.ts";
import { plain } from "./text.ts";
import { characters, duplicates, hasInput, severalFocused, tables } from "./unique.ts";
import { blocksIn, blocksOfMessage, outermost } from "./walk.ts";

type ErrorCode =
  | "invalid_arguments"
  | "invalid_attachments"
  | "invalid_blocks"
  | "invalid_metadata_format"
  | "metadata_too_large"
  | "msg_blocks_too_long"
  | "msg_too_long"
  | "no_text"
  | "only_one_table_allowed"
  | "too_many_attachments"
  | "view_too_large";

/** What Slack would answer in `error`, and one line of its `response_metadata.messages`. */
export type Problem = { readonly code: ErrorCode; readonly message: string };

/** A response_url is not held to the limit on all text together. */
export type Way = { readonly via?: "chat.postMessage" | "response_url" };

export function validateMessage(message: unknown, { via = "chat.postMessage" }: Way = {}): readonly Problem[] {
  if (!isObject(message)) return [problem("invalid_arguments", { pointer: "", message: "must provide an object" })];
  return [
    ...content(message),
    ...textProblems(message, limits.message.text),
    ...blockProblems(message),
    ...attachmentProblems(message),
    ...metadataProblems(message),
    ...together(message, via),
  ];
}

/** As `validateMessage`, for chat.update, which takes far less text. */
export function validateUpdate(message: unknown): readonly Problem[] {
  const problems = validateMessage(message);
  const tooLong = isObject(message) ? textProblems(message, limits.message.updateText) : [];
  return [...problems.filter(({ code }) => code !== "msg_too_long"), ...tooLong];
}

export function validateView(view: unknown): readonly Problem[] {
  const findings = [...viewSchema(view, "/view"), ...viewRules(view)];
  const bytes = Buffer.byteLength(JSON.stringify(view) ?? "");
  const size = { pointer: "/view", message: `must be at most ${limits.view.bytes} bytes` };
  return [
    ...findings.map((it) => problem("invalid_arguments", it)),
    ...(bytes > limits.view.bytes ? [problem("view_too_large", size)] : []),
  ];
}

function content(message: JsonObject): readonly Problem[] {
  const text = stringAt(message, "text") ?? "";
  const empty = text === "" && listAt(message, "blocks").length === 0 && listAt(message, "attachments").length === 0;
  return empty ? [problem("no_text", { pointer: "/text", message: "missing required field: text" })] : [];
}

function textProblems({ text }: JsonObject, max: number): readonly Problem[] {
  if (text === undefined) return [];
  if (typeof text !== "string")
    return [problem("invalid_arguments", { pointer: "/text", message: "must be a string" })];
  return is
    .text(max, 0)(text, "/text")
    .map((it) => problem("msg_too_long", it));
}

const messageBlocks = is.list(block.message, { max: limits.message.blocks });

function blockProblems({ blocks }: JsonObject): readonly Problem[] {
  const findings = blocks === undefined ? [] : messageBlocks(blocks, "/blocks");
  return findings.map((it) => problem("invalid_blocks", it));
}

function attachmentProblems(message: JsonObject): readonly Problem[] {
  if (message["attachments"] === undefined) return [];
  const many = listAt(message, "attachments").length > limits.message.attachments;
  const findings = attachments(message["attachments"], "/attachments");
  return findings.map((it) => problem(many ? "too_many_attachments" : "invalid_attachments", it));
}

function metadataProblems({ metadata: value }: JsonObject): readonly Problem[] {
  if (value === undefined) return [];
  const bytes = Buffer.byteLength(JSON.stringify(value));
  const size = { pointer: "/metadata", message: `must be at most ${limits.message.metadataBytes} bytes` };
  return [
    ...metadata(value, "/metadata").map((it) => problem("invalid_metadata_format", it)),
    ...(bytes > limits.message.metadataBytes ? [problem("metadata_too_large", size)] : []),
  ];
}

/** The rules that look at all blocks at once, those in attachments included. */
function together(message: JsonObject, via: Way["via"]): readonly Problem[] {
  const blocks = blocksOfMessage(message);
  const repeated = duplicates(blocks).map((it) =>
    problem(it.pointer.startsWith("/attachments") ? "invalid_attachments" : "invalid_blocks", it),
  );
  const extraTables = tables(blocks)
    .slice(limits.message.tables)
    .map(({ pointer }) => problem("only_one_table_allowed", { pointer, message: "only_one_table_allowed" }));
  const length = characters(outermost(blocks));
  const long = via !== "response_url" && length > limits.message.blockText;
  const budget = {
    pointer: "/blocks",
    message: `all text together must be less than ${limits.message.blockText + 1} characters, is ${length}`,
  };
  return [...repeated, ...extraTables, ...tableText(blocks), ...(long ? [problem("msg_blocks_too_long", budget)] : [])];
}

function tableText(blocks: ReturnType<typeof blocksOfMessage>): readonly Problem[] {
  const max = limits.table.cells;
  return tables(blocks)
    .filter((it) => characters([it]) > max)
    .map(({ pointer }) =>
      problem(pointer.startsWith("/attachments") ? "invalid_attachments" : "invalid_blocks", {
        pointer,
        message: `all cells together must be less than ${max + 1} characters`,
      }),
    );
}

const identity = {
  callback_id: is.text(limits.view.callbackId, 0),
  external_id: is.text(limits.view.callbackId),
  private_metadata: is.text(limits.view.privateMetadata, 0),
};

const viewSchema = is.typed({
  modal: is.shape(
    { title: plain(limits.view.title), blocks: is.list(block.modal, { max: limits.view.blocks }) },
    {
      ...identity,
      submit: plain(limits.view.submit),
      close: plain(limits.view.close),
      clear_on_close: is.boolean,
      notify_on_close: is.boolean,
    },
  ),
  home: is.shape({ blocks: is.list(block.home, { max: limits.view.blocks }) }, identity),
});

function viewRules(view: unknown): readonly Finding[] {
  if (!isObject(view)) return [];
  const blocks = blocksIn(view["blocks"], "/view/blocks");
  const needsSubmit = view["type"] === "modal" && hasInput(blocks) && view["submit"] === undefined;
  const extraTables = tables(blocks).slice(limits.message.tables);
  return [
    ...duplicates(blocks),
    ...severalFocused(blocks),
    ...extraTables.map(({ pointer }) => ({ pointer, message: "only_one_table_allowed" })),
    ...(needsSubmit ? [{ pointer: "/view", message: "missing required field: submit" }] : []),
  ];
}

function problem(code: ErrorCode, { pointer, message }: Finding): Problem {
  return { code, message: `[ERROR] ${message} [json-pointer:${pointer}]` };
}
