import type { Log } from "../log.ts";
import type { Origin, Projected } from "../project/object.ts";
import type { Resource } from "../api/resource.ts";

export type Reader = {
  read(raw: unknown): Projected;
  /** How many objects were not what the API promises, since the start. */
  unreadable(): number;
};

type Options = { readonly resource: Resource; readonly origin: Origin; readonly log: Log };

/** One for each kind and cluster. The first object that cannot be read is logged; a flood of them would say no more. */
export function createReader({ resource, origin, log }: Options): Reader {
  let unreadable = 0;

  function read(raw: unknown): Projected {
    const projected = resource.project(raw, origin);
    if (projected.kind !== "unreadable") return projected;
    unreadable += 1;
    if (unreadable === 1) {
      const { uid, where } = projected;
      log.warn(
        { cluster: origin.cluster, resource: resource.plural, uid, where },
        "left out an object of unknown shape",
      );
    }
    return projected;
  }

  return { read, unreadable: () => unreadable };
}
