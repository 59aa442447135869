import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Found, Given } from "../../../src/core/plan/draft.ts";
import { hurdlesOf, lacks } from "../../../src/core/plan/draft.ts";
import { overridable, type Rules } from "../../../src/core/plan/rules.ts";

const ok = { about: "manifest", outcome: "ok", unknown: false } as const;
const noImage = { about: "image", outcome: "block", unknown: false } as const;
const owned = { about: "owner", outcome: "block", unknown: true } as const;
const unread = { about: "configuration", outcome: "unknown", unknown: true } as const;
const paused = { about: "state", outcome: "block", unknown: false } as const;
const given: Given = { reason: "errors", typed: null, accepted: [], overridden: [] };

describe("what stands in the way", () => {
  test.each<[string, readonly Found[], Rules["override"], ReturnType<typeof hurdlesOf>]>([
    ["nothing", [ok], [], { stops: [], override: [], accept: [] }],
    ["a block stops", [noImage], [], { stops: ["image"], override: [], accept: [] }],
    ["a block that may be overridden is to be", [noImage], ["image"], { stops: [], override: ["image"], accept: [] }],
    [
      "what the API server would not do is never overridden",
      [paused],
      overridable,
      { stops: ["state"], override: [], accept: [] },
    ],
    ["unknown is to be accepted", [unread], [], { stops: [], override: [], accept: ["configuration"] }],
    ["unknown behind a block, too", [owned], ["owner"], { stops: [], override: ["owner"], accept: ["owner"] }],
  ])("%s", (_, outcomes, override, expected) => {
    expect(hurdlesOf(outcomes, { override })).toEqual(expected);
  });
});

describe("what is still missing", () => {
  const draft = { service: "checkout", outcomes: [noImage, unread] };
  const rules = { override: ["image"], confirm: "typed" } as const;
  test("is said field by field", () => {
    expect(lacks(draft, rules, { ...given, reason: " " })).toEqual(["reason", "typed", "accept", "override"]);
  });
  test("is nothing once all of it is there", () => {
    const all: Given = { reason: "errors", typed: " Checkout ", accepted: ["configuration"], overridden: ["image"] };
    expect(lacks(draft, rules, all)).toEqual([]);
  });
  test("ticking something else does not help", () => {
    expect(
      lacks(draft, { ...rules, confirm: "click" }, { ...given, accepted: ["image"], overridden: ["configuration"] }),
    ).toEqual(["accept", "override"]);
  });
});

test("whatever was found, nothing unknown and no block goes by without a word for it", () => {
  const abouts = ["image", "manifest", "configuration", "schema", "owner", "state", "permission"] as const;
  const found = fc.record({
    about: fc.constantFrom(...abouts),
    outcome: fc.constantFrom("ok", "warn", "block", "unknown"),
    unknown: fc.boolean(),
  });
  const names = fc.subarray([...abouts]);
  fc.assert(
    fc.property(
      fc.uniqueArray(found, { selector: (it) => it.about }),
      fc.subarray([...overridable]),
      names,
      names,
      (outcomes, override, accepted, overridden) => {
        const passes =
          hurdlesOf(outcomes, { override }).stops.length === 0 &&
          lacks({ service: "checkout", outcomes }, { override, confirm: "click" }, { ...given, accepted, overridden })
            .length === 0;
        const blocks = outcomes.filter((it) => it.outcome === "block").map((it) => it.about);
        const unclear = outcomes.filter((it) => it.unknown).map((it) => it.about);
        return (
          !passes ||
          (blocks.every((it) => overridden.includes(it) && override.some((may) => may === it)) &&
            unclear.every((it) => accepted.includes(it)))
        );
      },
    ),
  );
});
