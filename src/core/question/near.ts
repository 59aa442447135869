/** Names that somebody may have meant, the nearest first. */
export function nearest(word: string, names: Iterable<string>, most: number): readonly string[] {
  const wanted = word.toLowerCase();
  const near: { readonly name: string; readonly far: number }[] = [];
  for (const name of new Set(names)) {
    const far = distance(wanted, name.toLowerCase());
    if (far <= reach(wanted)) near.push({ name, far });
  }
  return near
    .toSorted((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
    .slice(0, most)
    .map(({ name }) => name);
}

/** In a short word two changes make any other short word. */
function reach(word: string): number {
  return word.length <= 4 ? 1 : 2;
}

const begins = 1.5; // `check` for `checkout`: farther than a slip of one key, nearer than two

/** Slips of the key between two words: one letter more, less, another, or two swapped. */
function distance(a: string, b: string): number {
  const started = a.length >= 3 && (b.startsWith(a) || b.includes(`-${a}`)) ? begins : Infinity;
  return Math.abs(a.length - b.length) > reach(a) ? started : Math.min(started, edits(a, b));
}

/** Optimal string alignment: three rows of the table are enough. */
function edits(a: string, b: string): number {
  let [before, last] = [[] as readonly number[], Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= a.length; row++) {
    const next = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      next.push(
        Math.min(
          at(last, column) + 1,
          at(next, column - 1) + 1,
          at(last, column - 1) + (same ? 0 : 1),
          swapped ? at(before, column - 2) + 1 : Infinity,
        ),
      );
    }
    [before, last] = [last, next];
  }
  return last[b.length] ?? Infinity;
}

function at(line: readonly number[], index: number): number {
  return line[index] ?? Infinity;
}
