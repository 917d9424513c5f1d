/*
 * One request on its way through the gate, in either of two forms: as middleware of Hono, or as a function of request,
 * environment and context, as a Worker's own `fetch` is. Hono itself isn't needed for the second.
 */

export type Afterwards = { waitUntil(work: Promise<unknown>): void };
export type Answer = Response | Promise<Response>;

/** As much of Hono's context as the gate touches. */
export type HonoContext = {
  readonly req: { raw: Request };
  readonly env: unknown;
  readonly executionCtx: Afterwards;
  get res(): Response;
  set res(response: Response | undefined);
};
export type Next = () => Promise<void>;

/** A function of the caller's that is called with what the gate itself was called with. */
export type Own<T> = (...args: never[]) => T | Promise<T>;

/** A middleware in either form. In the plain one, what is behind it is the route's own origin unless `on` says else. */
export type Middleware<Context extends HonoContext = HonoContext> = {
  (context: Context, next: Next): Promise<Response>;
  (request: Request, env: object, ctx: Afterwards): Promise<Response>;
};

export type Exchange = {
  /** As it came, or as it was replaced. */
  readonly request: Request;
  readonly env: object;
  readonly ctx: Afterwards;
  /** What comes behind the gate sees this request from here on. */
  replace(request: Request): void;
  /** Calls a function of the caller's. */
  call<T>(own: Own<T>): T | Promise<T>;
  /** Goes on to what is behind the gate. */
  proceed(): Promise<Response>;
  /** Gives the answer back to whoever called the gate. */
  answer(response: Response): Response;
};

/** What a middleware is called with. */
export type Arguments = [context: HonoContext, next: Next] | [request: Request, env: object, ctx: Afterwards];

/** The exchange that the arguments of a middleware stand for. */
export function exchangeOf(args: Arguments): Exchange {
  return isHono(args) ? new Honos(...args) : new Plain(...args);
}

function isHono(args: Arguments): args is [context: HonoContext, next: Next] {
  return "req" in args[0];
}

/** Where a request comes without anything that outlives its answer, as in tests of an app, nothing does. */
const NOTHING_AFTERWARDS: Afterwards = { waitUntil: (work) => void work.catch(() => undefined) };

class Honos implements Exchange {
  readonly env: object;
  readonly #context: HonoContext;
  readonly #next: Next;

  constructor(context: HonoContext, next: Next) {
    this.#context = context;
    this.#next = next;
    this.env = typeof context.env === "object" && context.env !== null ? context.env : {};
  }

  get request(): Request {
    return this.#context.req.raw;
  }

  get ctx(): Afterwards {
    try {
      return this.#context.executionCtx;
    } catch {
      return NOTHING_AFTERWARDS;
    }
  }

  replace(request: Request): void {
    this.#context.req.raw = request;
  }

  call<T>(own: Own<T>): T | Promise<T> {
    return apply(own, [this.#context, this.#next]);
  }

  async proceed(): Promise<Response> {
    await this.#next();
    return this.#context.res;
  }

  answer(response: Response): Response {
    if (this.#context.res === response) return response;
    this.#context.res = undefined; // else its headers would be mixed into those of the answer
    this.#context.res = response;
    return response;
  }
}

class Plain implements Exchange {
  request: Request;
  readonly env: object;
  readonly ctx: Afterwards;

  constructor(request: Request, env: object, ctx: Afterwards) {
    this.request = request;
    this.env = env;
    this.ctx = ctx;
  }

  replace(request: Request): void {
    this.request = request;
  }

  call<T>(own: Own<T>): T | Promise<T> {
    return apply(own, [this.request, this.env, this.ctx]);
  }

  proceed(): Promise<Response> {
    return fetch(this.request, { redirect: "manual" });
  }

  answer(response: Response): Response {
    return response;
  }
}

/** The types of `gate` and `canary` see to it that a function is handed the arguments of its own form. */
function apply<T>(own: Own<T>, args: unknown[]): T | Promise<T> {
  return own(...(args as never[]));
}
