import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { notifications } from "../../../sim/slack/notifications.ts";

const mrkdwn = (text: string, verbatim?: boolean) => ({
  blocks: [{ type: "section", text: { type: "mrkdwn", text, ...(verbatim === undefined ? {} : { verbatim }) } }],
});
const mentions = (message: unknown) => notifications(message).mentions.map(({ kind, target }) => `${kind} ${target}`);
const links = (message: unknown) => notifications(message).links.map(({ kind, target }) => `${kind} ${target}`);

describe("mrkdwn", () => {
  test.each([
    ["<!channel>", "broadcast channel"],
    ["<!here>", "broadcast here"],
    ["<!here|here>", "broadcast here"],
    ["<!everyone>", "broadcast everyone"],
    ["<@U01BOB>", "user U01BOB"],
    ["<@W01BOB|bob>", "user W01BOB"],
    ["<!subteam^S01SRE>", "group S01SRE"],
    ["<!subteam^S01SRE|@sre>", "group S01SRE"],
    ["`<!channel>`", "broadcast channel"],
  ])("%s notifies, verbatim or not", (text, who) => {
    expect(mentions(mrkdwn(text))).toEqual([who]);
    expect(mentions(mrkdwn(text, true))).toEqual([who]);
  });

  test.each(["fix @here", "@channel", "(@everyone)"])("%s notifies unless verbatim", (text) => {
    expect(mentions(mrkdwn(text))).toHaveLength(1);
    expect(mentions(mrkdwn(text, true))).toEqual([]);
  });

  test.each(["&lt;!channel&gt;", "&amp;lt;!here&amp;gt;", "alice@here.example", "@heretic", "`@here`", "<!nobody>"])(
    "%s notifies nobody",
    (text) => expect(mentions(mrkdwn(text))).toEqual([]),
  );

  test.each([
    ["see https://evil.example/x now", "url https://evil.example/x"],
    ["see evil.com/x", "url evil.com/x"],
    ["in #general", "channel general"],
  ])("%s links unless verbatim", (text, link) => {
    expect(links(mrkdwn(text))).toEqual([link]);
    expect(links(mrkdwn(text, true))).toEqual([]);
  });

  test.each([
    ["<https://evil.example|github.com>", ["url https://evil.example"]],
    ["<#C01DEPLOYS|deploys>", ["channel C01DEPLOYS"]],
    ["<!date^1700000000^{ago}^https://a.example|then>", ["url https://a.example"]],
    ["<!date^1700000000^{ago}|then>", []],
    ["<javascript:alert(1)|x>", []],
  ])("%s links as written", (text, expected) => expect(links(mrkdwn(text, true))).toEqual(expected));
});

test("plain text is never read", () => {
  const text = { type: "plain_text", text: "<!channel> @here <@U01BOB> https://evil.example #general" };
  expect(
    notifications({
      blocks: [
        { type: "section", text },
        { type: "header", text },
      ],
    }),
  ).toEqual({ mentions: [], links: [] });
});

test("the top-level text is read, and can be told not to look for names", () => {
  expect(mentions({ text: "<!channel> and @here" })).toEqual(["broadcast channel", "broadcast here"]);
  expect(mentions({ text: "<!channel> and @here", parse: "none" })).toEqual(["broadcast channel"]);
  expect(mentions({ text: "ask @bob" })).toEqual([]);
  expect(mentions({ text: "ask @bob", link_names: true })).toEqual(["user bob"]);
});

test("rich text notifies by its leaves, never by its words", () => {
  const elements = [
    { type: "text", text: "<!channel> @here https://evil.example" },
    { type: "user", user_id: "U01BOB" },
    { type: "broadcast", range: "here" },
    { type: "usergroup", usergroup_id: "S01SRE" },
    { type: "link", url: "https://a.example", text: "a" },
  ];
  const message = { blocks: [{ type: "rich_text", elements: [{ type: "rich_text_section", elements }] }] };
  expect(mentions(message)).toEqual(["user U01BOB", "broadcast here", "group S01SRE"]);
  expect(links(message)).toEqual(["url https://a.example"]);
});

test("says where: in attachments, containers and fields", () => {
  const section = { type: "section", fields: [{ type: "mrkdwn", text: "<!here>" }] };
  const container = { type: "container", child_blocks: [section] };
  const message = { attachments: [{ text: "<@U01BOB>", blocks: [container] }] };
  expect(notifications(message).mentions).toEqual([
    { kind: "user", target: "U01BOB", pointer: "/attachments/0/text" },
    {
      kind: "broadcast",
      target: "here",
      pointer: "/attachments/0/blocks/0/child_blocks/0/fields/0/text",
    },
  ]);
});

test("text without brackets notifies nobody where verbatim", () => {
  const escaped = fc.string().map((it) => it.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"));
  fc.assert(
    fc.property(escaped, (text) => {
      expect(notifications(mrkdwn(text, true))).toEqual({ mentions: [], links: [] });
    }),
  );
});

test("nothing that JSON can say makes it throw", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(notifications({ blocks: value, attachments: value })).toBeDefined();
    }),
  );
});
