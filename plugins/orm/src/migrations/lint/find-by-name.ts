/** Finds by a name; databases do not all tell upper and lower case apart. */
export function findByName<Item>(items: ReadonlyMap<string, Item> | undefined, name: string): Item | undefined {
  const found = items?.get(name);
  if (found !== undefined || items === undefined) return found;
  for (const [key, item] of items) if (key.toLowerCase() === name.toLowerCase()) return item;
  return undefined;
}
