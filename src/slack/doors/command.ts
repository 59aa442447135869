import { typedIn } from "../payload/payload.ts";
import { type Door, inChannel, show } from "./door.ts";

/** `/whatsrunning checkout prod`: for who typed it, and in an incident's channel for everybody. */
export function openCommand({ app, asking, incidents, take }: Door): void {
  app.command("/whatsrunning", async ({ ack, body, respond, context }) => {
    take(context);
    await ack();
    const { text, user, channel, channelName } = typedIn(body);
    const seenBy = (await incidents.has(channel, channelName)) ? "channel" : "reader";
    const answer = await asking.ask(text, seenBy, user);
    await show(respond, answer, seenBy === "channel" ? inChannel : { response_type: "ephemeral" });
  });
}
