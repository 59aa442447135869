import { beforeEach, expect, test } from "vitest";
import { createTroubles, type Troubles } from "../../../src/flows/deliver/troubles.ts";

let told: string[] = [];
let troubles: Troubles;
beforeEach(() => {
  told = [];
  troubles = createTroubles({
    began: ({ channel, because }) => told.push(`${channel} ${because}`),
    ended: ({ channel }) => told.push(`${channel} works`),
  });
});

test("a channel that takes nothing is told once, however often it is tried", () => {
  for (let tries = 0; tries < 3; tries += 1) troubles.failed("C0OLD", "archived");
  troubles.failed("C0GONE", "no such channel");
  expect(told).toEqual(["C0OLD archived", "C0GONE no such channel"]);
  expect(troubles.all()).toEqual([
    { channel: "C0OLD", because: "archived" },
    { channel: "C0GONE", because: "no such channel" },
  ]);
});

test("another reason is news", () => {
  troubles.failed("C0OLD", "not in it");
  troubles.failed("C0OLD", "archived");
  expect(told).toEqual(["C0OLD not in it", "C0OLD archived"]);
  expect(troubles.all()).toEqual([{ channel: "C0OLD", because: "archived" }]);
});

test("that it works again is told once, and then a failure is news", () => {
  troubles.worked("C0OLD");
  troubles.failed("C0OLD", "archived");
  troubles.worked("C0OLD");
  troubles.worked("C0OLD");
  expect(told).toEqual(["C0OLD archived", "C0OLD works"]);
  expect(troubles.all()).toEqual([]);
  troubles.failed("C0OLD", "archived");
  expect(told).toHaveLength(3);
});
