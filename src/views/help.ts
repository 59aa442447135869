import type { Message } from "./message.ts";
import { literal, mrkdwn } from "./text.ts";

type Known = { readonly environments: readonly string[]; readonly default: string };

/** Examples first: who asks for help at night wants something to type. */
export function helpMessage(known: Known): Message {
  const environments = known.environments.map((it) => literal(it)).join(", ");
  const lines = [
    "*What is running?* By image digest, read from the live pods.",
    "`/whatsrunning checkout` one service",
    `\`/whatsrunning checkout prod\` the same in an environment (${environments}; without one: ${literal(known.default)})`,
    "`/whatsrunning prod` everything in an environment",
    "`@whatsrunning what's running in prod?` also in threads, where commands cannot go; invite me to the channel first",
    "`is checkout deployed on staging?` in a direct message, without any command",
    "*What is running here?* in the menu of any message, about the services, environments and digests that it names",
    "The order is free. A tag is only a label: the digest is what runs. Every answer says where it knows things from and how old that is.",
  ];
  return {
    text: "Type /whatsrunning and a service, an environment, or both: for example /whatsrunning checkout prod. Or mention me, write to me directly, or use What is running here in the menu of a message.",
    blocks: [{ type: "section", text: mrkdwn(lines.join("\n")) }],
    attachments: [],
  };
}
