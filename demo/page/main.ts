import { createComposer } from "./composer.ts";
import { createConversation } from "./conversation.ts";
import { byId } from "./dom.ts";
import type { Actions } from "./message.ts";
import { createModal } from "./modal.ts";
import { createPanel } from "./panel.ts";
import { createSide } from "./side.ts";
import { knowNames } from "./block/inline.ts";
import { keepCounting } from "./time.ts";
import { listen, post, submit, type Told } from "./wire.ts";

type Spot = { readonly person: string; readonly channel: string; readonly thread: string | null };

let spot = spotInAddress();
let now: Told | null = null;
let stream: { close(): void } | null = null;

const actions: Actions = {
  press: (at, press) => send("/press", { ...here(), ...at, ...press }),
  suggest: async (at, asked) => {
    const offered = await post("/suggest", { ...here(), ...at, ...asked }).catch(report);
    return Array.isArray(offered) ? offered : [];
  },
  shortcut: (message, id) => send("/shortcut", { ...here(), message, id }),
  openThread: (thread) => go({ ...spot, thread }),
};
const channel = createConversation(byId("conversation"), actions);
const replies = createConversation(byId("replies"), actions);
const composer = createComposer(byId("composer"), "Message or command", (text) =>
  send("/type", { ...here(), thread: null, text }),
);
const threadComposer = createComposer(byId("thread-composer"), "Reply in thread", (text) =>
  send("/type", { ...here(), thread: spot.thread, text }),
);
const modal = createModal({
  ...actions,
  submit: async (view, values) => submit({ ...here(), view, values }),
  dismiss: (view) => send("/dismiss", { ...here(), view }),
});
const side = createSide({
  become: (person) => go({ ...spot, person, thread: null }),
  visit: (place) => go({ ...spot, channel: place, thread: null }),
});
const panel = createPanel({
  pull: (id) => send("/lever", { id }),
  take: (step) => {
    go({ person: step.person, channel: step.channel, thread: null });
    send("/step", { id: step.id });
  },
});
byId("thread-close").addEventListener("click", () => go({ ...spot, thread: null }));
window.addEventListener("hashchange", () => go(spotInAddress()));
keepCounting();
follow();
composer.focus();

/** Shows what another person sees, or another place. */
function go(to: Spot): void {
  const moved = to.person !== spot.person || to.channel !== spot.channel;
  spot = to;
  const hash = `#${[to.person, to.channel, to.thread ?? ""].join("/")}`;
  if (location.hash !== hash) history.replaceState(null, "", hash);
  if (moved) follow();
  else if (now) show(now);
}

function follow(): void {
  stream?.close();
  stream = listen(here(), {
    told: (told) => {
      say("");
      show(told);
    },
    lost: () => say("The demo does not answer. Is it still running in your terminal?"),
  });
}

function show(told: Told): void {
  now = told;
  if (told.channel !== spot.channel || told.person !== spot.person) {
    // The address named somebody or a place that there is not.
    spot = { person: told.person, channel: told.channel, thread: null };
  }
  knowNames(told.names);
  const { thread } = spot;
  side.show(told);
  channel.show({
    key: `${told.person} ${told.channel}`,
    items: told.items.filter((it) => it.thread === null || (it.kind === "message" && it.broadcast)),
    all: told.items,
    shortcuts: told.shortcuts,
  });
  byId("thread").hidden = thread === null;
  replies.show({
    key: `${told.person} ${told.channel} ${thread ?? ""}`,
    items: thread === null ? [] : told.items.filter((it) => it.id === thread || it.thread === thread),
    all: null,
    shortcuts: told.shortcuts,
  });
  composer.know(told);
  threadComposer.know({ ...told, commands: [] });
  modal.show(told.modal);
  panel.show(told);
}

function here(): { person: string; channel: string } {
  return { person: spot.person, channel: spot.channel };
}

function send(path: string, body: object): void {
  void post(path, body).catch(report);
}

function report(err: unknown): null {
  say(err instanceof Error ? err.message : String(err));
  return null;
}

function say(text: string): void {
  byId("status").textContent = text;
}

/** `#person/channel/thread`, so that a page loaded again shows the same. */
function spotInAddress(): Spot {
  const [person = "", place = "", thread = ""] = location.hash.slice(1).split("/");
  return { person: person || "U01ALICE", channel: place || "C0DEPLOYS", thread: thread === "" ? null : thread };
}
