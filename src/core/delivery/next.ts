import type { EpochMs } from "../workload.ts";
import { type Delivery, type Part, partOf, type Place, placeOf, type Posted, root } from "./delivery.ts";

/** What is to stand in Slack: the message first, then what is in its thread, in order. */
export type Wanted = {
  readonly parts: readonly WantedPart[];
  /** When it has to be looked at again, whatever happens. Null: when somebody says so. */
  readonly next: EpochMs | null;
};

type WantedPart = {
  readonly name: string;
  readonly print: string;
  /** Not before this much time between two edits of it. */
  readonly everyMs: number;
};

export type Effect =
  | { readonly do: "post"; readonly part: string }
  | { readonly do: "edit"; readonly part: string; readonly at: Place }
  /** Whether the part was posted, which nobody knows. */
  | { readonly do: "look"; readonly part: string; readonly since: EpochMs }
  /** The message that is there twice is made to point at the one that is kept. */
  | { readonly do: "point"; readonly part: string; readonly at: Place; readonly to: Place }
  | { readonly do: "rest"; readonly until: EpochMs | null };

/** Slack may still be at a message whose sender has given up on it. */
const settlesWithinMs = 3_000;

/** Clocks differ. */
const skewMs = 60_000;

/** One thing at a time, the one that matters most first. */
export function nextEffect(delivery: Delivery, wanted: Wanted, now: EpochMs): Effect {
  const unsure = delivery.parts.find((it): it is Part & { is: { state: "posting" } } => it.is.state === "posting");
  if (unsure) {
    const { at } = unsure.is;
    if (now < at + settlesWithinMs) return { do: "rest", until: at + settlesWithinMs };
    return { do: "look", part: unsure.name, since: at - skewMs };
  }
  const message = partOf(delivery, root);
  if (message === null) return { do: "post", part: root };
  if (message.state === "gone") return { do: "rest", until: null };

  const edits = wanted.parts.flatMap(({ name, print, everyMs }) => {
    const part = partOf(delivery, name);
    return part?.state === "posted" && part.print !== print ? [{ name, part, everyMs }] : [];
  });
  const edit = edits.find((it) => dueAt(it) <= now);
  if (edit?.name === root) return { do: "edit", part: root, at: edit.part.place };
  const missing = wanted.parts.find(({ name }) => partOf(delivery, name) === null);
  if (missing) return { do: "post", part: missing.name };
  if (edit) return { do: "edit", part: edit.name, at: edit.part.place };
  return pointing(delivery) ?? rest([...edits.map(dueAt), ...(wanted.next === null ? [] : [wanted.next])]);
}

function dueAt({ part, everyMs }: { readonly part: Posted; readonly everyMs: number }): EpochMs {
  return part.at + everyMs;
}

function pointing(delivery: Delivery): Effect | null {
  for (const { of, place, pointed } of delivery.twins) {
    const to = placeOf(delivery, of);
    if (!pointed && to !== null) return { do: "point", part: of, at: place, to };
  }
  return null;
}

function rest(times: readonly EpochMs[]): Effect {
  return { do: "rest", until: times.length === 0 ? null : Math.min(...times) };
}
