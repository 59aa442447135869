import { describe, expect, test } from "vitest";
import { createReplayMemory } from "../../../src/slack/request/replay.ts";

const minute = 60_000;

describe("the memory of accepted signatures", () => {
  test("knows one for longer than it can be valid, and not for ever", () => {
    const memory = createReplayMemory();
    expect(memory.isFirst("a", 0)).toBe(true);
    expect(memory.isFirst("a", 10 * minute)).toBe(false);
    expect(memory.isFirst("a", 11 * minute)).toBe(false);
    expect(memory.isFirst("a", 11 * minute + 1)).toBe(true);
  });

  test("is not made longer by asking again", () => {
    const memory = createReplayMemory();
    memory.isFirst("a", 0);
    memory.isFirst("a", 10 * minute);
    expect(memory.isFirst("a", 12 * minute)).toBe(true);
  });

  test("holds no more than it may, and forgets the oldest first", () => {
    const memory = createReplayMemory({ most: 3 });
    for (const it of ["a", "b", "c", "d"]) expect(memory.isFirst(it, 0)).toBe(true);
    expect(memory.isFirst("d", 1)).toBe(false);
    expect(memory.isFirst("a", 1)).toBe(true);
  });
});
