import { describe, expect, test } from "vitest";
import { routesOf } from "../../../src/core/announcement/route.ts";

const checkout = new Map([["checkout", "C0CHECKOUT"]]);
const environments = [
  { name: "prod", announce: { channel: "C0DEPLOYS", services: checkout } },
  { name: "prod-eu", announce: { channel: "C0DEPLOYS", services: new Map<string, string>() } },
  { name: "staging", announce: { channel: "C0STAGING", services: new Map<string, string>() } },
  { name: "preview", announce: null },
] as const;

describe("a release is announced", () => {
  test.each<[string, string, readonly string[], object]>([
    ["in its environment's channel", "search", ["prod"], [{ channel: "C0DEPLOYS", environments: ["prod"] }]],
    ["in its service's channel instead", "checkout", ["prod"], [{ channel: "C0CHECKOUT", environments: ["prod"] }]],
    [
      "once where two environments share a channel",
      "search",
      ["prod", "prod-eu"],
      [{ channel: "C0DEPLOYS", environments: ["prod", "prod-eu"] }],
    ],
    [
      "in each channel that wants to hear of it",
      "checkout",
      ["prod-eu", "staging", "prod"],
      [
        { channel: "C0CHECKOUT", environments: ["prod"] },
        { channel: "C0DEPLOYS", environments: ["prod-eu"] },
        { channel: "C0STAGING", environments: ["staging"] },
      ],
    ],
    ["nowhere when the environment announces nothing", "checkout", ["preview"], []],
    ["nowhere when it is in no environment", "checkout", [], []],
    ["nowhere for a name that no environment has", "checkout", ["constructor"], []],
  ])("%s", (_, service, within, routes) => {
    expect(routesOf(service, within, environments)).toEqual(routes);
  });
});
