import type { KnownBlock } from "@slack/types";
import { section } from "../message.ts";

/** How much of a row is told. Rows of a page all tell as much. */
export type Detail = "full" | "brief" | "least";

const details: readonly Detail[] = ["full", "brief"];
const mostInSection = 2_900;
const mostInAll = 8_500; // what is above and below them is text, too

/** As much as Slack takes: names and reasons from a cluster may be very long. */
export function fitted(rows: (detail: Detail) => readonly string[]): readonly string[] {
  const fitting = details.map(rows).find((each) => {
    const all = each.reduce((total, it) => total + it.length, 0);
    return all <= mostInAll && each.every((it) => it.length <= mostInSection);
  });
  return fitting ?? rows("least");
}

/** Several rows to a section, in order. */
export function packed(rows: readonly string[]): KnownBlock[] {
  const sections: string[] = [];
  for (const row of rows) {
    const last = sections.at(-1);
    const joined = `${last ?? ""}\n${row}`;
    if (last === undefined || joined.length > mostInSection) sections.push(row);
    else sections[sections.length - 1] = joined;
  }
  return sections.map(section);
}
