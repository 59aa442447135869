import type { Learnt } from "../check/material.ts";
import type { Who } from "./rules.ts";

/** What Slack says of a person. Only members of our own workspace, who are people and still there, may do anything. */
export type Status = "member" | "guest" | "bot" | "other workspace" | "deactivated";

export type Authority =
  | { readonly kind: "allowed" }
  /** Nobody is named in the configuration. */
  | { readonly kind: "nobody may" }
  | { readonly kind: "not a member"; readonly status: Exclude<Status, "member"> }
  | { readonly kind: "not named"; readonly who: Who }
  /** Who could not be looked up is not let in. */
  | { readonly kind: "not known"; readonly because: string; readonly who: Who };

type Facts = {
  readonly user: string;
  readonly status: Learnt<Status>;
  readonly who: Who;
  /** The members of each group of `who`. */
  readonly groups: readonly Learnt<readonly string[]>[];
};

/** Whatever cannot be told is a no; a yes from one group needs no word of the others. */
export function authorityOf({ user, status, who, groups }: Facts): Authority {
  if (who.users.length === 0 && who.groups.length === 0) return { kind: "nobody may" };
  if (status.kind !== "known") return { kind: "not known", because: status.because, who };
  if (status.value !== "member") return { kind: "not a member", status: status.value };
  if (who.users.includes(user)) return { kind: "allowed" };
  if (groups.some((it) => it.kind === "known" && it.value.includes(user))) return { kind: "allowed" };
  const unread = groups.find((it) => it.kind !== "known");
  return unread ? { kind: "not known", because: unread.because, who } : { kind: "not named", who };
}
