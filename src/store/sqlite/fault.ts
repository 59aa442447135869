import { StoreFault } from "../fault.ts";

/** SQLite's primary result codes (https://sqlite.org/rescode.html) in words. */
const reasons: Readonly<Record<number, string>> = {
  5: "another process has it open: only one may, so stop that one first, or use Redis for several replicas",
  8: "it may only be read: check the permissions of the file and its folder",
  10: "its disk fails (I/O error)",
  11: "its contents are damaged",
  13: "its disk is full",
  14: "it cannot be opened: check that the folder exists and may be written",
  26: "it is not a database",
};

/** Full, busy and read-only files are noticed before the end of the transaction, which then never was. */
const nothingChanged = [5, 8, 13];

export function faultOf(
  err: unknown,
  { doing, writing }: { readonly doing: string; readonly writing: boolean },
): unknown {
  const code = codeOf(err);
  if (code === null) return err;
  const why = reasons[code] ?? `SQLite answers with error ${code}`;
  const end = writing && nothingChanged.includes(code) ? "; nothing was changed" : "";
  return new StoreFault(`${doing}: ${why}${end}`, { cause: err });
}

/** The extended code has the primary one in its lowest byte. */
function codeOf(err: unknown): number | null {
  if (!(err instanceof Error)) return null;
  if ("errcode" in err && typeof err.errcode === "number") return err.errcode & 0xff;
  return "code" in err ? (ofSystem[String(err.code)] ?? null) : null;
}

/** What the operating system says, as SQLite would. */
const ofSystem: Readonly<Record<string, number>> = { EACCES: 8, EPERM: 8, EROFS: 8 };
