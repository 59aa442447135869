import { dig, type Fields } from "./managed-fields.ts";
import type { Objects } from "./object.ts";

const sections = ["data", "binaryData"] as const;

/** Who owns which key of a ConfigMap. */
export const data: Fields<Objects["configmaps"]> = {
  valuesOf: (it) =>
    new Map(
      sections.flatMap((section) =>
        Object.entries(it[section] ?? {}).map(([key, value]) => [`${section}/${key}`, value] as const),
      ),
    ),
  ownedBy: ({ fieldsV1 }) =>
    sections.flatMap((section) =>
      Object.keys(dig(fieldsV1, [`f:${section}`])).flatMap((it) =>
        it.startsWith("f:") ? [`${section}/${it.slice(2)}`] : [],
      ),
    ),
  written(keys) {
    const owned: Record<string, Record<string, object>> = {};
    for (const key of keys) {
      const [section = "", name = ""] = key.split("/"); // no key of a ConfigMap has a slash
      (owned[`f:${section}`] ??= {})[`f:${name}`] = {};
    }
    return owned;
  },
};
