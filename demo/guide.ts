import type { Desk } from "./desk/desk.ts";
import type { Item } from "./desk/conversation.ts";
import { alice, bob, deploys, gail, incident } from "./desk/workspace.ts";
import type { Step } from "./stage.ts";
import type { Shipping } from "./world/shipping.ts";

type Message = Extract<Item, { readonly kind: "message" }>;
type Told = Pick<Step, "id" | "title" | "text" | "action" | "person" | "channel"> & {
  readonly take: () => Promise<void>;
  /** Whether it came to what it is about; looked at until it did. */
  readonly isDone: () => boolean;
};

type Guiding = { readonly desk: Desk; readonly shipping: Shipping; readonly changed: () => void };

/** The story of one bad release, in the order in which it happens. */
export function createGuide({ desk, shipping, changed }: Guiding) {
  const steps = story(desk, shipping);
  const taken = new Set<string>();
  const done = new Set<string>();

  function nextOf(): Told | undefined {
    for (const it of steps) if (taken.has(it.id) && !done.has(it.id) && it.isDone()) done.add(it.id);
    return steps.find((it) => !done.has(it.id));
  }

  return {
    see(): readonly Step[] {
      const next = nextOf();
      return steps.map(({ id, title, text, action, person, channel }) => ({
        id,
        title,
        text,
        action,
        person,
        channel,
        state: done.has(id) ? "done" : id !== next?.id ? "later" : taken.has(id) ? "under way" : "next",
      }));
    },
    async take(id: string): Promise<void> {
      const next = nextOf();
      if (next?.id !== id || taken.has(id)) return;
      taken.add(id);
      changed();
      try {
        await next.take();
      } catch (err) {
        taken.delete(id);
        throw err;
      } finally {
        changed();
      }
    },
  };
}

function story(desk: Desk, shipping: Shipping): readonly Told[] {
  const inDeploys = { person: alice.id, channel: deploys.id };
  const inIncident = { person: bob.id, channel: incident.id };
  const messages = (at: { person: string; channel: string }): readonly Message[] =>
    desk.see(at).items.filter((it) => it.kind === "message");
  const says = (at: { person: string; channel: string }, ...words: readonly RegExp[]) =>
    messages(at).some((it) => it.app && words.every((word) => word.test(wordsOf(it))));
  const say = (person: string, text: string) => desk.type({ person, channel: incident.id, thread: null, text });

  return [
    {
      id: "good",
      title: "A good release",
      text: "Alice ships checkout 1.4.3 to prod. One message in #deploys tells of it, and is edited until its pods are ready.",
      action: "Ship 1.4.3",
      ...inDeploys,
      take: async () => void (await shipping.shipNext({ broken: false, deployer: "alice@example.org" })),
      isDone: () => true,
    },
    {
      id: "bad",
      title: "A bad one",
      text: "The next version crashes as soon as it starts. The message says so, and why.",
      action: "Ship 1.4.4",
      ...inDeploys,
      take: async () => void (await shipping.shipNext({ broken: true, deployer: "alice@example.org" })),
      isDone: () => true,
    },
    {
      id: "errors",
      title: "Errors",
      text: "Customers notice. Gail, a guest from support, says so in the incident channel, and Bob is on call.",
      action: "Hear from support",
      ...inIncident,
      take: async () => {
        await say(gail.id, "Customers tell us that they cannot pay: checkout answers with errors since a minute ago.");
        await say(bob.id, "On it.");
      },
      isDone: () => true,
    },
    {
      id: "running",
      title: "What is running?",
      text: "Bob asks in the incident channel, where everybody reads the answer: digests of live pods, and what ran before.",
      action: "Ask as Bob",
      ...inIncident,
      take: async () => say(bob.id, "@whatsrunning checkout prod"),
      isDone: () => says(inIncident, /^checkout in prod/),
    },
  ];
}

/** What notifications read of it. */
function wordsOf({ text }: Message): string {
  return text
    .map((it) => ("text" in it ? it.text : ""))
    .join("")
    .replaceAll("\u2060", "");
}
