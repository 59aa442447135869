import type { Checkboxes, KnownBlock } from "@slack/types";
import type { About } from "../../core/check/check.ts";
import type { Lack } from "../../core/plan/draft.ts";
import type { Proposal } from "../../core/plan/offer.ts";
import { plain } from "../words/text.ts";
import { checkNames } from "./check.ts";

/** The fields of a plan. What was ticked for one plan is not ticked for the next: those blocks bear the plan's id. */
export const fieldIds = { reason: "reason", typed: "typed", accept: "accept", override: "override" } as const;

const longestReason = 300;

export function fields({ draft, hurdles, rules }: Proposal, reason: string): KnownBlock[] {
  const before = reason.trim() === "" ? {} : { initial_value: reason.slice(0, longestReason) };
  return [
    ...boxes(`${fieldIds.override}_${draft.id}`, fieldIds.override, hurdles.override, {
      label: "In the way, and to be done all the same",
      text: (name) => `Override: ${name}. The reason below says why.`,
    }),
    ...boxes(`${fieldIds.accept}_${draft.id}`, fieldIds.accept, hurdles.accept, {
      label: "What nobody could tell",
      text: (name) => `${name}: I go ahead without knowing.`,
    }),
    {
      type: "input",
      block_id: fieldIds.reason,
      label: plain("Why?", 100),
      hint: plain("Everybody who follows this sees it.", 150),
      element: { type: "plain_text_input", action_id: fieldIds.reason, max_length: longestReason, ...before },
    },
    ...(rules.confirm === "typed" ? [typedField(draft.service)] : []),
  ];
}

function typedField(service: string): KnownBlock {
  return {
    type: "input",
    block_id: fieldIds.typed,
    label: plain(`Type ${service} to confirm`, 200),
    element: { type: "plain_text_input", action_id: fieldIds.typed, max_length: 300 },
  };
}

type Words = { readonly label: string; readonly text: (name: string) => string };

function boxes(blockId: string, actionId: string, abouts: readonly About[], { label, text }: Words): KnownBlock[] {
  if (abouts.length === 0) return [];
  const options = abouts.map((it) => ({ text: plain(text(checkNames[it]), 150), value: it }));
  const element: Checkboxes = { type: "checkboxes", action_id: actionId, options };
  return [{ type: "input", block_id: blockId, label: plain(label, 200), element }];
}

/** What stands beside each field that is not as it has to be, by its block. */
export function lackWords(lacks: readonly Lack[], plan: string, service: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    lacks.map((it) => {
      switch (it) {
        case "reason":
          return [fieldIds.reason, "Say why."] as const;
        case "typed":
          return [fieldIds.typed, `That is not ${service.slice(0, 100)}.`] as const;
        case "accept":
          return [`${fieldIds.accept}_${plan}`, "Tick each of them, or find it out first."] as const;
        case "override":
          return [`${fieldIds.override}_${plan}`, "Tick each of them, or do not go ahead."] as const;
      }
    }),
  );
}
