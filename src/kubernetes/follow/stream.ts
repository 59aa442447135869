import type { Clock } from "../../ports.ts";
import { Failure } from "../api/failure.ts";
import type { Gate } from "./gate.ts";
import { list } from "../api/list.ts";
import type { Log } from "../log.ts";
import { createDoubt, readInitial, type WatchListSupport } from "./initial.ts";
import type { News } from "./news.ts";
import type { Pulse } from "./pulse.ts";
import { type Ending, none, recover } from "./recovery.ts";
import type { Requests } from "../api/request.ts";
import type { Resource } from "../api/resource.ts";
import { whileBeating } from "./silence.ts";
import type { Told } from "./line.ts";
import type { Item, Retold } from "./retold.ts";
import { watch } from "./watch.ts";

type Parts = {
  readonly resource: Resource;
  readonly namespace: string | null;
  readonly requests: Requests;
  readonly news: News;
  readonly retold: Retold;
  readonly pulse: Pulse;
  readonly quietMs: number;
  /** Where lists wait for their turn. */
  readonly lists: Gate;
  readonly watchList: WatchListSupport;
  readonly clock: Clock;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly log: Log;
};

type End = Ending & { readonly because: string };

/**
 * A watch that has been open so long is believed to have told what it had to: servers send what they hold at once.
 * Otherwise a quiet kind of object would count as lost until its next bookmark, a minute later.
 */
const settledAfterMs = 1_000;

/** Follows one kind of object in one place: lists, watches, and begins again, until `stop`. Never rejects. */
export async function follow(parts: Parts, stop: AbortSignal): Promise<void> {
  const { resource, namespace, requests, news, retold, pulse, quietMs, lists, watchList, clock, random, log } = parts;
  /** The resource version up to which everything was told; null when everything must be read again. */
  let place: string | null = null;
  let setbacks = none;

  while (!stop.aborted) {
    const end = place === null ? await begin() : await listen(place);
    if (stop.aborted) return;
    if (end === null) continue;
    if (end.of === "watch") news.ended(end.how);
    const step = recover(setbacks, { ...end, dispensable: resource.metadataOnly === true }, random());
    setbacks = step.setbacks;
    if (step.next === "relist") place = null;
    if (step.broken) news.lost(end.how, end.because);
    await clock.sleep(step.waitMs, stop);
  }

  /** In one watch that begins with all there is; page by page where the server cannot do that. Null: go on from `place`. */
  async function begin(): Promise<End | null> {
    if (watchList.known !== "no") {
      const end = await listen(null);
      if (end.of === "watch" || end.how !== "refused") return end;
      watchList.known = "no";
    }
    return readAll();
  }

  async function readAll(): Promise<End | null> {
    try {
      await lists.through(readPages, stop);
      return null;
    } catch (err) {
      return { of: "list", opened: false, said: false, lastedMs: 0, ...failed(err) };
    }
  }

  async function readPages(): Promise<void> {
    const uids = new Set<string>();
    const at = clock.now(); // before the snapshot was taken, whenever the last of its pages comes
    const read = (json: Buffer): Item => retold.item(json, resource.read);
    const take = (it: Item): void => {
      const uid = it.kind === "retold" ? it.uid : news.one(it.object, it.sum);
      if (uid !== null) uids.add(uid);
    };
    place = await list({ requests, resource, namespace, read, take, stop });
    news.listed(uids, at);
  }

  async function listen(from: string | null): Promise<End> {
    const ended = new AbortController();
    const settled: Promise<void>[] = [];
    let of: End["of"] = from === null ? "list" : "watch";
    let openedAt: number | null = null;
    let said = false;
    const soFar = () => ({
      of,
      opened: openedAt !== null,
      said,
      lastedMs: openedAt === null ? 0 : clock.now() - openedAt,
    });
    const settle = async (): Promise<void> => {
      await clock.sleep(settledAfterMs, AbortSignal.any([stop, ended.signal]));
      if (!stop.aborted && !ended.signal.aborted && !said) news.heard();
    };
    try {
      for await (const told of from === null ? begun() : opened(from, stop)) {
        if (openedAt === null) {
          openedAt = clock.now();
          if (from === null) of = "watch";
          else settled.push(settle());
        } else said = true;
        for (const it of told) {
          news.event(it);
          if (it.kind !== "retold") place = it.resourceVersion;
        }
        if (said) news.heard();
      }
      return { ...soFar(), how: "closed", because: "the watch is closed again and again", retryAfterMs: null };
    } catch (err) {
      return { ...soFar(), ...failed(err) };
    } finally {
      ended.abort();
      await Promise.all(settled);
    }
  }

  /** The same stream, once all there is was told. */
  async function* begun(): AsyncGenerator<readonly Told[], void> {
    const leave = await lists.enter(stop);
    const doubt = createDoubt(clock, stop);
    const watching = opened(null, AbortSignal.any([stop, doubt.signal]));
    const heard = watchList.known === "yes" ? () => {} : doubt.heard;
    try {
      const at = clock.now(); // before the server answers: what it sends is at least as new
      const initial = await readInitial({ watching, news, at, support: watchList, heard });
      place = initial.place;
      await doubt.end();
      leave();
      yield initial.rest;
      yield* watching;
    } catch (err) {
      throw doubt.signal.aborted ? doubt.signal.reason : err;
    } finally {
      leave();
      await Promise.all([doubt.end(), watching.return()]);
    }
  }

  function opened(from: string | null, until: AbortSignal): AsyncGenerator<readonly Told[], void> {
    const timeoutSeconds = 290 + Math.floor(random() * 300);
    const open = (stopped: AbortSignal) =>
      watch({ requests, resource, namespace, from, timeoutSeconds, retold, stop: stopped });
    return whileBeating({ open, pulse, quietMs, clock, stop: until });
  }

  function failed(err: unknown): Pick<End, "how" | "because" | "retryAfterMs"> {
    if (err instanceof Failure) return { how: err.kind, because: err.message, retryAfterMs: err.retryAfterMs };
    // A fault of our own. It must not end the stream, so it counts as an answer we cannot read.
    if (!stop.aborted) log.error({ err, resource: resource.plural, namespace }, "a stream failed for a reason of ours");
    return { how: "garbage", because: "a fault in reading the cluster", retryAfterMs: null };
  }
}
