/** The `most` values that were asked for last. What is named by its digest never goes stale. */
export function createCache<T>(most: number) {
  const values = new Map<string, T>();

  function get(key: string): T | undefined {
    const value = values.get(key);
    if (value !== undefined) touch(key, value);
    return value;
  }

  function set(key: string, value: T): void {
    touch(key, value);
    const [oldest] = values.size > most ? values.keys() : [];
    if (oldest !== undefined) values.delete(oldest);
  }

  function touch(key: string, value: T): void {
    values.delete(key);
    values.set(key, value);
  }

  return { get, set };
}
