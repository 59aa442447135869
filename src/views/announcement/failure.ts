import type { Part } from "../../core/announcement/state.ts";
import type { Failure } from "../../core/ledger/release.ts";
import { spoken, type Voice, written } from "../words/headline.ts";
import { code, literal } from "../words/text.ts";

/** Why it failed, and what to do next. Nothing here is guessed: the reason and the message are the cluster's. */
export function failureLines({ last: { outcome, of } }: Part): readonly string[] {
  if (outcome.state !== "failed") return [];
  const { because } = outcome;
  const message = because.message === "" ? [] : [`> ${code(because.message, 300)}`];
  return [causeWords(because, written), ...message, `*Next:* ${remedy(because, of)}`];
}

/** The same for who hears it, without what can only be copied. */
export function failureHeard({ last: { outcome } }: Part): string {
  if (outcome.state !== "failed") return "";
  const { because } = outcome;
  const message = because.message === "" ? "" : ` It says: ${literal(because.message, 300)}.`;
  return `${causeWords(because, spoken)}.${message}`;
}

export function causeWords({ pod, container, reason, exitCode, left }: Failure, voice: Voice): string {
  if (pod === null) return literal(reason, 300) || "It did not finish within its deadline, and no pod says why";
  const exit = exitCode === null ? "" : `, exit code ${exitCode}`;
  const where = container === null ? "" : `, container ${voice.code(container.slice(0, 63))}`;
  const what = reason === "NotReady" ? "runs but does not get ready" : `has ${literal(reason, 80)}${exit}`;
  return `Pod ${voice.code(pod.slice(0, 100))}${where} ${what}${left ? ". It is of an older revision, and all others wait for it" : ""}`;
}

function remedy(because: Failure, { namespace, kind, name }: Part["last"]["of"]): string {
  const { pod, container, reason, left } = because;
  const at = `-n ${namespace}`;
  if (left && pod !== null) {
    return `even a fix or a rollback waits for this pod. Delete it: ${code(`kubectl delete pod ${pod} ${at}`)}`;
  }
  const logs = code(`kubectl logs ${pod ?? ""} ${container === null ? "" : `-c ${container} `}${at} --previous`);
  const events = code(`kubectl describe ${pod === null ? `${kind.toLowerCase()} ${name}` : `pod ${pod}`} ${at}`);
  if (reason.includes("exceeded quota")) return "ask for less, raise the quota of the namespace, or roll back";
  switch (reason) {
    case "ErrImagePull":
    case "ImagePullBackOff":
    case "ErrImageNeverPull":
    case "RegistryUnavailable":
      return "see that the registry serves this image, and that the nodes may pull it; or roll back";
    case "InvalidImageName":
      return "the image's name cannot be read: correct it in the manifest, or roll back";
    case "CreateContainerConfigError":
      return "make what is missing, or take its reference out of the manifest; or roll back";
    case "CrashLoopBackOff":
    case "RunContainerError":
    case "StartError":
      return `its last words: ${logs}; or roll back`;
    case "Unschedulable":
      return `no node takes the pod: ask for less, add nodes, or roll back. ${events}`;
    default:
      return `${events}; or roll back`;
  }
}
