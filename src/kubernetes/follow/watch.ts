import { z } from "zod";
import { Failure, failureOfStatus, failureOfTransport, type Asked } from "../api/failure.ts";
import { createLines } from "../bytes/lines.ts";
import type { Requests } from "../api/request.ts";
import { fieldOf } from "../project/object.ts";
import { formOf, pathOf, type Resource } from "../api/resource.ts";

export type Told =
  | { readonly kind: "object"; readonly deleted: boolean; readonly object: unknown; readonly resourceVersion: string }
  /** Nothing changed up to here. Its object is empty but for that, so nothing else is read of it. */
  | { readonly kind: "bookmark"; readonly resourceVersion: string; readonly endsInitial: boolean };

type Options = {
  readonly requests: Requests;
  readonly resource: Resource;
  readonly namespace: string | null;
  /** Null: begin with all there is, up to a bookmark that says so. Servers that cannot do this refuse it, or ignore it. */
  readonly from: string | null;
  readonly timeoutSeconds: number;
  readonly stop: AbortSignal;
};

const longestLineBytes = 16 * 1024 * 1024;

/** Yields an empty batch when the server has opened the stream, then what it tells. Returns when the server ends it well. */
export async function* watch(options: Options): AsyncGenerator<readonly Told[], void> {
  const { requests, resource, namespace, from, timeoutSeconds, stop } = options;
  const asked = { verb: "watch", resource: resource.plural, namespace };
  const path = pathOf(options, {
    watch: "true",
    allowWatchBookmarks: "true",
    timeoutSeconds: String(timeoutSeconds),
    ...(from === null
      ? { sendInitialEvents: "true", resourceVersionMatch: "NotOlderThan" }
      : { resourceVersion: from }),
  });
  const body = await requests.open({ path, asked, form: formOf(resource, "watch"), stop });
  try {
    yield [];
    const cutter = createLines(longestLineBytes, (it) => eventOf(it, resource));
    for await (const chunk of body) {
      const lines = cutter.push(chunk);
      if (lines === null)
        throw new Failure({ kind: "garbage", sentence: "the API server tells more than we can hold" });
      const { told, failure } = read(lines, asked);
      if (told.length > 0) yield told;
      if (failure) throw failure;
    }
  } catch (err) {
    if (stop.aborted || err instanceof Failure) throw err;
    throw failureOfTransport(err, "the watch broke off");
  } finally {
    body.destroy();
  }
}

type Batch = { readonly told: readonly Told[]; readonly failure: Failure | null };

/** What comes before a line that ends the watch still counts. */
function read(lines: readonly unknown[], asked: Asked): Batch {
  const told: Told[] = [];
  for (const line of lines) {
    const event = readLine(line, asked);
    if (event instanceof Failure) return { told, failure: event };
    told.push(event);
  }
  return { told, failure: null };
}

const Event = z.compile(
  z.discriminatedUnion("type", [
    z.object({ type: z.enum(["ADDED", "MODIFIED", "DELETED", "BOOKMARK"]), object: z.unknown() }),
    z.object({ type: z.literal("ERROR"), object: z.object({ code: z.number() }) }),
  ]),
);
const Versioned = z.compile(
  z.object({
    metadata: z.object({ resourceVersion: z.string().min(1), annotations: z.unknown().optional() }),
  }),
);
const endsInitial = "k8s.io/initial-events-end";

function readLine(line: unknown, asked: Asked): Told | Failure {
  const event = Event.safeParse(line);
  if (!event.success) return garbage();
  const { type, object } = event.data;
  if (type === "ERROR") return failureOfStatus({ status: object.code, asked });
  const versioned = Versioned.safeParse(object);
  if (!versioned.success) return garbage();
  const { resourceVersion, annotations } = versioned.data.metadata;
  if (type === "BOOKMARK") {
    return { kind: "bookmark", resourceVersion, endsInitial: fieldOf(annotations, endsInitial) === "true" };
  }
  return { kind: "object", deleted: type === "DELETED", object, resourceVersion };
}

function garbage(): Failure {
  return new Failure({ kind: "garbage", sentence: "the API server tells what we cannot read" });
}

/** Null when it is no JSON. */
function eventOf(line: Buffer, { read: readObject }: Resource): unknown {
  try {
    return readObject(line);
  } catch {
    return null;
  }
}
