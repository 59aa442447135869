import type { Value } from "../../sim/slack/acting/element.ts";
import type { Slack } from "../../sim/slack/server.ts";
import { conversationOf, createNotes } from "./conversation.ts";
import { type Option, options } from "./control.ts";
import type { Inspector } from "./inspect.ts";
import { modalOf } from "./modal.ts";
import type { Answered, Place, Sight, Spot } from "./sight.ts";
import { alice, channels, names, people } from "./workspace.ts";

/** What the people in front of the page see and do. */
export type Desk = {
  see(spot: Spot): Sight;
  /** Calls after each change; call what comes back to hear no more. */
  watch(changed: () => void): () => void;
  type(typed: Typed): Promise<void>;
  press(press: Press): Promise<void>;
  /** What a select offers for what was typed into it so far. */
  suggest(asked: Asked): Promise<readonly Option[]>;
  submit(form: Form): Promise<Answered>;
  dismiss(view: Pick<Form, "person" | "channel" | "view">): Promise<void>;
  /** On a message that everybody sees. */
  shortcut(wish: Spot & { readonly message: string; readonly id: string }): Promise<void>;
  payload: Inspector["payload"];
};

type Typed = Spot & { readonly thread: string | null; readonly text: string };
/** In a message, or in the form on top. */
type Where = Spot & { readonly message?: string | undefined; readonly view?: string | undefined };
type Press = Where & { readonly blockId: string; readonly actionId: string; readonly value?: Value | undefined };
type Asked = Where & { readonly blockId: string; readonly actionId: string; readonly query: string };
type Form = Spot & { readonly view: string; readonly values: Readonly<Record<string, Value>> };

type Told = {
  readonly slack: Slack;
  readonly inspector: Inspector;
  readonly now: () => number;
  readonly commands: Sight["commands"];
  readonly shortcuts: Sight["shortcuts"];
};

const late = "The bot did not answer in time. Try again.";

export function createDesk({ slack, inspector, now, commands, shortcuts }: Told): Desk {
  const watchers = new Set<() => void>();
  const tell = () => {
    for (const changed of watchers) changed();
  };
  const notes = createNotes(now, tell);
  slack.subscribe(tell);

  /** What Slack does not let anybody do is thrown: it is told to the person, as Slack tells it. */
  async function attempt(where: Omit<Typed, "text">, act: () => Promise<string | null>): Promise<void> {
    const said = await act().catch((err: unknown) => (err instanceof Error ? err.message : String(err)));
    if (said !== null) notes.add(where, "notice", said);
  }

  async function command({ person, channel, thread, text }: Typed): Promise<string | null> {
    const inThread = thread === null ? {} : { thread };
    notes.add({ person, channel, thread }, "typed", text);
    const { acked, refused } = await slack.command({ user: person, channel, text: escaped(text), ...inThread });
    if (!acked) return late;
    return refused.length > 0 ? `Slack would not show the answer: ${refused.join(", ")}` : null;
  }

  async function say({ person: user, channel, thread, text }: Typed): Promise<string | null> {
    const inThread = thread === null ? {} : { thread };
    if (isDirect(channel)) {
      const { acked } = await slack.directMessage({ user, text: withNames(text), ...inThread });
      return acked ? null : late;
    }
    const bot = /(?<!\S)@whatsrunning\b[,:]?\s*/;
    if (bot.test(text)) {
      const { acked } = await slack.mention({ user, channel, text: withNames(text.replace(bot, "")), ...inThread });
      return acked ? null : late;
    }
    slack.say({ user, channel, text: withNames(text), ...inThread });
    return null;
  }

  return {
    see: ({ person: wanted, channel }) => {
      const person = (people.find((it) => it.id === wanted) ?? alice).id;
      const places = placesOf(slack, person);
      const here = places.find((it) => it.id === channel) ?? places[0];
      return {
        ...conversationOf({
          channel: here?.id ?? "",
          person,
          messages: here ? slack.messagesFor(person, here.id) : [],
          noted: notes.of(person, here?.id ?? ""),
          nameOf: (user) => names[user] ?? user,
        }),
        people: people.map(({ id, name, role }) => ({ id, name, role })),
        places,
        modal: modalOf(slack.viewsFor(person)),
        commands,
        shortcuts,
        names,
        seen: inspector.seen(),
      };
    },
    watch: (changed) => {
      watchers.add(changed);
      return () => watchers.delete(changed);
    },
    type: async (typed) => attempt(typed, async () => (typed.text.startsWith("/") ? command(typed) : say(typed))),
    press: async ({ person: user, blockId, actionId, value, ...where }) =>
      attempt({ person: user, channel: where.channel, thread: null }, async () => {
        const chosen = value === undefined ? {} : { value };
        const { acked } = await slack.click({ user, ...placeOf(where), blockId, actionId, ...chosen });
        return acked ? null : late;
      }),
    suggest: async ({ person: user, blockId, actionId, query, ...where }) => {
      const offered = await slack.suggest({ user, ...placeOf(where), blockId, actionId, query });
      return options.parse(offered.options);
    },
    submit: async ({ person: user, view, values }) => {
      try {
        const { effect, errors, refused } = await slack.submit({ user, view, values });
        const said = Object.entries(errors).map(([block, it]) => [block, String(it)] as const);
        const failed = effect === "failed" ? ["The bot did not take this.", ...refused].join(" ") : null;
        return { errors: Object.fromEntries(said), notice: failed };
      } catch (err) {
        return { errors: {}, notice: err instanceof Error ? err.message : String(err) };
      }
    },
    dismiss: async ({ person: user, channel, view }) =>
      attempt({ person: user, channel, thread: null }, async () => {
        await slack.dismiss({ user, view });
        return null;
      }),
    shortcut: async ({ person: user, channel, message, id }) =>
      attempt({ person: user, channel, thread: null }, async () => {
        const { acked } = await slack.shortcut({ user, callbackId: id, message: { channel, ts: message } });
        return acked ? null : late;
      }),
    payload: inspector.payload,
  };
}

/** The channels that somebody is in, and their conversation with the bot. */
function placesOf(slack: Slack, person: string): readonly Place[] {
  const joined = channels.filter((it) => it.members.includes(person));
  const direct = { id: `D${person.slice(1)}`, name: "whatsrunning" };
  return [...joined, direct].map(({ id, name }) => ({
    id,
    name,
    direct: isDirect(id),
    latest: slack.messagesFor(person, id).at(-1)?.ts ?? null,
  }));
}

function isDirect(channel: string): boolean {
  return channel.startsWith("D");
}

function placeOf({ channel, message, view }: { channel: string } & Omit<Where, keyof Spot>) {
  return view === undefined ? { message: { channel, ts: message ?? "" } } : { view };
}

/** As Slack passes on what a person typed. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** In a message, but not in a command, names become ids as one types. */
function withNames(text: string): string {
  const ids = Object.entries(names);
  return escaped(text).replaceAll(/(?<!\S)([@#])([\w-]+)/g, (whole, mark: string, name: string) => {
    const id = ids.find(([key, it]) => it === name && key.startsWith("U") === (mark === "@"))?.[0];
    return id === undefined ? whole : `<${mark}${id}>`;
  });
}
