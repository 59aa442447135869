import type { ServerResponse } from "node:http";
import type { Sink } from "./watch.ts";

export type Streams = ReturnType<typeof createStreams>;

/** The open watches. While frozen, what they would say is kept and said on thaw. */
export function createStreams() {
  const open = new Set<Sink & { flush(): void; raw(text: string): void }>();
  let frozen = false;

  function attach(response: ServerResponse): Sink {
    const held: (() => void)[] = [];
    /** What happens after the end is told to nobody, though the connection is still there. */
    const now = (act: () => void) => {
      if (frozen) held.push(act);
      else if (!response.writableEnded) act();
    };
    const stream = {
      write: (text: string) => now(() => response.write(text)),
      raw: (text: string) => !response.writableEnded && response.write(text),
      end: () => now(() => response.end()),
      flush() {
        for (const act of held.splice(0)) now(act);
      },
    };
    open.add(stream);
    response.on("close", () => open.delete(stream));
    return stream;
  }

  return {
    attach,
    count: () => open.size,
    endAll() {
      for (const stream of open) stream.end();
    },
    /** Puts these very bytes into every open watch. */
    inject(text: string) {
      for (const stream of open) stream.raw(text);
    },
    freeze() {
      frozen = true;
    },
    thaw() {
      frozen = false;
      for (const stream of open) stream.flush();
    },
  };
}
