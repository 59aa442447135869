import { type Form, inForm } from "./form.ts";
import type { AnyObject } from "./object.ts";
import { goJson } from "./json.ts";
import { parseRevision, wholeNumber, withinTarget } from "./list.ts";
import { resources, type Plural, type Target } from "./resource.ts";
import { parseSelectors, type Matches } from "./selector.ts";
import { invalidOptions, statusObject } from "./status.ts";
import type { Change, Store } from "./store.ts";

/** Where a watch writes its lines. */
export type Sink = { write(text: string): void; end(): void };

/** A watch that was accepted; `start` sends what is there and follows from then on. The returned function lets go. */
export type Watch = { start(sink: Sink): () => void };

export type WatchOptions = {
  readonly store: Store;
  readonly target: Target;
  readonly query: URLSearchParams;
  readonly form: Form;
  readonly watchList: boolean;
  readonly bookmarkEveryMs: number;
};

/** Judges the request before anything is sent: refusals still have their own status code here. */
export function openWatch({ store, target, query, form, watchList, bookmarkEveryMs }: WatchOptions): Watch {
  const matches = withinTarget(target, parseSelectors(target.plural, query));
  const timeoutSeconds = wholeNumber(query, "timeoutSeconds") || 30 * 60 + Math.floor(Math.random() * 1800);
  const from = parseRevision(query);
  const initial = query.get("sendInitialEvents") === "true";
  refuseOddInitialEvents(query, watchList);
  const bookmarks = ["1", "true"].includes(query.get("allowWatchBookmarks") ?? "");

  return {
    start(sink) {
      const stream = createStream({ sink, plural: target.plural, form, matches });
      const plain = !initial && from !== null && from > 0;
      if (initial && from !== null && from > store.revision())
        return failWith(stream, tooLarge(from, store.revision()));
      const missed = plain ? store.since(target.plural, from) : sendAll(stream, store, target.plural);
      if (missed === null) return failWith(stream, tooOld(from ?? 0, store.revision()));
      if (initial && bookmarks) stream.bookmark(store.revision(), { "k8s.io/initial-events-end": "true" });
      const start = plain ? from : store.revision();
      stream.reached(start);
      for (const change of missed) stream.change(change);

      const unsubscribe = store.subscribe((change) => stream.change(change));
      const begunWith = missed.at(-1)?.revision ?? start;
      const mark = () => bookmarks && store.revision() > begunWith && stream.bookmark(store.revision(), null);
      const timers = [
        setInterval(mark, bookmarkEveryMs),
        setTimeout(mark, Math.max(timeoutSeconds - 2, 0) * 1000),
        setTimeout(() => sink.end(), timeoutSeconds * 1000),
      ];
      return () => {
        unsubscribe();
        for (const timer of timers) clearTimeout(timer);
      };
    },
  };
}

function refuseOddInitialEvents(query: URLSearchParams, watchList: boolean): void {
  const asked = query.get("sendInitialEvents") !== null;
  if (asked && !watchList) {
    forbidOption(
      "sendInitialEvents",
      "sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled",
    );
  }
  if (asked && query.get("resourceVersionMatch") !== "NotOlderThan") {
    forbidOption("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
  }
  if (!asked && query.get("resourceVersionMatch") !== null) {
    forbidOption(
      "resourceVersionMatch",
      "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided",
    );
  }
}

function forbidOption(field: string, message: string): never {
  return invalidOptions("ListOptions", { reason: "FieldValueForbidden", message: `Forbidden: ${message}`, field });
}

type Stream = ReturnType<typeof createStream>;

type Streaming = {
  readonly sink: Sink;
  readonly plural: Plural;
  readonly form: Form;
  readonly matches: Matches;
};

function createStream({ sink, plural, form, matches }: Streaming) {
  let sent = 0;
  const line = (type: string, object: unknown) => sink.write(`${goJson({ type, object })}\n`);
  return {
    line,
    end: () => sink.end(),
    reached(revision: number) {
      sent = revision;
    },
    added: (object: AnyObject) => {
      if (matches(object)) line("ADDED", inForm(object, form));
    },
    change(change: Change) {
      if (change.plural !== plural || change.revision <= sent) return; // a revision from the future waits in silence
      const told = asSeen(change, matches);
      if (told === null) return;
      sent = change.revision;
      line(told.type, inForm(told.object, form));
    },
    bookmark(revision: number, annotations: Readonly<Record<string, string>> | null) {
      sent = revision;
      line("BOOKMARK", bookmarkObject({ plural, form, revision, annotations }));
    },
  };
}

/** A watch with a selector sees objects come and go with their labels. */
function asSeen({ type, object, previous, revision }: Change, matches: Matches) {
  const before = previous !== null && matches(previous);
  const after = type !== "DELETED" && matches(object);
  if (after) return { type: before ? "MODIFIED" : "ADDED", object };
  if (!before) return null;
  const metadata = { ...previous.metadata, resourceVersion: String(revision) };
  return { type: "DELETED", object: { ...previous, metadata } };
}

type Bookmark = {
  readonly plural: Plural;
  readonly form: Form;
  readonly revision: number;
  readonly annotations: Readonly<Record<string, string>> | null;
};

/** The kind's zero value with a revision: lists that nobody made are null in it. */
function bookmarkObject({ plural, form, revision, annotations }: Bookmark) {
  const metadata = { resourceVersion: String(revision), ...(annotations ? { annotations } : {}) };
  if (form === "metadata") return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata };
  const { kind, apiVersion } = resources[plural];
  return { kind, apiVersion, metadata, ...zeroValues[plural] };
}

const template = { metadata: {}, spec: { containers: null } };
const zeroValues = {
  deployments: { spec: { replicas: 0, selector: null, template, strategy: {} }, status: {} },
  replicasets: { spec: { selector: null, template }, status: { replicas: 0 } },
  statefulsets: {
    spec: { replicas: 0, selector: null, template, serviceName: "", updateStrategy: {} },
    status: { replicas: 0, availableReplicas: 0 },
  },
  daemonsets: {
    spec: { selector: null, template, updateStrategy: {} },
    status: { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 },
  },
  controllerrevisions: { data: null, revision: 0 },
  pods: { spec: { containers: null }, status: {} },
  namespaces: { spec: {}, status: {} },
  configmaps: {},
  nodes: { spec: {}, status: {} },
  secrets: {},
  serviceaccounts: {},
  persistentvolumeclaims: { spec: { resources: {} }, status: {} },
  resourcequotas: { spec: {}, status: {} },
  jobs: { spec: { template }, status: {} },
  horizontalpodautoscalers: { spec: { scaleTargetRef: {}, maxReplicas: 0 }, status: {} },
  priorityclasses: { value: 0 },
  applications: {},
  events: { involvedObject: {}, source: {}, firstTimestamp: null, lastTimestamp: null, eventTime: null },
} satisfies Record<Plural, object>;

function sendAll(stream: Stream, store: Store, plural: Plural): readonly Change[] {
  for (const object of store.listAt(plural, store.revision()) ?? []) stream.added(object);
  return [];
}

/** The stream was opened with 200 already: errors travel in it. */
function failWith(stream: Stream, error: object): () => void {
  stream.line("ERROR", error);
  stream.end();
  return () => {};
}

function tooOld(from: number, current: number): object {
  return statusObject(410, "Expired", `too old resource version: ${from} (${current})`, null);
}

function tooLarge(from: number, current: number): object {
  const causes = [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }];
  const message = `Timeout: Too large resource version: ${from}, current: ${current}`;
  return statusObject(504, "Timeout", message, { causes, retryAfterSeconds: 1 });
}
