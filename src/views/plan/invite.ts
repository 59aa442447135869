import type { Wanted } from "../../core/plan/wanted.ts";
import { actions, type Message, section } from "../message.ts";
import { literal } from "../words/text.ts";
import { rollbackButton } from "./button.ts";

/** Where nobody can be shown a dialog at once: after a mention, or when its moment has passed. */
export function inviteMessage(wanted: Wanted, because: "asked" | "too late"): Message {
  const { service, environment } = wanted;
  const words = {
    asked: "I check what it can go back to, and change nothing before you confirm it.",
    "too late": "That took too long to open. Press the button to try again.",
  } as const;
  const name = `${literal(service, 63)} in ${literal(environment, 63)}`;
  return {
    text: `Roll back ${name}? ${words[because]}`,
    blocks: [
      section(
        `:leftwards_arrow_with_hook: Roll back *${literal(service, 63)}* in *${literal(environment, 63)}*? ${words[because]}`,
      ),
      ...actions(rollbackButton(wanted, `Roll back ${service}…`)),
    ],
    attachments: [],
  };
}
