import { saidIn } from "../payload/event.ts";
import type { Door } from "./door.ts";

/** What people say to us: with a mention, which works in threads, where no command does, or to us alone. */
export function openConversation({ app, asking, incidents, reply, take }: Door): void {
  app.event("app_mention", async ({ body, context }) => {
    take(context);
    const said = saidIn(body);
    if (!said) return;
    const seenBy = (await incidents.has(said.channel, null)) ? "channel" : "reader";
    await reply({ ...said, seenBy }, await asking.ask(said.text, seenBy, said.user));
  });

  app.message(async ({ body, context }) => {
    take(context);
    const said = saidIn(body);
    if (!said?.direct) return;
    await reply({ ...said, seenBy: "channel" }, await asking.ask(said.text, "channel", said.user));
  });
}
