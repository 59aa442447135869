import type { KnownBlock, PlainTextOption } from "@slack/types";
import { nameOf, type Subject } from "../../core/ledger/release.ts";
import type { Candidate, Candidates } from "../../core/plan/candidate.ts";
import type { Choice } from "../../core/plan/offer.ts";
import { actions } from "../message.ts";
import { plain } from "../words/text.ts";
import { candidateLabel } from "./candidate.ts";

/** What can be picked and pressed within a plan. Each makes a new one. */
export const menuIds = { target: "plan_target", workload: "plan_workload", again: "plan_again" } as const;

const mostOptions = 100;
const longestValue = 150;

/** `plan`: a menu of another plan starts from its own target. */
export function targetMenu({ others }: Candidates, target: Candidate | null, plan: string): KnownBlock[] {
  const options = others.slice(0, mostOptions).map(optionOf);
  const chosen = target && others.includes(target) ? optionOf(target) : null;
  const placeholder = plain("Go back to…", 150);
  const initial = chosen && options.some((it) => it.value === chosen.value) ? { initial_option: chosen } : {};
  return menu(`target_${plan}`, [
    { type: "static_select", action_id: menuIds.target, placeholder, options, ...initial },
  ]);
}

function optionOf(candidate: Candidate): PlainTextOption {
  return { text: plain(candidateLabel(candidate), 75), value: candidate.revision.uid };
}

export function workloadMenu(choices: readonly Choice[], of: Subject | null): KnownBlock[] {
  const options = choices
    .filter((it) => nameOf(it.of).length <= longestValue)
    .slice(0, mostOptions)
    .map(({ of: it, cluster }) => ({
      text: plain(`${cluster} · ${it.kind} ${it.namespace}/${it.name}`, 75),
      value: nameOf(it),
    }));
  if (options.length === 0) return [];
  const [initial] = options.filter((it) => of && it.value === nameOf(of));
  const placeholder = plain("Which workload…", 150);
  const element = { type: "static_select", action_id: menuIds.workload, placeholder, options } as const;
  return menu(`workload_${of ? nameOf(of) : "none"}`, [
    { ...element, ...(initial ? { initial_option: initial } : {}) },
  ]);
}

export function againButton(): KnownBlock[] {
  return actions([{ type: "button", action_id: menuIds.again, text: plain("Check again", 70), value: "again" }]);
}

function menu(blockId: string, elements: Parameters<typeof actions>[0]): KnownBlock[] {
  return actions(elements, blockId.slice(0, 255));
}
