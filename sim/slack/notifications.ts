import { isObject, type JsonObject, listAt, stringAt } from "./json.ts";
import { blocksOfMessage, objectsIn, outermost, type Place, textsIn } from "./blocks/walk.ts";
import { mentionsOf, type Parsing } from "./mentions.ts";

/** Somebody who would be told. */
type Mention = {
  readonly kind: "user" | "group" | "broadcast";
  /** A user's or a group's id; `here`, `channel` or `everyone`; with `link_names`, the name as written. */
  readonly target: string;
  readonly pointer: string;
};

/** Something that would become clickable. */
type Link = { readonly kind: "url" | "channel"; readonly target: string; readonly pointer: string };

export type Notifications = { readonly mentions: readonly Mention[]; readonly links: readonly Link[] };

/** Whom this message would notify and which links it would make, as Slack reads its text. */
export function notifications(message: unknown): Notifications {
  if (!isObject(message)) return { mentions: [], links: [] };
  const blocks = outermost(blocksOfMessage(message));
  const found = [
    ...topLevel(message),
    ...listAt(message, "attachments").flatMap((it, index) => legacyText(it, `/attachments/${index}`)),
    ...blocks.flatMap(inBlock),
  ];
  return {
    mentions: found.flatMap((it) => (it.kind === "url" || it.kind === "channel" ? [] : [{ ...it, kind: it.kind }])),
    links: found.flatMap((it) => (it.kind === "url" || it.kind === "channel" ? [{ ...it, kind: it.kind }] : [])),
  };
}

type Found = Mention | Link;

/** The top-level text notifies even where blocks are shown in its place. */
function topLevel(message: JsonObject): readonly Found[] {
  const parsing = {
    auto: message["parse"] !== "none",
    names: message["link_names"] === true || message["parse"] === "full",
  };
  return message["mrkdwn"] === false ? [] : read(stringAt(message, "text"), "/text", parsing);
}

function legacyText(attachment: unknown, pointer: string): readonly Found[] {
  const own = ["pretext", "text", "title", "footer", "fallback"].flatMap((key) =>
    read(stringAt(attachment, key), `${pointer}/${key}`, { auto: key !== "fallback", names: false }),
  );
  const fields = listAt(attachment, "fields").flatMap((it, index) =>
    read(stringAt(it, "value"), `${pointer}/fields/${index}/value`, { auto: true, names: false }),
  );
  return [...own, ...fields];
}

function inBlock(block: Place<JsonObject>): readonly Found[] {
  const written = textsIn(block).flatMap(({ value, pointer }) => {
    const parsed = value["type"] === "mrkdwn" || value["type"] === "markdown";
    const parsing = { auto: value["verbatim"] !== true, names: false };
    return parsed ? read(stringAt(value, "text"), `${pointer}/text`, parsing) : [];
  });
  return [...written, ...objectsIn(block).flatMap(leaf)];
}

/** Rich text does not parse: it says what it means. Buttons link too, always on purpose. */
function leaf({ value, pointer }: Place<JsonObject>): readonly Found[] {
  const at = (kind: Found["kind"], key: string): readonly Found[] => {
    const target = stringAt(value, key);
    return target === undefined ? [] : [{ kind, target, pointer }];
  };
  switch (value["type"]) {
    case "user":
      return at("user", "user_id");
    case "usergroup":
      return at("group", "usergroup_id");
    case "broadcast":
      return at("broadcast", "range");
    case "channel":
      return at("channel", "channel_id");
    case "link":
    case "button":
    case "date":
      return at("url", "url");
  }
  return [];
}

function read(text: string | undefined, pointer: string, parsing: Parsing): readonly Found[] {
  return text === undefined ? [] : mentionsOf(text, parsing).map((it) => ({ ...it, pointer }));
}
