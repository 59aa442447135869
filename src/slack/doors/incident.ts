import { joinIn } from "../payload/event.ts";
import type { Door } from "./door.ts";

/** Somebody brings us into an incident's channel: what changed is told there. */
export function openIncident(door: Door): void {
  door.app.event("member_joined_channel", async ({ body, context }) => {
    door.take(context);
    const join = joinIn(body);
    if (!join || join.user !== door.us()) return;
    if (await door.incidents.has(join.channel, null)) await lookBack(door, join.channel);
  });
}

/** True: that begins one. An answer does not fail because the look back could not be begun. */
export async function lookBack({ incidents, lookBack: begin, log }: Door, channel: string): Promise<boolean> {
  if (begin === null) return false;
  try {
    return await begin(channel, await incidents.madeAt(channel));
  } catch (err) {
    log.error({ err, channel }, "could not begin to tell what changed");
    return false;
  }
}
