export type Lines<T> = {
  /** The lines that this chunk completes, or null when one is longer than allowed: then nothing more can be read. */
  push(chunk: Uint8Array): readonly T[] | null;
};

/**
 * Cuts a stream of bytes into its lines. Bytes are kept as they came until their line is complete, so that a line costs its
 * size once however many chunks it arrives in, and a character may be cut anywhere. Empty lines are left out.
 */
export function createLines<T>(maxBytes: number, of: (line: Buffer) => T): Lines<T> {
  let begun: Uint8Array[] = [];
  let begunBytes = 0;

  function push(chunk: Uint8Array): readonly T[] | null {
    const lines: T[] = [];
    let from = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
      if (begunBytes + end - from > maxBytes) return null;
      const line = finish(chunk.subarray(from, end));
      if (line.length > 0) lines.push(of(line));
      from = end + 1;
    }
    return keep(chunk.subarray(from)) ? lines : null;
  }

  function finish(rest: Uint8Array): Buffer {
    const line = begun.length === 0 ? viewOf(rest) : Buffer.concat([...begun, rest]);
    begun = [];
    begunBytes = 0;
    return line;
  }

  function keep(rest: Uint8Array): boolean {
    if (rest.length === 0) return true;
    begun.push(rest);
    begunBytes += rest.length;
    return begunBytes <= maxBytes;
  }

  return { push };
}

function viewOf({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}

const newline = 0x0a;
