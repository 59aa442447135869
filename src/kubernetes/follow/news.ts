import type { Change, EpochMs, Stream } from "../../core/workload.ts";
import type { Clock, Meters } from "../../ports.ts";
import type { FailureKind } from "../api/failure.ts";
import type { Log } from "../log.ts";
import type { Reader } from "./reader.ts";
import type { Resource } from "../api/resource.ts";
import type { Projected } from "../project/object.ts";
import type { Told } from "./line.ts";
import type { Retold } from "./retold.ts";

/** What one stream has to tell, as changes. */
export type News = {
  /** One object of a list. Answers its uid; null where it is none that we follow. */
  one(object: unknown, sum: number | null): string | null;
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
  readonly retold: Retold;
  readonly into: (change: Change) => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly meters?: Pick<Meters, "listed" | "watchEnded"> | undefined;
};

export function createNews({ stream, resource, reader, retold, into, clock, log, meters }: Options): News {
  const { of, cluster, namespace } = stream;
  const place = { cluster, resource: of, namespace };
  const reasons = new Set<FailureKind | "closed">();

  function one(raw: unknown, sum: number | null): string | null {
    const object = reader.read(raw);
    if (object.kind === "record") put(object, sum);
    else if (object.uid !== null) retold.took(object.uid, null);
    // what cannot be read now is kept as it was last known
    return object.kind === "foreign" ? null : object.uid;
  }

  function put({ uid, record }: Projected & { readonly kind: "record" }, sum: number | null): void {
    retold.took(uid, tell({ kind: "put", record }) ? sum : null);
  }

  function listed(uids: ReadonlySet<string>, at: EpochMs): void {
    reasons.clear();
    meters?.listed({ cluster, resource: of });
    log.info({ ...place, objects: uids.size, unreadable: reader.unreadable() }, "listed");
    retold.keep(uids);
    tell({ kind: "listed", stream, uids, at });
  }

  function event(told: Told): void {
    if (told.kind !== "object") return;
    const object = reader.read(told.object);
    const { uid } = object;
    if (object.kind === "record" && !told.deleted) return put(object, told.sum);
    if (uid === null) return;
    retold.took(uid, null);
    if (told.deleted || object.kind === "foreign") tell({ kind: "gone", what: resource.what, cluster, uid });
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
  function tell(change: Change): boolean {
    try {
      into(change);
      return true;
    } catch (err) {
      log.error({ err, ...place, change: change.kind }, "a change was not taken");
      return false;
    }
  }

  return { one, listed, event, heard, ended, lost };
}
