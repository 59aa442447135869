import type { Plan } from "../../core/operation/operation.ts";
import { code } from "../words/text.ts";

/** The same by hand, for whoever would rather, or must. */
export function kubectlWords({ of, to }: Plan): string {
  const target = `${of.kind.toLowerCase()}/${of.name} -n ${of.namespace}`;
  const images = to.pins.map((it) => `${it.container}=${it.image}`).join(" ");
  const lines = [
    `kubectl rollout undo ${target} --to-revision=${to.revision.number}`,
    ...(images === "" ? [] : [`kubectl set image ${target} ${images}`]),
    `kubectl rollout status ${target}`,
  ];
  return `By hand: ${lines.map((it) => code(it, 900)).join(" then ")}`.slice(0, 2_900);
}
