import { same } from "./json.ts";
import type { AnyObject } from "./object.ts";
import { hasTemplate } from "./managed-images.ts";
import type { Plural } from "./resource.ts";
import { selects } from "./selector.ts";
import { invalid } from "./status.ts";

type Cause = { readonly reason: string; readonly message: string; readonly field: string };

const pattern = "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
const nameRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end " +
  `with an alphanumeric character (e.g. 'example.com', regex used for validation is '${pattern}')`;

/** The rules of the real validation that a patch of ours could break, with its words. */
export function validate(plural: Plural, object: AnyObject, before: AnyObject | null): void {
  const causes = [...nameCauses(object), ...selectorCauses(object, before), ...duplicateCauses(object)];
  if (causes.length > 0) invalid(plural, object.metadata.name, causes);
}

function nameCauses({ metadata: { name } }: AnyObject): readonly Cause[] {
  const field = "metadata.name";
  if (name === "") {
    return [{ reason: "FieldValueRequired", message: "Required value: name or generateName is required", field }];
  }
  if (new RegExp(`^${pattern}$`).test(name)) return [];
  return [{ reason: "FieldValueInvalid", message: `Invalid value: "${name}": ${nameRule}`, field }];
}

function selectorCauses(object: AnyObject, before: AnyObject | null): readonly Cause[] {
  if (!hasTemplate(object)) return [];
  const { selector, template } = object.spec;
  const { labels } = template.metadata;
  const unmatched = !selects(selector, labels);
  const changed = before !== null && hasTemplate(before) && !same(before.spec.selector, selector);
  return [
    ...(unmatched ? [bad("spec.template.metadata.labels", labels, "`selector` does not match template `labels`")] : []),
    ...(changed ? [bad("spec.selector", selector, "field is immutable")] : []),
  ];
}

function bad(field: string, value: unknown, why: string): Cause {
  return { reason: "FieldValueInvalid", message: `Invalid value: ${JSON.stringify(value ?? null)}: ${why}`, field };
}

function duplicateCauses(object: AnyObject): readonly Cause[] {
  if (!hasTemplate(object)) return [];
  const names = object.spec.template.spec.containers.map((it) => it.name);
  return names.flatMap((name, index) => {
    const field = `spec.template.spec.containers[${index}].name`;
    const again = names.indexOf(name) < index;
    return again ? [{ reason: "FieldValueDuplicate", message: `Duplicate value: "${name}"`, field }] : [];
  });
}
