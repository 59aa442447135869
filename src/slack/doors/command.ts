import { inviteMessage } from "../../views/plan/invite.ts";
import { typedIn } from "../payload/payload.ts";
import { personOf, placeOf, triggerOf } from "../payload/plan.ts";
import { acknowledge, type Door, inChannel, show } from "./door.ts";

/** `/whatsrunning checkout prod`: for who typed it, and in an incident's channel for everybody. */
export function openCommand({ app, asking, incidents, rollback, take }: Door): void {
  app.command("/whatsrunning", async ({ ack, body, respond, context }) => {
    take(context);
    await acknowledge(ack);
    const { text, user, channel, channelName } = typedIn(body);
    const [wanted, by, trigger] = [rollback ? asking.wanted(text) : null, personOf(body), triggerOf(body)];
    if (rollback && wanted && by && trigger !== null) {
      const shown = await rollback.offer({ wanted, by, where: placeOf(body), reason: "" }, trigger);
      if (shown === "shown") return;
      return show(respond, inviteMessage(wanted, "too late"), { response_type: "ephemeral" });
    }
    const seenBy = (await incidents.has(channel, channelName)) ? "channel" : "reader";
    const answer = await asking.ask(text, seenBy, user);
    await show(respond, answer, seenBy === "channel" ? inChannel : { response_type: "ephemeral" });
  });
}
