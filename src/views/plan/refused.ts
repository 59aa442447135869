import type { Authority } from "../../core/plan/authority.ts";
import type { Moved } from "../../core/operation/operation.ts";
import type { NowRunning, Refused } from "../../core/plan/offer.ts";
import type { Who } from "../../core/plan/rules.ts";
import { code, literal } from "../words/text.ts";
import { when } from "../words/time.ts";
import { checkNames } from "./check.ts";

/** Why there is no rollback, and who or what would help. `name`: service and environment, formatted. */
export function refusedWords(because: Refused, name: string): string {
  switch (because.kind) {
    case "no environment":
      return `:no_entry: ${name}: there is no environment of that name (any more).`;
    case "no service":
      return `:grey_question: ${name}: I see no workload of that name there.`;
    case "off":
      return `:no_entry: ${name}: rollback is off there. Who runs me can set \`rollback: { allow: … }\` for that environment.`;
    case "authority":
      return `:no_entry: ${name}: ${authorityWords(because.authority)}`;
    case "approvals":
      return `:no_entry: ${name}: a second person is asked for there (\`approvals: 1\`), and this version cannot ask one. It does nothing without.`;
    case "store":
      return `:no_entry: ${name}: I could not keep what I do where it is safe, so I do nothing. ${because.because.map((it) => literal(it, 500)).join(" ")}`;
    case "cluster":
      return `:grey_question: ${name}: I cannot read ${literal(because.cluster, 80)} as it is right now (${literal(because.because, 400)}). I never go by what I knew before.`;
    case "gone":
      return `:grey_question: ${name}: that workload is not there any more.`;
    case "not settled":
      return `:hourglass_flowing_sand: ${name}: its controller has not taken up its newest template yet. Check again in a moment.`;
    case "nothing to go back to":
      return `:grey_question: ${name}: there is nothing to go back to: the cluster keeps no other template of it.${goneWords(because)}`;
    case "target gone":
      return `:grey_question: ${name}: what you want to go back to is what runs now, or the cluster does not keep it any more.`;
    case "under way":
      return `:no_entry: ${name}: another rollback of it is under way. See \`/whatsrunning rollbacks\`.`;
    case "expired":
      return `:hourglass: ${name}: this plan is too old to be confirmed.`;
    case "moved":
      return `:no_entry: ${name}: ${because.what.map((it) => moved[it]).join(", and ")} since this plan was made. Look at a new one.${nowWords(because.now)}`;
    case "not known":
      return `:grey_question: ${name}: whether this was confirmed is not known (${literal(because.because, 300)}). Look at \`/whatsrunning rollbacks\` before you try again.`;
    case "stopped":
      return `:no_entry: ${name}: in the way: ${because.stops.map((it) => checkNames[it]).join(", ")}.`;
  }
}

const moved = {
  "made anew": "the workload was deleted or made anew",
  template: "somebody changed its template",
  operation: "another operation changed it",
  paused: "its rollouts were paused",
  "being deleted": "it is being deleted",
} satisfies Record<Moved, string>;

/** Why somebody may not, and who may: what follows a colon. */
export function authorityWords(authority: Exclude<Authority, { readonly kind: "allowed" }>): string {
  switch (authority.kind) {
    case "nobody may":
      return "nobody may roll back there until somebody is named in `rollback.allow`.";
    case "not a member":
      return `${statuses[authority.status]} may never roll back.`;
    case "not named":
      return `you may not roll back there. Who can: ${whoWords(authority.who)}.`;
    case "not known":
      return `whether you may could not be told (${literal(authority.because, 200)}), so that it is a no. Who can: ${whoWords(authority.who)}.`;
  }
}

const statuses = {
  guest: "guests",
  bot: "bots",
  "other workspace": "people of another workspace",
  deactivated: "deactivated people",
} as const;

const mostNamed = 10;

/** In a dialog that one person sees, a mention pings nobody. */
function whoWords({ users, groups }: Who): string {
  const all = [...users.map((it) => `<@${it}>`), ...groups.map((it) => `<!subteam^${it}>`)];
  const left = all.length - mostNamed;
  return `${all.slice(0, mostNamed).join(", ")}${left > 0 ? ` and ${left} more` : ""}`;
}

const mostImages = 5;

function nowWords(now: readonly NowRunning[]): string {
  if (now.length === 0) return "";
  const images = now.slice(0, mostImages).map((it) => `${code(it.container, 63)} ${code(it.image, 150)}`);
  return ` It says now: ${images.join(", ")}${now.length > mostImages ? ", …" : ""}.`;
}

function goneWords({ gone }: Refused & { readonly kind: "nothing to go back to" }): string {
  const [last] = gone;
  return last
    ? ` The last release known to be good began ${when(last.start.at)}; its template is gone (revisionHistoryLimit).`
    : "";
}

/** Whether checking again can help. */
export function mayComeToPass({ kind }: Refused): boolean {
  return kind !== "not known" && kind !== "off" && kind !== "no environment" && kind !== "approvals";
}
