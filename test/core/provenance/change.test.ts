import { describe, expect, test } from "vitest";
import type { Origin } from "../../../src/core/provenance/origin.ts";
import { sourceChange } from "../../../src/core/provenance/change.ts";
import { claim } from "../claims/given.ts";

const [first, second, third] = ["1", "2", "3"].map((it) => it.repeat(40));
const at = (commit: string, parents: readonly string[] = []): Origin => ({
  claims: [claim({ commit, parents, source: "https://github.com/acme/shop" })],
  labelled: null,
  syncs: [],
});

describe("what lies between the sources of two images", () => {
  test("so many commits as the newer one has before it until the older one", () => {
    expect(sourceChange(at(first ?? ""), at(third ?? "", [second ?? "", first ?? ""]))).toEqual({
      from: first,
      to: third,
      source: "https://github.com/acme/shop",
      commits: { count: 2, direction: "forward" },
    });
  });

  test("so many taken back, when the newer one ran before", () => {
    const change = sourceChange(at(third ?? "", [second ?? "", first ?? ""]), at(first ?? ""));
    expect(change?.commits).toEqual({ count: 2, direction: "back" });
  });

  test("nothing, when it is the same commit, also in short", () => {
    expect(sourceChange(at(first ?? ""), at("1111111"))?.commits).toEqual({ count: 0, direction: "forward" });
  });

  test("unknown how many, when no pipeline tells", () => {
    expect(sourceChange(at(first ?? ""), at(third ?? ""))?.commits).toBe(null);
    expect(sourceChange(at(first ?? ""), at(third ?? "", [second ?? ""]))?.commits).toBe(null);
  });

  test("not known at all, while one of the commits is not", () => {
    const nothing = { claims: [], labelled: null, syncs: [] };
    expect(sourceChange(null, at(first ?? ""))).toBe(null);
    expect(sourceChange(at(first ?? ""), nothing)).toBe(null);
  });
});
