import { z } from "zod";

const Selecting = z.object({
  spec: z.object({
    selector: z.object({
      matchLabels: z.record(z.string(), z.string()).nullish(),
      matchExpressions: z
        .array(z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).nullish() }))
        .nullish(),
    }),
  }),
});

/** As it is written in a query: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#api */
export function selectorOf(raw: unknown): string {
  const { matchLabels, matchExpressions } = Selecting.parse(raw).spec.selector;
  const labels = Object.entries(matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const expressions = (matchExpressions ?? []).map(({ key, operator, values }) => {
    switch (operator) {
      case "Exists":
        return key;
      case "DoesNotExist":
        return `!${key}`;
      default:
        return `${key} ${operator === "In" ? "in" : "notin"} (${(values ?? []).join(",")})`;
    }
  });
  return [...labels, ...expressions].join(",");
}
