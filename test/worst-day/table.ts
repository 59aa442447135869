import type { Asked } from "./judge.ts";
import type { Chapter } from "./story.ts";

type Row = readonly string[];
const head: Row = [
  "fault",
  "held",
  "longest blind",
  "recovered after",
  "live",
  "asked",
  "behind",
  "slowest answer",
  "wrong",
];

type Results = {
  readonly chapters: readonly Chapter[];
  readonly asked: readonly Asked[];
  readonly wrong: ReadonlySet<Asked>;
  readonly cluster: string;
};

/** What happened, a line for each fault. */
export function tableOf({ chapters, asked, wrong, cluster }: Results): string {
  const rows = chapters.map(({ fault, from, endedAt, recoveredAt, to }): Row => {
    const during = asked.filter((it) => it.at >= from && it.at < to);
    const states = during.map((it) => it.read?.sights.get(cluster)?.state ?? "none");
    const number = (state: string) => String(states.filter((it) => it === state).length);
    const slowest = Math.max(...during.map((it) => it.answeredAt - it.at));
    return [
      fault.name,
      seconds(endedAt - from),
      seconds(longestBlind(during, cluster)),
      recoveredAt === null ? "never" : seconds(recoveredAt - endedAt),
      number("live"),
      number("asked"),
      number("behind"),
      seconds(slowest),
      String(during.filter((it) => wrong.has(it)).length),
    ];
  });
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((it) => it[column]?.length ?? 0)));
  const line = (row: Row) => row.map((it, column) => it.padEnd(widths[column] ?? 0)).join("  ");
  return [head, ...rows].map(line).join("\n");
}

/** Between two answers about the same that show the cluster as it is now. */
function longestBlind(asked: readonly Asked[], cluster: string): number {
  const topics = Map.groupBy(asked, (it) => it.service);
  const spans = [...topics.values()].map((all) => {
    let [blindFrom, longest]: [number | null, number] = [null, 0];
    for (const it of all) {
      const state = it.read?.sights.get(cluster)?.state;
      if (state === "live" || state === "asked") blindFrom = null;
      else blindFrom ??= it.at;
      if (blindFrom !== null) longest = Math.max(longest, it.answeredAt - blindFrom);
    }
    return longest;
  });
  return Math.max(0, ...spans);
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
