import { describe } from "vitest";
import { createSqliteStore } from "../../src/store/sqlite.ts";
import { conforms } from "./conformance.ts";

describe("a store in memory", () => {
  conforms((clock) => createSqliteStore({ path: ":memory:", clock }));
});
