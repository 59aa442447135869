import type { Part, State } from "../../core/announcement/state.ts";
import type { Kind } from "../../core/ledger/release.ts";
import type { Color } from "../message.ts";

/** Colour is never alone: the emoji and the word say the same. */
export const looks = {
  started: { emoji: ":hourglass_flowing_sand:", color: "grey" },
  progressing: { emoji: ":rocket:", color: "blue" },
  done: { emoji: ":white_check_mark:", color: "green" },
  failed: { emoji: ":x:", color: "red" },
  "rolled back": { emoji: ":leftwards_arrow_with_hook:", color: "purple" },
  superseded: { emoji: ":fast_forward:", color: "grey" },
  gone: { emoji: ":wastebasket:", color: "grey" },
  "not seen": { emoji: ":grey_question:", color: "grey" },
} satisfies Record<State, { readonly emoji: string; readonly color: Color }>;

const actions = {
  deploy: "deploy",
  rollback: "rollback",
  restart: "restart",
  configuration: "new configuration",
} satisfies Record<Kind, string>;

/** A tag that has moved makes a deploy of what somebody only restarted. */
export function actionOf({ release, before }: Part): string {
  const hasNewImage = before !== null && release.containers.some((it) => isOther(it, before.containers));
  return actions[release.kind === "restart" && hasNewImage ? "deploy" : release.kind];
}

type Containers = Part["release"]["containers"];

function isOther(it: Containers[0], before: Containers): boolean {
  const was = before.find(({ name }) => name === it.name);
  const areKnown = was !== undefined && was.digests.length > 0 && it.digests.length > 0;
  return areKnown && !it.digests.some((digest) => was.digests.includes(digest));
}
