import type { Values } from "./variable.ts";

/** Settings that are checked like all others and that nothing looks at yet. What begins to use one deletes its line. */
const notYet = [
  "environments.*.rollback.approve",
  "environments.*.rollback.approvalFor",
  "environments.*.rollback.breakGlass",
  "issues",
] as const;

/** Those that somebody set all the same. */
export function unusedSettings(values: Values, written: unknown): readonly string[] {
  const socketMode = values.SLACK_APP_TOKEN !== undefined && values.SLACK_SIGNING_SECRET !== undefined;
  return [
    ...(socketMode ? ["SLACK_SIGNING_SECRET"] : []),
    ...notYet.flatMap((key) => writtenAt(key.split("."), written)),
  ];
}

function writtenAt([step, ...rest]: readonly string[], value: unknown): readonly string[] {
  if (step === undefined) return [""];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value)
    .filter(([key]) => step === "*" || step === key)
    .flatMap(([key, it]) => writtenAt(rest, it).map((end) => (end === "" ? key : `${key}.${end}`)));
}
