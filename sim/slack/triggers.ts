import type { Ids } from "./ids.ts";
import { refuse } from "./refusal.ts";

/** Counted from the moment the payload was sent. */
const triggerMs = 3_000;

/** The right to open one view for one person, which goes with an interaction. */
export type Triggers = {
  issue(user: string, view: string | null): string;
  /** Who may be shown a view, and from which view they came. Only once, and not for long. */
  use(id: string): { readonly user: string; readonly view: string | null };
};

export function createTriggers(ids: Ids, now: () => number): Triggers {
  const issued = new Map<string, { user: string; view: string | null; until: number; used: boolean }>();
  return {
    issue: (user, view) => {
      const id = `${ids.next("")}.${Math.floor(now())}.trigger`;
      issued.set(id, { user, view, until: now() + triggerMs, used: false });
      return id;
    },
    use: (id) => {
      const trigger = issued.get(id) ?? refuse("invalid_trigger_id");
      if (trigger.used) refuse("exchanged_trigger_id");
      if (now() > trigger.until) refuse("expired_trigger_id");
      trigger.used = true;
      return trigger;
    },
  };
}
