const mostKept = 100_000;

/**
 * The same text as the same object: the names of images, nodes and owners come a thousand times over, and every parsed answer
 * has copies of its own.
 */
export function createInterner(): (text: string) => string {
  const kept = new Map<string, string>();
  return (text) => {
    const known = kept.get(text);
    if (known !== undefined) return known;
    if (kept.size >= mostKept) kept.clear(); // only memory is lost by it
    kept.set(text, text);
    return text;
  };
}
