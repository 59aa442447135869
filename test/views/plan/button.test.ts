import { describe, expect, test } from "vitest";
import type { Wanted } from "../../../src/core/plan/wanted.ts";
import { wantedOfButton } from "../../../src/slack/payload/wanted.ts";
import { rollbackButton } from "../../../src/views/plan/button.ts";

const of = { cluster: "0f9c", namespace: "shop", kind: "Deployment", name: "checkout" } as const;
const wanted: Wanted = {
  environment: "prod",
  service: "checkout",
  of,
  to: { kind: "release", start: 1_764_000_000_000 },
};

describe("a button to roll back", () => {
  test.each<Wanted>([wanted, { ...wanted, of: null, to: null }, { ...wanted, to: { kind: "revision", uid: "5b1c" } }])(
    "says when it is pressed what it said when it was shown",
    (it) => {
      const [button] = rollbackButton(it);
      expect(wantedOfButton(button)).toEqual(it);
    },
  );

  test.each([
    ["no value", {}],
    ["a value that is no JSON", { value: "{" }],
    ["something else", { value: JSON.stringify({ ...wanted, force: true }) }],
    ["another kind of workload", { value: JSON.stringify({ ...wanted, of: { ...of, kind: "Job" } }) }],
  ])("is none of ours with %s", (_, action) => {
    expect(wantedOfButton(action)).toBeNull();
  });

  test("is left out where its value would have Slack refuse the message", () => {
    expect(rollbackButton({ ...wanted, service: "x".repeat(2000) })).toEqual([]);
  });
});
