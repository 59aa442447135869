import { element, shape } from "../dom.ts";

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
  ["leftwards_arrow_with_hook", { tone: "busy", path: "M8 5.5l-3 3 3 3M5.5 8.5h6a3 3 0 010 6h-2" }],
  ["black_small_square", { tone: "quiet", path: "M9 9h2v2h-2z" }],
  ["scroll", { tone: "quiet", path: "M7 5.5h6v9h-6zM9 8h2M9 10.5h2" }],
  ["wastebasket", { tone: "care", path: "M6 7h8M8.5 7v-1.5h3V7M7 7l.7 8h4.6l.7-8" }],
  ["round_pushpin", { tone: "bad", path: "M10 10.5v4.5M10 5.2a2.6 2.6 0 010 5.2 2.6 2.6 0 010-5.2" }],
  ["heavy_plus_sign", { tone: "good", path: "M10 6v8M6 10h8" }],
  ["heavy_minus_sign", { tone: "bad", path: "M6 10h8" }],
  ["arrow_up", { tone: "busy", path: "M10 14.5v-9M6.5 9l3.5-3.5 3.5 3.5" }],
  ["arrow_down", { tone: "busy", path: "M10 5.5v9M6.5 11l3.5 3.5 3.5-3.5" }],
  ["no_entry", { tone: "bad", path: "M6 10h8M6 9.4h8" }],
  ["point_up", { tone: "busy", path: "M10 15v-8M7.5 9.5l2.5-3 2.5 3" }],
  ["point_down", { tone: "busy", path: "M10 5v8M7.5 10.5l2.5 3 2.5-3" }],
  ["hourglass", { tone: "busy", path: "M6.5 5h7M6.5 15h7M7 5c0 4 6 6 6 10M13 5c0 4-6 6-6 10" }],
  ["mag", { tone: "quiet", path: "M9 6a3 3 0 010 6 3 3 0 010-6M11.5 11.5l3 3" }],
  ["rocket", { tone: "busy", path: "M10 4.5c3 2.5 3 5.5 2 8h-4c-1-2.5-1-5.5 2-8M8 15h4" }],
  ["raised_hand", { tone: "care", path: "M7 14V7.5M9 13V5.5M11 13V5.5M13 14V7.5M7 14.5h6" }],
  ["hand", { tone: "care", path: "M7 14V7.5M9 13V5.5M11 13V5.5M13 14V7.5M7 14.5h6" }],
  ["lock", { tone: "care", path: "M6.5 9.5h7v5h-7zM8 9.5v-2a2 2 0 014 0v2" }],
  ["white_large_square", { tone: "quiet", path: "M6.5 6.5h7v7h-7z" }],
  ["information_source", { tone: "busy", path: "M10 9v5.5M10 5.8v.2" }],
  ["octagonal_sign", { tone: "bad", path: "M8 5h4l3 3v4l-3 3h-4l-3-3v-4z" }],
  ["alarm_clock", { tone: "care", path: "M10 6a5 5 0 010 9 5 5 0 010-9M10 8v2.5l1.5 1" }],
  ["fast_forward", { tone: "busy", path: "M5.5 6.5l4 3.5-4 3.5zM10.5 6.5l4 3.5-4 3.5z" }],
  ["rotating_light", { tone: "bad", path: "M6.5 14.5h7M7.5 14v-4a2.5 2.5 0 015 0v4M10 4v1.5" }],
  ["alarm_clock", { tone: "care", path: "M10 7.5v3l2 1.5M10 5.5a5 5 0 010 10 5 5 0 010-10M6 5l-1.5 1.5M14 5l1.5 1.5" }],
  ["fast_forward", { tone: "busy", path: "M5.5 6.5l4 3.5-4 3.5M10.5 6.5l4 3.5-4 3.5" }],
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
