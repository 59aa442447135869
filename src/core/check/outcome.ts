/** "unknown" is no shade of the others: it says that nobody could tell. */
export type Outcome = "ok" | "warn" | "block" | "unknown";
