/**
 * Whether an `If-None-Match` field names a weak entity tag: a list, compared weakly. `*` is ignored: it would turn
 * every answer into a 304.
 *
 * @param etag of the form `W/"…"`
 */
export function matches(field: string, etag: string): boolean {
  if (field === etag) return true;
  const opaque = etag.slice(2);
  for (const [tag] of field.matchAll(/"[^"]*"/g)) if (tag === opaque) return true;
  return false;
}
