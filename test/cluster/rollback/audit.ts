import { readFile } from "node:fs/promises";
import { z } from "zod";

const Event = z.object({
  auditID: z.string(),
  verb: z.string(),
  requestURI: z.string(),
  responseStatus: z.object({ code: z.number() }).optional(),
  requestObject: z.unknown().optional(),
});

/** `taken`: the API server said so. `unanswered`: whoever sent it went away, and it was taken or not. */
export type Patches = { readonly taken: number; readonly unanswered: number };

/**
 * How many changes of a template came from one operation, by the API server's audit log (AUDIT_LOG). Null: nobody said where
 * that is. A change whose sender was killed stands there with 504, also where it was written.
 */
export async function patchesOf(operation: string): Promise<Patches | null> {
  const path = process.env["AUDIT_LOG"];
  if (path === undefined) {
    process.stdout.write("NOT RUN: the count of patches in the API server's audit log, without AUDIT_LOG\n");
    return null;
  }
  const lines = (await readFile(path, "utf8")).split("\n").filter((it) => it.includes(operation));
  const events = lines.map((it) => Event.parse(JSON.parse(it)));
  const sent = events.filter(
    ({ auditID, verb, requestURI, requestObject }) =>
      auditID === operation &&
      verb === "patch" &&
      !requestURI.includes("dryRun") &&
      /"op":"replace","path":"\/spec\/template"|"path":"\/spec\/template","op":"replace"/.test(
        JSON.stringify(requestObject),
      ),
  );
  const answered = (code: number): number => sent.filter((it) => it.responseStatus?.code === code).length;
  return { taken: answered(200), unanswered: answered(504) };
}
