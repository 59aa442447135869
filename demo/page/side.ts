import type { Place } from "../desk/sight.ts";
import { byId, element } from "./dom.ts";
import type { Told } from "./wire.ts";

type Moves = { readonly become: (person: string) => void; readonly visit: (place: string) => void };

/** Who one is and where one can go. What is new elsewhere is marked. */
export function createSide({ become, visit }: Moves) {
  const read = new Map<string, string | null>();
  let drawn = "";

  return {
    show({ people, person, places, channel }: Told): void {
      for (const it of places) {
        const key = `${person} ${it.id}`;
        if (it.id === channel || !read.has(key)) read.set(key, it.latest);
      }
      const here = places.find((it) => it.id === channel);
      byId("channel").textContent = here ? nameOf(here) : "";
      const isNew = (it: Place) => read.get(`${person} ${it.id}`) !== it.latest;
      const source = JSON.stringify([person, channel, places.map((it) => [it.id, isNew(it)])]);
      if (source === drawn) return;
      drawn = source;
      const focused = document.activeElement?.getAttribute("data-key") ?? null;
      byId("people").replaceChildren(
        ...people.map(({ id, name, role }) =>
          entry({ key: id, on: id === person, class: "person", press: () => become(id) }, [
            element("span", { class: `face ${name}`, "aria-hidden": "true" }, [name.slice(0, 1)]),
            element("span", {}, [element("strong", {}, [name]), element("span", { class: "role" }, [` ${role}`])]),
          ]),
        ),
      );
      byId("places").replaceChildren(
        ...places.map((it) =>
          entry(
            { key: it.id, on: it.id === channel, class: isNew(it) ? "place new" : "place", press: () => visit(it.id) },
            [nameOf(it), ...(isNew(it) ? [element("span", { class: "unseen" }, [" (new)"])] : [])],
          ),
        ),
      );
      if (focused !== null) document.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus();
    },
  };
}

type Entry = { readonly key: string; readonly on: boolean; readonly class: string; readonly press: () => void };

function entry(it: Entry, inside: readonly (Node | string)[]): HTMLElement {
  const attributes = { type: "button", class: it.class, "data-key": it.key, "aria-current": it.on ? "true" : null };
  const made = element("button", attributes, inside);
  made.addEventListener("click", it.press);
  return made;
}

function nameOf({ name, direct }: Place): string {
  return direct ? name : `# ${name}`;
}
