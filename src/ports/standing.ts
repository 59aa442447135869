import type { Learnt } from "../core/check/material.ts";
import type { Status } from "../core/plan/authority.ts";

/** Who people are, for deciding what they may do: read now, or remembered for a minute at most. Never rejects. */
export type Standing = {
  status(user: string, stop: AbortSignal): Promise<Learnt<Status>>;
  /** The ids of the members of a user group. */
  members(group: string, stop: AbortSignal): Promise<Learnt<readonly string[]>>;
};
