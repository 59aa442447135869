import { element, shape } from "./dom.ts";

type Drawing = { readonly tone: string; readonly path: string };

/** Drawn here, so that they look alike everywhere and need no font. Each stroke in a box of 20 by 20. */
const drawings = new Map<string, Drawing>([
  ["white_check_mark", { tone: "good", path: "M5.5 10.5l3 3 6-7" }],
  ["hourglass_flowing_sand", { tone: "busy", path: "M6.5 5h7M6.5 15h7M7 5c0 4 6 6 6 10M13 5c0 4-6 6-6 10" }],
  ["warning", { tone: "care", path: "M10 5v6M10 14.4v.2" }],
  ["x", { tone: "bad", path: "M6.5 6.5l7 7M13.5 6.5l-7 7" }],
  ["zzz", { tone: "quiet", path: "M6.5 6.5h7l-7 7h7" }],
  ["grey_question", { tone: "quiet", path: "M7.5 7.6c.4-3.2 5-3 5 .1 0 2-2.5 2-2.5 4M10 14.6v.2" }],
  ["double_vertical_bar", { tone: "care", path: "M8 6v8M12 6v8" }],
  ["eyes", { tone: "care", path: "M4.5 10c2.5-4.6 8.5-4.6 11 0-2.5 4.6-8.5 4.6-11 0M10 9.7v.6" }],
]);

/** What is not drawn here stays its name between colons. */
export function emojiElement(name: string): Node {
  const drawing = drawings.get(name);
  if (!drawing) return document.createTextNode(`:${name}:`);
  const label = name.replaceAll("_", " ");
  const picture = shape("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" }, [
    shape("circle", { cx: "10", cy: "10", r: "9" }),
    shape("path", { d: drawing.path }),
  ]);
  return element("span", { class: `emoji ${drawing.tone}`, role: "img", "aria-label": label, title: label }, [picture]);
}
