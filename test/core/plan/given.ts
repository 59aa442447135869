import type { RawRevision, RawTemplate } from "../../../src/core/operation/live.ts";
import { image } from "../given.ts";

type Json = RawTemplate["json"];

/** A template with one container, known by its name. */
export function rawTemplate(name: string, spec: Readonly<Record<string, Json>> = {}, of = image(name)): RawTemplate {
  return { hash: name, json: { metadata: {}, spec: { containers: [{ name: "checkout", image: of }], ...spec } } };
}

/** `checkout-6` with the template `v6` and the image 6. */
export function rawRevision(number: number, given: Partial<RawRevision> = {}): RawRevision {
  return {
    uid: `replicaset-${number}`,
    name: `checkout-${number}`,
    number,
    template: rawTemplate(`v${number}`),
    annotations: {},
    ...given,
  };
}
