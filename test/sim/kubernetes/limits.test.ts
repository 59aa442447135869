import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { limits } from "../../../sim/kubernetes/limits.ts";

test("the README names every limit that the program prints", async () => {
  const readme = await readFile(new URL("../../../sim/kubernetes/README.md", import.meta.url), "utf8");
  const [, listed = ""] = readme.split("## What it does not do");
  const items = listed.split("\n- ").slice(1);
  expect(items.map((it) => it.replaceAll(/\s+/g, " ").trim())).toEqual(limits);
});
