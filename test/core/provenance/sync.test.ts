import { describe, expect, test } from "vitest";
import { type Sync, syncedCommits, syncedDeployers, syncOf } from "../../../src/core/provenance/sync.ts";
import { hour, minute, now } from "../given.ts";

const commit = "a1b9f2e0c4d5e6f708192a3b4c5d6e7f80910a1b";

function sync(given: Partial<Sync> = {}): Sync {
  return {
    app: "shop",
    revision: commit,
    repository: "https://github.com/acme/shop.git",
    by: "alice",
    startedAt: now - minute,
    at: now + minute,
    ...given,
  };
}

const who = (it: Sync | null) => syncedDeployers(it).map(({ value }) => value);

describe("the sync that a release is of", () => {
  const before = sync({ startedAt: now - 3 * hour, at: now - 2 * hour });

  test("is the one that was under way when it began", () => {
    expect(syncOf([before, sync()], now)).toEqual(sync());
    expect(syncOf([sync(), before], now)).toEqual(sync());
    expect(syncOf([sync({ startedAt: null, at: now })], now - minute)?.at).toBe(now);
  });

  test("is none, when somebody else changed it between two of them, or its beginning is not known", () => {
    expect(syncOf([before, sync({ startedAt: now + hour, at: now + 2 * hour })], now)).toBe(null);
    expect(syncOf([sync()], null)).toBe(null);
  });

  test("tells who started it, or that nobody did", () => {
    const source = { kind: "gitops", app: "shop", revision: commit };
    expect(syncedDeployers(sync())).toEqual([{ value: { kind: "person", name: "alice" }, source, trust: "claimed" }]);
    expect(who(sync({ by: null }))).toEqual([{ kind: "tool", tool: { name: "Argo CD", detail: "shop" } }]);
    expect(who(null)).toEqual([]);
  });

  test.each([
    ["https://github.com/acme/shop", commit],
    ["https://github.com/Acme/Shop/", commit],
    ["https://github.com/acme/deploy", null],
    [null, null],
  ])("tells the commit of code that is at %s only where the manifests are there too: %s", (source, told) => {
    expect(syncedCommits(sync(), source)[0]?.value ?? null).toBe(told);
    expect(syncedCommits(sync({ repository: "git@github.com:acme/shop.git" }), source)[0]?.value ?? null).toBe(told);
    expect(syncedCommits(sync({ revision: "1.2.3" }), source)).toEqual([]);
  });
});
