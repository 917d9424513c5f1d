let prefix = "";
let count = 0;

/**
 * A name for one request, unique over all isolates: random bits of the isolate and a count. (Random bits may not be
 * drawn before the first request, and drawing them for each costs more than the rest of the name.)
 */
export function requestId(): string {
  if (prefix === "") prefix = crypto.randomUUID().replaceAll("-", "").slice(0, 16);
  return `${prefix}-${++count}`;
}
