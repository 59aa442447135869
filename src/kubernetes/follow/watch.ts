import { type Asked, Failure, failureOfTransport } from "../api/failure.ts";
import type { Requests } from "../api/request.ts";
import { formOf, pathOf, type Resource } from "../api/resource.ts";
import { createLines } from "../bytes/lines.ts";
import { type Line, lineOf, told as toldBy, type Told } from "./line.ts";
import type { Retold } from "./retold.ts";

type Options = {
  readonly requests: Requests;
  readonly resource: Resource;
  readonly namespace: string | null;
  /** Null: begin with all there is, up to a bookmark that says so. Servers that cannot do this refuse it, or ignore it. */
  readonly from: string | null;
  readonly timeoutSeconds: number;
  readonly retold: Retold;
  readonly stop: AbortSignal;
};

const longestLineBytes = 16 * 1024 * 1024;

/** Yields an empty batch when the server has opened the stream, then what it tells. Returns when the server ends it well. */
export async function* watch(options: Options): AsyncGenerator<readonly Told[], void> {
  const { requests, resource, namespace, from, timeoutSeconds, retold, stop } = options;
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
    const cutter = createLines(longestLineBytes, (it) => lineOf(it, resource, retold));
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
function read(lines: readonly Line[], asked: Asked): Batch {
  const told: Told[] = [];
  for (const line of lines) {
    const event = toldBy(line, asked);
    if (event instanceof Failure) return { told, failure: event };
    told.push(event);
  }
  return { told, failure: null };
}
