import type { Slack } from "../sim/slack/server.ts";
import { type Conversation, conversationOf, createNotes } from "./conversation.ts";

const alice = { id: "U01ALICE", name: "alice" };
const deploys = "C0DEPLOYS";

export const people = [alice];
export const channels = [{ id: deploys, name: "deploys", members: [alice.id] }];

/** What the person in front of the page sees and does. */
export type Desk = {
  see(): Conversation;
  /** Calls after each change; call what comes back to hear no more. */
  watch(changed: () => void): () => void;
  type(text: string): Promise<void>;
  press(click: Press): Promise<void>;
};

export type Press = {
  readonly message: string;
  readonly blockId: string;
  readonly actionId: string;
  /** The option that was chosen. */
  readonly value?: string | undefined;
};

export function createDesk(slack: Slack, now: () => number): Desk {
  const watchers = new Set<() => void>();
  const tell = () => {
    for (const changed of watchers) changed();
  };
  const notes = createNotes(now, tell);
  slack.subscribe(({ what }) => {
    if (what === "message") tell();
  });
  const names = new Map([[slack.botUser, "whatsrunning"], ...people.map((it) => [it.id, it.name] as const)]);

  async function command(text: string): Promise<void> {
    notes.add("typed", text);
    const { acked, refused } = await slack.command({ user: alice.id, channel: deploys, text: escape(text) });
    if (!acked) notes.add("notice", "The bot did not answer in time. Try again.");
    if (refused.length > 0) notes.add("notice", `Slack would not show the answer: ${refused.join(", ")}`);
  }

  /** What Slack does not let anybody do is thrown: it is told to the person, as Slack tells it. */
  async function attempt(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (err) {
      notes.add("notice", err instanceof Error ? err.message : String(err));
    }
  }

  return {
    see: () =>
      conversationOf({
        channel: channels[0]?.name ?? "",
        person: alice.name,
        messages: slack.messagesFor(alice.id, deploys),
        noted: notes.all(),
        nameOf: (user) => names.get(user) ?? user,
      }),
    watch: (changed) => {
      watchers.add(changed);
      return () => watchers.delete(changed);
    },
    type: async (text) =>
      attempt(async () => {
        if (text.startsWith("/")) await command(text);
        else slack.say({ user: alice.id, channel: deploys, text: escape(text) });
      }),
    press: async ({ message, blockId, actionId, value }) =>
      attempt(async () => {
        const { acked } = await slack.click({
          user: alice.id,
          message: { channel: deploys, ts: message },
          blockId,
          actionId,
          ...(value === undefined ? {} : { value }),
        });
        if (!acked) notes.add("notice", "The bot did not answer in time. Try again.");
      }),
  };
}

/** As Slack passes on what a person typed. */
function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
