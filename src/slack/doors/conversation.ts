import { saidIn } from "../payload/event.ts";
import type { Door } from "./door.ts";
import { lookBack } from "./incident.ts";

/** What people say to us: with a mention, which works in threads, where no command does, or to us alone. */
export function openConversation(door: Door): void {
  const { app, asking, incidents, reply, take } = door;

  app.event("app_mention", async ({ body, context }) => {
    take(context);
    const said = saidIn(body);
    if (!said) return;
    const isIncident = await incidents.has(said.channel, null);
    // who only calls us is told what changed, and no list of what could be asked
    if (isIncident && (await lookBack(door, said.channel)) && said.text === "help") return;
    const seenBy = isIncident ? "channel" : "reader";
    await reply({ ...said, seenBy }, await asking.ask(said.text, seenBy, said.user));
  });

  app.message(async ({ body, context }) => {
    take(context);
    const said = saidIn(body);
    if (!said?.direct) return;
    await reply({ ...said, seenBy: "channel" }, await asking.ask(said.text, "channel", said.user));
  });
}
