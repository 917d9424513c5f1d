/** What can be asked like a service binding. */
type Fetching = { fetch(request: Request): Promise<Response> };

/**
 * Where requests are sent to: a service binding, the name of one, an address, or what a function of the environment
 * gives. The path of an address is put before the request's own.
 */
export type Origin = Fetching | URL | string | ((env: never) => Fetching | URL | string);

/** Sends a request to an origin, and leaves redirects to whoever asked. @throws TypeError for a binding that isn't there */
export function fetcherOf(origin: Origin, env: object): (request: Request) => Promise<Response> {
  if (typeof origin === "string" && !URL.canParse(origin)) {
    const bound: unknown = Reflect.get(env, origin);
    if (!isFetching(bound)) throw new TypeError(`Nothing is bound as ${origin}, and it is no address.`);
    return fetcherOf(bound, env);
  }
  if (typeof origin === "string" || origin instanceof URL) return byAddress(new URL(origin));
  if (isFetching(origin)) return (request) => origin.fetch(unfollowed(request));
  return fetcherOf(origin(env as never), env);
}

function byAddress(base: URL): (request: Request) => Promise<Response> {
  return (request) => {
    const { pathname, search } = new URL(request.url);
    const address = new URL(base);
    address.pathname = base.pathname.replace(/\/$/, "") + pathname;
    address.search = search;
    return fetch(new Request(address, unfollowed(request)));
  };
}

/** As requests come to a Worker, they are that already. */
function unfollowed(request: Request): Request {
  return request.redirect === "manual" ? request : new Request(request, { redirect: "manual" });
}

function isFetching(value: unknown): value is Fetching {
  const known = (typeof value === "object" && value !== null) || typeof value === "function";
  return known && "fetch" in value && typeof value.fetch === "function";
}
