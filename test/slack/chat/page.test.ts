import { expect, test } from "vitest";
import { metadataFor, pageOf } from "../../../src/slack/chat/page.ts";

const key = "release/1";
const message = (more: object = {}) => ({ ts: "1.1", user: "U0BOT", metadata: metadataFor(key), ...more });
const found = (one: object) => pageOf({ ok: true, messages: [one] }, { key, us: "U0BOT" }).found;

test.each<[string, object, readonly string[]]>([
  ["ours with the key", {}, ["1.1"]],
  ["another key of ours", { metadata: metadataFor("release/12") }, []],
  ["another app's with the same metadata", { user: "U0OTHER" }, []],
  ["a message without a sender", { user: null }, []],
  ["another app's kind of metadata", { metadata: { event_type: "task", event_payload: { key } } }, []],
  ["metadata that is none", { metadata: "whatsrunning" }, []],
  ["a message without metadata", { metadata: undefined }, []],
])("%s", (_, more, names) => {
  expect(found(message(more))).toEqual(names);
});

test.each([
  [{ next_cursor: "bmV4dA==" }, "bmV4dA=="],
  [{ next_cursor: "" }, null],
  [null, null],
  [undefined, null],
])("after a page with %j comes %j", (response_metadata, next) => {
  expect(pageOf({ ok: true, messages: [], response_metadata }, { key, us: null })).toEqual({ found: [], next });
});
