/** Puts a value last in a map that holds at most so many; the first one gives way. */
export function putBounded<K, V>(map: Map<K, V>, key: K, value: V, limit: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= limit) return;
  for (const first of map.keys()) {
    map.delete(first);
    return;
  }
}
