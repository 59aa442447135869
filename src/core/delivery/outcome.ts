import type { EpochMs } from "../workload.ts";
import { type Delivery, type Part, partOf, type Place, root, type Twin } from "./delivery.ts";
import type { Effect } from "./next.ts";

/** What came of an effect. `print`: of what was said with it. */
export type Came =
  | { readonly kind: "posted"; readonly place: Place; readonly print: string }
  | { readonly kind: "edited"; readonly print: string }
  /** Messages that carry the part's key, oldest first. */
  | { readonly kind: "found"; readonly places: readonly Place[] }
  /** Not done. */
  | { readonly kind: "not now"; readonly retryAfterMs: number }
  | { readonly kind: "refused"; readonly what: "message" | "content" | "place" }
  | { readonly kind: "unknown" };

/** `again`: not before. Null: there may be more to do at once. */
export type After = { readonly delivery: Delivery; readonly again: EpochMs | null };

type Doing = Exclude<Effect, { do: "rest" }>;

/** Its teller may know another place. The loop itself keeps away from the closed one. */
const placeAgainMs = 1_000;
const unknownAgainMs = 3_000;

/** A history that gives no answer is not waited for without end: to say it twice is better than never. */
const mostLooks = 10;

/** What is kept before an effect leaves: who is at it, and what may come of it. */
export function intending(delivery: Delivery, effect: Doing, now: EpochMs, lease: EpochMs): Delivery {
  const leased = { ...delivery, lease };
  return effect.do === "post" ? withPart(leased, effect.part, { state: "posting", at: now, looks: 0 }) : leased;
}

/** What is kept once its answer is there. */
export function afterwards(leased: Delivery, effect: Doing, came: Came, now: EpochMs): After {
  const delivery = { ...leased, lease: 0 };
  switch (effect.do) {
    case "post":
      return afterPost(delivery, effect.part, came, now);
    case "edit":
      return afterEdit(delivery, effect, came, now);
    case "look":
      return afterLook(delivery, effect.part, came, now);
    case "point":
      return afterPoint(delivery, effect.at, came, now);
  }
}

function afterPost(delivery: Delivery, name: string, came: Came, now: EpochMs): After {
  const without = withoutPart(delivery, name);
  switch (came.kind) {
    case "posted":
      return { delivery: withPart(delivery, name, { ...came, state: "posted", at: now }), again: null };
    case "not now":
      return { delivery: without, again: now + came.retryAfterMs };
    case "refused":
      if (came.what === "message") return { delivery: withPart(without, root, { state: "gone" }), again: null };
      return refused(without, name, came.what, now);
    case "unknown":
    case "edited":
    case "found":
      return {
        delivery: withPart(delivery, name, { state: "posting", at: now, looks: 0 }),
        again: now + unknownAgainMs,
      };
  }
}

function afterEdit(
  delivery: Delivery,
  { part: name, at: place }: Effect & { do: "edit" },
  came: Came,
  now: EpochMs,
): After {
  switch (came.kind) {
    case "edited":
      return {
        delivery: withPart(delivery, name, { state: "posted", place, at: now, print: came.print }),
        again: null,
      };
    case "not now":
      return { delivery, again: now + came.retryAfterMs };
    case "refused":
      if (came.what === "message") return { delivery: withPart(delivery, name, { state: "gone" }), again: null };
      return refused(delivery, name, came.what, now);
    case "unknown":
    case "posted":
    case "found":
      return { delivery, again: now + unknownAgainMs };
  }
}

/** In plain words once, if that is what was wrong; never without end. */
function refused(delivery: Delivery, name: string, what: "content" | "place", now: EpochMs): After {
  if (what === "place") return { delivery, again: now + placeAgainMs };
  if (!delivery.plainly) return { delivery: { ...delivery, plainly: true }, again: null };
  return { delivery: withPart(delivery, name, { state: "gone" }), again: null };
}

function afterLook(delivery: Delivery, name: string, came: Came, now: EpochMs): After {
  const posting = partOf(delivery, name);
  const looks = posting?.state === "posting" ? posting.looks + 1 : 1;
  switch (came.kind) {
    case "found": {
      const [place, ...more] = came.places;
      if (!place) return { delivery: withoutPart(delivery, name), again: null };
      const found = withPart(delivery, name, { state: "posted", place, at: now, print: "" });
      const twins = more.map((it): Twin => ({ of: name, place: it, pointed: false }));
      return { delivery: { ...found, twins: [...delivery.twins, ...twins] }, again: null };
    }
    case "refused":
      return { delivery: withoutPart(delivery, name), again: null }; // nobody may look: rather twice than never
    case "not now":
    case "unknown":
    case "posted":
    case "edited": {
      if (looks >= mostLooks) return { delivery: withoutPart(delivery, name), again: null };
      const after = came.kind === "not now" ? came.retryAfterMs : unknownAgainMs;
      const at = posting?.state === "posting" ? posting.at : now;
      return { delivery: withPart(delivery, name, { state: "posting", at, looks }), again: now + after };
    }
  }
}

function afterPoint(delivery: Delivery, place: Place, came: Came, now: EpochMs): After {
  if (came.kind === "not now") return { delivery, again: now + came.retryAfterMs };
  if (came.kind === "unknown") return { delivery, again: now + unknownAgainMs };
  const twins = delivery.twins.map((it) => (it.place.ts === place.ts ? { ...it, pointed: true } : it));
  return { delivery: { ...delivery, twins }, again: null };
}

/** A message of ours that somebody came upon: of a part that stands elsewhere, it is a twin. */
export function sighted(delivery: Delivery, name: string, place: Place): Delivery {
  const part = partOf(delivery, name);
  if (part?.state !== "posted" || part.place.ts === place.ts) return delivery;
  if (delivery.twins.some((it) => it.place.ts === place.ts)) return delivery;
  return { ...delivery, twins: [...delivery.twins, { of: name, place, pointed: false }] };
}

function withPart(delivery: Delivery, name: string, is: Part["is"]): Delivery {
  const isThere = delivery.parts.some((it) => it.name === name);
  const parts = isThere
    ? delivery.parts.map((it) => (it.name === name ? { name, is } : it))
    : [...delivery.parts, { name, is }];
  return { ...delivery, parts };
}

function withoutPart(delivery: Delivery, name: string): Delivery {
  return { ...delivery, parts: delivery.parts.filter((it) => it.name !== name) };
}
