/*
 * `npm start` prints an address that signs in by one click: the token is behind `#`, which never reaches a server, and is
 * gone from the address before anything else is done. On loopback only, so that no link signs somebody in elsewhere.
 */

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** The token that the page's address brought, once; undefined when there is none, or not on loopback. */
export function takeToken(): string | undefined {
  const { hash, hostname, pathname, search } = window.location;
  const token = /^#token=(.+)$/.exec(hash)?.[1];
  if (token === undefined) return undefined;
  window.history.replaceState(null, "", pathname + search);
  return LOOPBACK.test(hostname) ? decodeURIComponent(token) : undefined;
}
