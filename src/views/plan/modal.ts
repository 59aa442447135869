import type { KnownBlock, ModalView } from "@slack/types";
import type { Intent } from "../../core/operation/operation.ts";
import type { Offer, Place, Proposal } from "../../core/plan/offer.ts";
import type { Request } from "../../core/plan/wanted.ts";
import type { EpochMs } from "../../core/workload.ts";
import { context, section } from "../message.ts";
import { literal, plain } from "../words/text.ts";
import { when } from "../words/time.ts";
import { imageOf, skippedWords } from "./candidate.ts";
import { checkBlocks, lostBlocks } from "./check.ts";
import { fields } from "./field.ts";
import { kubectlWords } from "./kubectl.ts";
import { againButton, targetMenu, workloadMenu } from "./menu.ts";
import { mayComeToPass, refusedWords } from "./refused.ts";

export const planModalId = "rollback_plan";

export type Shown = { readonly request: Request; readonly now: EpochMs };

/** There before anything was read. */
export function checkingModal(request: Request): ModalView {
  const { service, environment } = request.wanted;
  return modal(request, null, [
    section(
      `:hourglass_flowing_sand: Checking what *${literal(service, 63)}* in *${literal(environment, 63)}* can go back to…`,
    ),
    context("Nothing is changed before you confirm it."),
  ]);
}

/** "broken": something failed that nobody expected; the log has it. */
export function offerModal(offer: Offer | { readonly kind: "broken" }, shown: Shown): ModalView {
  const { request } = shown;
  const name = nameOf(request);
  switch (offer.kind) {
    case "plan":
      return proposalModal(offer, shown);
    case "no default":
      return modal(request, null, [
        section(
          `:grey_question: ${name}: none of its earlier templates is known to be good. Choose one, and I check it.`,
        ),
        ...placeBlocks(offer.at),
        ...targetMenu(offer.candidates, null, "none"),
        ...notes([skippedWords(offer.candidates)]),
      ]);
    case "which workload":
      return modal(request, null, [
        section(
          `:point_down: There are ${offer.choices.length} workloads called ${name}. Each is taken back by itself: which one?`,
        ),
        ...workloadMenu(offer.choices, null),
      ]);
    case "refused": {
      const again = mayComeToPass(offer.because) ? againButton() : [];
      return modal(request, null, [section(refusedWords(offer.because, name)), ...again]);
    }
    case "broken":
      return modal(request, null, [
        section(`:x: ${name}: something broke while I checked, and nothing was changed. The log has it.`),
        ...againButton(),
      ]);
  }
}

function proposalModal(offer: Proposal, { request, now }: Shown): ModalView {
  const { at, target, candidates, draft, checks, lost, hurdles } = offer;
  const name = nameOf(request);
  const stopped = hurdles.stops.length > 0;
  const blocks = [
    ...(stopped
      ? [
          section(
            `:no_entry: ${name} cannot go back to ${imageOf(target)} as things are. In the way: ${hurdles.stops.join(", ")}.`,
          ),
        ]
      : [
          section(`:leftwards_arrow_with_hook: ${name}: back to ${imageOf(target)}${goodFor(target.standing)}.`),
          section(consequence(offer)),
        ]),
    ...placeBlocks(at),
    ...targetMenu(candidates, target, draft.id),
    ...notes([skippedWords(candidates)]),
    ...checkBlocks(checks),
    ...lostBlocks(lost, now),
    context(kubectlWords(draft.plan)),
    ...(stopped
      ? [section("This cannot be confirmed before that is out of the way."), ...againButton()]
      : fields(offer, request.reason)),
    context(`This plan is good until ${when(draft.plan.expiresAt)}. If anything changes before that, nothing is done.`),
  ];
  return modal(request, draft.id, blocks, stopped ? null : "Roll back now");
}

/** After the confirmation. */
export function acceptedModal({ asked, plan }: Intent): ModalView {
  const where = asked.where === null ? "" : ` I tell how it goes in <#${asked.where.channel}>.`;
  return closed([
    section(
      `:leftwards_arrow_with_hook: Rolling back *${literal(asked.service, 63)}* in *${literal(asked.environment, 63)}* to revision ${plan.to.revision.number}.${where}`,
    ),
    context("It counts as restored once its pods are ready on the images of that revision."),
  ]);
}

/** What became of a confirmation that was refused. Another plan is one press away. */
export function refusedModal(because: Parameters<typeof refusedWords>[0], request: Request): ModalView {
  const again = mayComeToPass(because) ? againButton() : [];
  return modal(request, null, [
    section(refusedWords(because, nameOf(request))),
    ...(because.kind === "not known" ? [] : [context("Nothing was changed.")]),
    ...again,
  ]);
}

/** What the dialog carries with it, to be read again when something in it is pressed. */
function modal(request: Request, plan: string | null, blocks: KnownBlock[], submit: string | null = null): ModalView {
  const { wanted, where } = request;
  return {
    ...closed(blocks),
    callback_id: planModalId,
    title: plain(`Roll back ${wanted.service}`, 24),
    private_metadata: JSON.stringify({ wanted, where, plan }),
    ...(submit === null ? {} : { submit: plain(submit, 24) }),
  };
}

function closed(blocks: KnownBlock[]): ModalView {
  return {
    type: "modal",
    title: plain("Roll back", 24),
    close: plain("Close", 24),
    blocks: blocks.slice(0, mostBlocks),
  };
}

const mostBlocks = 100;

function nameOf({ wanted }: Request): string {
  return `*${literal(wanted.service, 63)}* in *${literal(wanted.environment, 63)}*`;
}

function goodFor(standing: Proposal["target"]["standing"]): string {
  return standing.kind === "good" ? ", the last one that is known to be good" : "";
}

function consequence({ at, candidates, target }: Proposal): string {
  const { of, cluster, workload } = at;
  const from = candidates.current ? imageOf(candidates.current) : "what it has now";
  const place = `${of.kind} ${literal(`${of.namespace}/${of.name}`, 130)} on ${literal(cluster, 80)}`;
  return `You are about to change ${place}: its ${workload.replicas} ${workload.replicas === 1 ? "pod goes" : "pods go"} from ${from} to ${imageOf(target)}, ${how[workload.strategy]}.`;
}

const how = {
  RollingUpdate: "a few at a time",
  Recreate: "all of them stopped first",
  OnDelete: "each only when somebody deletes it",
} as const;

function placeBlocks({ choices, of }: Place): KnownBlock[] {
  return choices.length > 1 ? workloadMenu(choices, of) : [];
}

function notes(texts: readonly (string | null)[]): KnownBlock[] {
  return texts.flatMap((it) => (it === null ? [] : [context(it)]));
}
