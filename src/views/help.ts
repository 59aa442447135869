import type { Message } from "./message.ts";
import { literal, mrkdwn } from "./words/text.ts";

type Known = { readonly environments: readonly string[]; readonly default: string };

/** Examples first: who asks for help at night wants something to type. */
export function helpMessage(known: Known): Message {
  const environments = known.environments.map((it) => literal(it)).join(", ");
  const lines = [
    "*What is running?* By image digest, read from the live pods.",
    "`/whatsrunning checkout` one service",
    `\`/whatsrunning checkout prod\` the same in an environment (${environments}; without one: ${literal(known.default)})`,
    "`/whatsrunning prod` everything in an environment",
    "`/whatsrunning checkout prod at 14:00` what ran then: also `2 hours ago`, `yesterday 14:00`, `monday 9:30`, in your own time zone",
    "`/whatsrunning rollback checkout` back to the last release that was good, with every check made before",
    "`/whatsrunning history checkout` its releases, newest first",
    "`/whatsrunning changes prod 2h` what changed lately, newest first",
    "`/whatsrunning rollbacks prod` what was rolled back, and what is under way",
    "`/whatsrunning where 3f9a1c7d2b4e` where a digest, a commit or a tag runs, and where it ran",
    "`/whatsrunning diff staging prod` what differs between two environments",
    "`@whatsrunning what's running in prod?` also in threads, where commands cannot go; invite me to the channel first",
    "`is checkout deployed on staging?` in a direct message, without any command",
    "*What is running here?* in the menu of any message, about the services, environments and digests that it names",
    "The order is free. A tag is only a label: the digest is what runs. Every answer says where it knows things from and how old that is.",
  ];
  return {
    text: "Type /whatsrunning and a service, an environment, or both: for example /whatsrunning checkout prod, or checkout prod at 14:00 for what ran then. There is history, changes, where and diff, too. Or mention me, write to me directly, or use What is running here in the menu of a message.",
    blocks: [{ type: "section", text: mrkdwn(lines.join("\n")) }],
    attachments: [],
  };
}
