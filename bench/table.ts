/** One measured claim: a number for each run, ours beside the peer's. */
export type Row = {
  readonly what: string;
  readonly unit: "ms" | "s" | "MB" | "";
  readonly ours: readonly number[];
  /** Null where there was none to measure, with the reason. */
  readonly peer: { readonly name: string; readonly values: readonly number[] } | { readonly missing: string } | null;
  readonly goal: { readonly atMost: number } | { readonly timesBetter: number } | null;
};

export type Result = { readonly title: string; readonly about: string; readonly rows: readonly Row[] };

/** Up to here, a difference on a shared machine proves nothing. */
const notAClaim = 3;

export function tableOf({ title, about, rows }: Result): string {
  const head = ["what", "ours: median (least to most)", "peer: median (least to most)", "ratio", "goal"];
  const lines = [head, head.map(() => "---"), ...rows.map(cellsOf)].map((it) => `| ${it.join(" | ")} |`);
  return [`### ${title}`, "", about, "", ...lines, ""].join("\n");
}

function cellsOf(row: Row): readonly string[] {
  const { what, unit, ours, peer } = row;
  const against = peer && "values" in peer ? `${peer.name}: ${spread(peer.values, unit)}` : (peer?.missing ?? "");
  return [what, spread(ours, unit), against, ratioText(row), goalText(row)];
}

function spread(values: readonly number[], unit: string): string {
  return `${short(median(values))} ${unit} (${short(Math.min(...values))} to ${short(Math.max(...values))})`.replace(
    "  ",
    " ",
  );
}

function ratioText(row: Row): string {
  const ratio = ratioOf(row);
  if (ratio === null) return "";
  const worse = ratio < 1 ? "worse, " : "";
  return ratio <= notAClaim ? `${worse}no claim (${short(ratio)}×)` : `${short(ratio)}×`;
}

function goalText(row: Row): string {
  const { goal, unit, ours } = row;
  if (!goal) return "";
  if ("atMost" in goal) return `${median(ours) <= goal.atMost ? "met" : "MISSED"}: at most ${goal.atMost} ${unit}`;
  const ratio = ratioOf(row);
  return `${ratio === null ? "not measured" : ratio >= goal.timesBetter ? "met" : "MISSED"}: at least ${goal.timesBetter}×`;
}

function ratioOf({ ours, peer }: Row): number | null {
  return peer && "values" in peer && median(ours) > 0 ? median(peer.values) / median(ours) : null;
}

function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** The nearest value that so many percent of all do not exceed. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}
