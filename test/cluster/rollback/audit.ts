import { readFile } from "node:fs/promises";
import { z } from "zod";

const Event = z.object({
  auditID: z.string(),
  verb: z.string(),
  requestURI: z.string(),
  responseStatus: z.object({ code: z.number() }).optional(),
  requestObject: z.unknown().optional(),
});

/**
 * How often the API server took a change of a template from one operation, by its audit log (AUDIT_LOG). Null: nobody said
 * where that is.
 */
export async function patchesOf(operation: string): Promise<number | null> {
  const path = process.env["AUDIT_LOG"];
  if (path === undefined) {
    process.stdout.write("NOT RUN: the count of patches in the API server's audit log, without AUDIT_LOG\n");
    return null;
  }
  const lines = (await readFile(path, "utf8")).split("\n").filter((it) => it.includes(operation));
  const events = lines.map((it) => Event.parse(JSON.parse(it)));
  const taken = events.filter(
    ({ auditID, verb, requestURI, responseStatus, requestObject }) =>
      auditID === operation &&
      verb === "patch" &&
      responseStatus?.code === 200 &&
      !requestURI.includes("dryRun") &&
      /"op":"replace","path":"\/spec\/template"|"path":"\/spec\/template","op":"replace"/.test(
        JSON.stringify(requestObject),
      ),
  );
  return taken.length;
}
