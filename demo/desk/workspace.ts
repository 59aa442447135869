import { app, type Channel, type Person } from "../../sim/slack/people.ts";

/** Somebody to act as. */
export type Actor = Person & { readonly role: string };

export const alice: Actor = { id: "U01ALICE", name: "alice", realName: "Alice Anderson", role: "developer" };
export const bob: Actor = { id: "U02BOB", name: "bob", realName: "Bob Brown", role: "on-call engineer" };
export const gail: Actor = { id: "U03GAIL", name: "gail", realName: "Gail Green", role: "guest", guest: "restricted" };
export const people: readonly Actor[] = [alice, bob, gail];

export const deploys: Channel = { id: "C0DEPLOYS", name: "deploys", members: [alice.id, bob.id, app.userId] };
export const incident: Channel = {
  id: "C0INCCHECKOUT",
  name: "inc-checkout",
  members: [alice.id, bob.id, gail.id, app.userId],
};
export const channels: readonly Channel[] = [deploys, incident];

/** What an id in a message reads as. */
export const names: Readonly<Record<string, string>> = Object.fromEntries(
  [...people, ...channels, { id: app.userId, name: app.name }].map((it) => [it.id, it.name]),
);
