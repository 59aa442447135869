import type { Chat } from "../../../src/ports/chat.ts";
import type { Store } from "../../../src/ports.ts";
import type { Mortal } from "./world.ts";

/** Something that a bot does to the world outside, as a word. */
type Deed = string;

export type Doomed = Mortal & {
  /** Resolves when it is dead: from then on nothing it does is ever answered, or done. */
  readonly died: Promise<Deed>;
  /** What it did, or was about to do, until then. */
  readonly deeds: readonly Deed[];
};

/** Dies at its deed number `at`, counted from 0: before it is done, or after it and before the answer. */
export function doomed(at: number, when: "before" | "after"): Doomed {
  const deeds: Deed[] = [];
  const death = Promise.withResolvers<Deed>();
  const silence = new Promise<never>(() => {});
  let isDead = false;

  async function deed<T>(name: Deed, act: () => Promise<T>): Promise<T> {
    if (isDead) return silence;
    deeds.push(name);
    if (deeds.length - 1 !== at) return act();
    isDead = true;
    if (when === "after") await act();
    death.resolve(name);
    return silence;
  }

  return {
    died: death.promise,
    deeds,
    store: (store: Store): Store => ({
      ...store,
      read: async (key) => (isDead ? silence : store.read(key)),
      find: async (prefix, page) => (isDead ? silence : store.find(prefix, page)),
      commit: (change) => deed(nameOf(change), () => store.commit(change)),
    }),
    chat: (chat: Chat): Chat => ({
      post: (post, stop) => deed("post", () => chat.post(post, stop)),
      edit: (place, message, stop) => deed("edit", () => chat.edit(place, message, stop)),
      find: (where, stop) => deed("look", () => chat.find(where, stop)),
    }),
  };
}

/** Which step of telling a commit is, by what it writes. */
function nameOf({ put = [] }: Parameters<Store["commit"]>[0]): Deed {
  if (put.some((it) => it.key.name.startsWith("announcement/"))) return "note";
  const delivery = put.find((it) => it.key.name.startsWith("delivery/"));
  if (!delivery) return put.some((it) => it.key.name.startsWith("current/")) ? "learn" : "rest";
  const text = JSON.stringify(delivery.value);
  if (text.includes('"lease":0,')) return "remember";
  return text.includes('"posting"') ? "intend to post" : "intend to edit";
}
