import { limits } from "./limits.ts";
import * as is from "./schema.ts";

const look = {
  style: is.object(
    {},
    {
      bold: is.boolean,
      code: is.boolean,
      italic: is.boolean,
      strike: is.boolean,
      underline: is.boolean,
      highlight: is.boolean,
      client_highlight: is.boolean,
      unlink: is.boolean,
    },
  ),
};
const name = is.text(limits.id);
const words = is.text(limits.text);

const textLeaf = is.shape({ text: words }, look);
const link = is.shape({ url: is.url(limits.button.url) }, { ...look, text: words, unsafe: is.boolean });

const leaf = is.typed({
  text: textLeaf,
  link,
  user: is.shape({ user_id: name }, look),
  usergroup: is.shape({ usergroup_id: name }, look),
  channel: is.shape({ channel_id: name }, look),
  team: is.shape({ team_id: name }, look),
  emoji: is.shape({ name }, { ...look, unicode: name, url: is.url(3_000), skin_tone: is.integer(1, 6) }),
  broadcast: is.shape({ range: is.oneOf("here", "channel", "everyone") }, look),
  color: is.shape({ value: is.pattern(/^#[0-9a-f]{6}$/i, "color") }, look),
  date: is.shape(
    { timestamp: is.integer(0, 9_999_999_999), format: name },
    { ...look, url: is.url(3_000), fallback: words },
  ),
});

const border = { border: is.oneOf(0, 1) };
const section = is.shape({ elements: is.list(leaf) });

/** Empty lists are accepted here, unlike anywhere else. */
export const richText = is.shape(
  {
    elements: is.list(
      is.typed({
        rich_text_section: section,
        rich_text_list: is.shape(
          { elements: is.list(is.typed({ rich_text_section: section })), style: is.oneOf("bullet", "ordered") },
          { ...border, indent: is.integer(0, limits.richText.indent), offset: is.integer(0, 1_000) },
        ),
        rich_text_quote: is.shape({ elements: is.list(leaf) }, border),
        rich_text_preformatted: is.shape(
          { elements: is.list(is.typed({ text: textLeaf, link })) },
          { ...border, language: name },
        ),
      }),
    ),
  },
  { block_id: name },
);
