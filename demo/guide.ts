import type { Desk } from "./desk/desk.ts";
import type { Item } from "./desk/conversation.ts";
import { alice, bob, deploys, gail, incident } from "./desk/workspace.ts";
import type { Spot } from "./desk/sight.ts";
import type { Step } from "./stage.ts";
import type { Shipping } from "./world/shipping.ts";

type Message = Extract<Item, { readonly kind: "message" }>;
type Told = Pick<Step, "id" | "title" | "text" | "action" | "person" | "channel"> & {
  readonly take: () => Promise<void>;
  /** Whether it came to what it is about; looked at until it did. */
  readonly isDone: () => boolean;
  /** Whether it can be taken once more, since it was begun and given up. */
  readonly isGivenUp?: () => boolean;
};

type Guiding = { readonly desk: Desk; readonly shipping: Shipping; readonly changed: () => void };

/** The story of one bad release, in the order in which it happens. */
export function createGuide({ desk, shipping, changed }: Guiding) {
  const steps = story(desk, shipping);
  /** Those that were ever begun, and those of them that were not given up. */
  const begun = new Set<string>();
  const taken = new Set<string>();
  const taking = new Set<string>();
  const done = new Set<string>();

  function nextOf(): Told | undefined {
    for (const it of steps) {
      if (!begun.has(it.id) || done.has(it.id) || taking.has(it.id)) continue;
      if (it.isDone()) done.add(it.id);
      else if (it.isGivenUp?.()) taken.delete(it.id);
    }
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
      begun.add(id);
      taken.add(id);
      taking.add(id);
      changed();
      try {
        await next.take();
      } catch (err) {
        taken.delete(id);
        throw err;
      } finally {
        taking.delete(id);
        changed();
      }
    },
  };
}

function story(desk: Desk, shipping: Shipping): readonly Told[] {
  const inDeploys = { person: alice.id, channel: deploys.id };
  const inIncident = { person: bob.id, channel: incident.id };
  const told = (at: Spot): readonly Message[] =>
    desk.see(at).items.flatMap((it) => (it.kind === "message" && it.app ? [it] : []));
  const says = (at: Spot, words: RegExp) => told(at).some((it) => words.test(wordsOf(it)));
  const say = (person: string, text: string) => desk.type({ person, channel: incident.id, thread: null, text });
  const ship = (broken: boolean) => async () =>
    void (await shipping.shipNext({ broken, deployer: "alice@example.org" }));
  let asked = 0;
  // The answers to questions, and not what an operation says of itself.
  const answers = () =>
    told(inIncident).filter((it) => /^checkout in prod(?!.*rolled back to)/.test(wordsOf(it))).length;

  return [
    {
      id: "good",
      title: "A good release",
      text: "Alice ships checkout 1.4.3 to prod. One message in #deploys tells of it, and is edited until its pods are ready.",
      action: "Ship 1.4.3",
      ...inDeploys,
      take: ship(false),
      isDone: () => says(inDeploys, /^checkout in prod: deploy done.*1\.4\.3/),
    },
    {
      id: "bad",
      title: "A bad one",
      text: "The next version crashes as soon as it starts. The message says so, and why, and the channel hears of it.",
      action: "Ship 1.4.4",
      ...inDeploys,
      take: ship(true),
      isDone: () => says(inDeploys, /^checkout in prod: deploy failed.*1\.4\.4/),
    },
    {
      id: "errors",
      title: "Errors",
      text: "Customers notice. Gail, a guest from support, says so in the incident channel. Bob is on call.",
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
      text: "Bob asks in the incident channel, where everybody reads the answer: the digests of the live pods, who deployed them, and what ran before.",
      action: "Ask as Bob",
      ...inIncident,
      take: async () => say(bob.id, "@whatsrunning checkout prod"),
      isDone: () => answers() > 0,
    },
    {
      id: "back",
      title: "Roll back",
      text: "Bob presses “Roll back…” under the answer. Everything is checked before he confirms anything: say why in the form, and press “Roll back now”.",
      action: "Press “Roll back…” as Bob",
      ...inIncident,
      take: async () => pressRollBack(desk, inIncident),
      isDone: () => says(inIncident, /^checkout in prod was rolled back.*All pods were ready/),
      isGivenUp: () => desk.see(inIncident).modal === null && !says(inIncident, /^checkout in prod .*rolled back to/),
    },
    {
      id: "proof",
      title: "Proof",
      text: "Restored means that all pods were ready on that very digest, and stayed so. Ask once more, and see it.",
      action: "Ask again as Bob",
      ...inIncident,
      take: async () => {
        asked = answers();
        await say(bob.id, "@whatsrunning checkout prod");
      },
      isDone: () => answers() > asked,
    },
  ];
}

/** The newest button of that name under an answer about the service. */
async function pressRollBack(desk: Desk, at: Spot): Promise<void> {
  const messages = desk.see(at).items.flatMap((it) => (it.kind === "message" && it.app ? [it] : []));
  const answers = messages.filter((it) => wordsOf(it).startsWith("checkout in prod"));
  for (const { id, blocks, attachments } of answers.toReversed()) {
    for (const block of [...blocks, ...attachments.flatMap((it) => it.blocks)]) {
      if (block.kind !== "actions") continue;
      const button = block.elements.find((it) => it.kind === "button" && it.label.startsWith("Roll back"));
      if (button) return desk.press({ ...at, message: id, blockId: block.blockId, actionId: button.actionId });
    }
  }
}

/** What notifications read of it. */
function wordsOf({ text }: Message): string {
  return text
    .map((it) => ("text" in it ? it.text : ""))
    .join("")
    .replaceAll("\u2060", "");
}
