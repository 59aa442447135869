import { schemaVersion } from "../change.ts";
import { StoreFault } from "../fault.ts";
import { loading } from "./layout.ts";

/** Whether what is stored is in the shape that we know. Asked with every verb: another replica may be newer than we are. */
export function checkSchema(stored: string | null): void {
  if (stored === null || stored === String(schemaVersion)) return;
  if (stored === loading) throw new StoreFault("this Redis was not filled to the end: import into it once more");
  throw new StoreFault(
    `a newer version of whatsrunning has written to this Redis (schema ${/^\d+$/.exec(stored)?.[0] ?? "unknown"}, and this one knows ${schemaVersion})`,
  );
}
