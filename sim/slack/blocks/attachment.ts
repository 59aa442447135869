import { block } from "./blocks.ts";
import { limits } from "./limits.ts";
import * as is from "./schema.ts";

const words = is.text(limits.text, 0);
const link = is.url(limits.button.url);

const field = is.object({ title: words, value: words }, { short: is.boolean });

/** An attachment gives a message its coloured bar; all else in it is better said in blocks. */
export const attachments = is.list(
  is.object(
    {},
    {
      color: is.pattern(/^(good|warning|danger|#[0-9a-f]{6}|#[0-9a-f]{3})$/i, "color"),
      fallback: words,
      blocks: is.list(block.message, { max: limits.message.blocks }),
      pretext: words,
      text: words,
      title: words,
      title_link: link,
      author_name: words,
      author_link: link,
      author_icon: link,
      fields: is.list(field),
      footer: words,
      footer_icon: link,
      image_url: link,
      thumb_url: link,
      ts: is.number,
      mrkdwn_in: is.list(is.oneOf("pretext", "text", "fields")),
    },
    is.atLeastOne("blocks", "text", "pretext", "title", "fields", "fallback", "image_url"),
  ),
  { max: limits.message.attachments },
);
