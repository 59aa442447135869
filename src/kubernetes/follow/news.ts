import type { Change, EpochMs, Stream } from "../../core/workload.ts";
import type { Clock, Meters } from "../../ports.ts";
import type { FailureKind } from "../api/failure.ts";
import type { Log } from "../log.ts";
import type { Reader } from "./reader.ts";
import type { Resource } from "../api/resource.ts";
import type { Told } from "./watch.ts";

/** What one stream has to tell, as changes. */
export type News = {
  /** One page of a list. Answers the uids on it. */
  page(items: readonly unknown[]): readonly string[];
  listed(uids: ReadonlySet<string>, at: EpochMs): void;
  event(told: Told): void;
  heard(): void;
  /** Counted, whether or not it is a break. */
  ended(reason: FailureKind | "closed"): void;
  /** Told once for a break, and once more for every other `reason` that keeps it from healing. */
  lost(reason: FailureKind | "closed", because: string): void;
};

type Options = {
  readonly stream: Stream;
  readonly resource: Resource;
  readonly reader: Reader;
  readonly into: (change: Change) => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly meters?: Pick<Meters, "listed" | "watchEnded"> | undefined;
};

export function createNews({ stream, resource, reader, into, clock, log, meters }: Options): News {
  const { of, cluster, namespace } = stream;
  const place = { cluster, resource: of, namespace };
  const reasons = new Set<FailureKind | "closed">();

  function page(items: readonly unknown[]): readonly string[] {
    return items.flatMap((raw) => {
      const object = reader.read(raw);
      if (object.kind === "record") tell({ kind: "put", record: object.record });
      // what cannot be read now is kept as it was last known
      return object.kind === "foreign" || object.uid === null ? [] : [object.uid];
    });
  }

  function listed(uids: ReadonlySet<string>, at: EpochMs): void {
    reasons.clear();
    meters?.listed({ cluster, resource: of });
    log.info({ ...place, objects: uids.size, unreadable: reader.unreadable() }, "listed");
    tell({ kind: "listed", stream, uids, at });
  }

  function event(told: Told): void {
    if (told.kind === "bookmark") return;
    const object = reader.read(told.object);
    const { uid } = object;
    if (uid !== null && (told.deleted || object.kind === "foreign"))
      tell({ kind: "gone", what: resource.what, cluster, uid });
    else if (object.kind === "record") tell({ kind: "put", record: object.record });
  }

  function heard(): void {
    if (reasons.size > 0) log.info(place, "watch resumed");
    reasons.clear();
    tell({ kind: "heard", stream, at: clock.now() });
  }

  function ended(reason: FailureKind | "closed"): void {
    meters?.watchEnded({ cluster, resource: of, reason });
  }

  function lost(reason: FailureKind | "closed", because: string): void {
    const healing = reason === "expired" && reasons.size > 0; // a server that came back: the list is next
    if (healing || reasons.has(reason)) return;
    reasons.add(reason);
    log.warn({ ...place, because }, resource.metadataOnly ? "watch lost, answers do without it" : "watch lost");
    tell({ kind: reason === "forbidden" ? "denied" : "lost", stream, because });
  }

  /** A fault in whoever listens must not end the stream. */
  function tell(change: Change): void {
    try {
      into(change);
    } catch (err) {
      log.error({ err, ...place, change: change.kind }, "a change was not taken");
    }
  }

  return { page, listed, event, heard, ended, lost };
}
