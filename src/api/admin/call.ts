import * as z from "zod/mini";
import type { Caller } from "../../contract/action.ts";
import { commentBody, comment as commentText, idempotencyKey } from "../../contract/admin.ts";
import { isJsonObject, type JsonObject, pointer } from "../../contract/json.ts";
import * as LIMITS from "../../contract/limits.ts";
import { name } from "../../contract/names.ts";
import { OUT_OF_SCOPE } from "../../contract/problem.ts";
import { covers, includes, type Role } from "../../contract/role.ts";
import type { Operation } from "../../contract/routes.ts";
import { keyOf } from "../../contract/snapshot.ts";
import { parse } from "../../contract/validation.ts";
import type { Idempotency } from "../../contract/write.ts";
import type { Write } from "../../environment/rpc.ts";
import { SHARDS } from "../../metrics/batch.ts";
import type { EnvironmentEntry } from "../../workspace/workspace.ts";
import type { Bindings } from "../bindings.ts";
import type { Principal } from "../admin-token.ts";
import { parseJson, readUtf8 } from "../body.ts";
import { hashKey } from "../keys.ts";
import { authenticateAdmin, authenticateToken, UNAUTHENTICATED } from "../principal.ts";
import { cookieName, endSession, openSession, sessionCookie, setCookie } from "../session.ts";
import { regionHere, snapshots } from "../snapshots.ts";
import { follow } from "../stream.ts";
import type { Line, Listener } from "../stream-session.ts";
import { Forbidden, invalid, refusal, Refused } from "./refused.ts";
import { ask } from "./remote.ts";
import { decode, type Route } from "./route.ts";

export type Handlers = Partial<Record<Operation, (call: Call) => Promise<Response>>>;

/** An environment that exists, and the one writer of it. `wrote` makes this isolate read what it just wrote. */
export type Here = {
  entry: EnvironmentEntry;
  object: ReturnType<Bindings["ENVIRONMENT"]["getByName"]>;
  wrote: (version: number) => void;
};

/** One authenticated administration request: what a handler may ask of it. Every method may throw `Refused`. */
export class Call {
  readonly env: string;
  readonly key: string;
  readonly id: string;
  readonly principal: Principal;
  readonly headers: Headers;
  /** Where the request went, percent-encoded as it came. */
  readonly path: string;
  readonly #request: Request;
  readonly #bindings: Bindings;
  #idempotency: Idempotency | undefined;
  #queryRead = false;

  constructor(request: Request, route: Route, principal: Principal, bindings: Bindings) {
    const { pathname } = new URL(request.url);
    this.env = route.env;
    this.key = route.key;
    this.id = route.id;
    this.principal = principal;
    this.headers = request.headers;
    this.path = pathname;
    this.#request = request;
    this.#bindings = bindings;
  }

  /** Where the dashboard shows the flag of the path. */
  get page(): string {
    return new URL(`/environments/${this.env}/flags/${encodeURIComponent(this.key)}`, this.#request.url).href;
  }

  /** Who asks, as an object is told. */
  get caller(): Caller {
    const { actor, role } = this.principal;
    return { actor, role };
  }

  /** The query as the schema gives it. A parameter that isn't known, or is given twice, is refused. */
  query<S extends z.ZodMiniType>(schema: S): z.output<S> {
    this.#queryRead = true;
    return valid("The query", schema, queryOf(this.#request.url));
  }

  /** Refuses parameters that nobody asked for: a misspelt one must not be taken for its absence. @throws Refused 400, 422 */
  insistOnReadQuery(): void {
    if (!this.#queryRead) this.query(z.strictObject({}));
  }

  /** The body as JSON; an absent one is `{}`. @param limit decoded bytes */
  async json(limit: number = LIMITS.adminBodyBytes): Promise<unknown> {
    const body = parseJson(await this.#text(limit));
    if (!body.ok) throw new Refused(body.problem);
    return body.value;
  }

  /** The body as the schema gives it. */
  async body<S extends z.ZodMiniType>(schema: S): Promise<z.output<S>> {
    return valid("The body", schema, await this.json());
  }

  /** The body of a write that says nothing but why. */
  async comment(): Promise<string | undefined> {
    return (await this.body(commentBody)).comment;
  }

  /** The key in the path, where a resource is to get that name. @throws Refused 422 */
  name(what: string): string {
    return valid(`The name of the ${what}`, name, this.key);
  }

  /**
   * The body as the resource that the path names: its `key` may be left out, and else is the same.
   *
   * @param complete adds what goes without saying
   */
  async named<S extends z.ZodMiniType<{ key: string }>>(
    schema: S,
    complete: (sent: unknown) => unknown = (sent) => sent,
  ): Promise<z.output<S>> {
    const body = complete(await this.json());
    const resource = valid("The body", schema, isJsonObject(body) ? { key: this.key, ...body } : body);
    if (resource.key !== this.key)
      throw invalid("The body", [{ path: "/key", message: "must be left out or equal to the key in the path" }]);
    return resource;
  }

  /** The body as an RFC 7396 patch of a resource. */
  async patch(): Promise<JsonObject> {
    const body = await this.json();
    if (!isJsonObject(body)) throw invalid("The body", [{ path: "", message: "must be an object" }]);
    return body;
  }

  /** The circumstances of a write, once its body has been read. The comment in a body counts before the one in the header. */
  write(comment?: string): Write {
    this.insistOnReadQuery();
    const ifMatch = this.headers.get("If-Match");
    const ifNoneMatch = this.headers.get("If-None-Match");
    if (this.headers.has("Idempotency-Key") && !this.#idempotency)
      throw new Error("what a write does is known only once its body has been read");
    return {
      ...this.caller,
      comment: comment ?? this.#commentHeader() ?? "",
      ...(ifMatch !== null && { ifMatch }),
      ...(ifNoneMatch !== null && { ifNoneMatch }),
      ...(this.#idempotency && { idempotency: this.#idempotency }),
    };
  }

  /** The body as text, and what an Idempotency-Key stands for that comes with it. */
  async #text(limit: number): Promise<string> {
    const sent = this.headers.get("Idempotency-Key");
    const key = sent === null ? undefined : valid("Idempotency-Key", idempotencyKey, sent);
    const body = await readUtf8(this.#request, limit);
    if (!body.ok) throw new Refused(body.problem);
    if (key !== undefined) {
      const { pathname, search } = new URL(this.#request.url);
      const same = [this.#request.method, pathname, search, this.headers.get("If-Match"), body.text];
      this.#idempotency = { key, fingerprint: await hashKey(JSON.stringify(same)) };
    }
    return body.text;
  }

  #commentHeader(): string | undefined {
    const encoded = this.headers.get("Sluice-Comment");
    if (encoded === null) return undefined;
    const decoded = /^[\x20-\x7e]*$/.test(encoded) ? decode(encoded) : undefined;
    if (decoded === undefined) throw refusal("bad-request", "Sluice-Comment is not percent-encoded UTF-8.");
    return valid("Sluice-Comment", commentText, decoded);
  }

  /** @throws Refused 403 when the caller's scope doesn't cover an environment, whether or not it exists */
  enter(environment: string): void {
    if (!covers(this.principal.environments, environment)) throw new Refused(OUT_OF_SCOPE);
  }

  /** @throws Forbidden when the caller's role doesn't include this one */
  need(role: Role): void {
    if (!includes(this.principal.role, role)) throw new Forbidden(role);
  }

  /** The environment in the path. @throws Refused 404 */
  async here(): Promise<Here> {
    const entry = await ask(this.workspace.environment(this.env));
    return entry ? this.open(entry) : noEnvironment();
  }

  open(entry: EnvironmentEntry): Here {
    const { name, incarnation } = entry;
    return {
      entry,
      object: this.#bindings.ENVIRONMENT.getByName(keyOf.environmentObject(name, incarnation)),
      wrote: (version) => snapshots(this.#bindings).noteWrite(name, incarnation, version),
    };
  }

  /** The counters of an environment, in their order. */
  counters({ name, incarnation }: EnvironmentEntry): ReturnType<Bindings["COUNTER"]["getByName"]>[] {
    return Array.from({ length: SHARDS }, (_, shard) =>
      this.#bindings.COUNTER.getByName(keyOf.counterObject(name, incarnation, shard)),
    );
  }

  /**
   * Opens a session for whoever has this token, and the cookie that stands for it.
   *
   * @throws Refused 401, 429; 403 at an address whose cookies a browser would send in the open
   */
  async signIn(token: string): Promise<{ principal: Principal; cookie: string }> {
    const name = cookieName(new URL(this.#request.url));
    if (name === undefined)
      throw refusal("forbidden", "Signing in needs https, or an address of this machine itself such as localhost.");
    const principal = await authenticateToken(token, this.headers, this.#bindings);
    if ("type" in principal) throw new Refused(principal);
    const cookie = await openSession(principal, name, this.#bindings, Date.now());
    if (cookie === undefined) throw new Refused(UNAUTHENTICATED);
    return { principal, cookie };
  }

  /** Ends the session of the cookie that came, if one did, and has the browser forget it. */
  async signOut(): Promise<string | undefined> {
    const secret = sessionCookie(this.#request);
    if (secret !== undefined) await endSession(secret, this.#bindings);
    const name = cookieName(new URL(this.#request.url));
    return name === undefined ? undefined : setCookie(name, "", 0);
  }

  /** Whether the caller may still enter here: their credential is looked at anew. @throws Refused when it can't be */
  async stillAllowed(): Promise<boolean> {
    const now = await authenticateAdmin(this.#request, this.#bindings, () => ({ waitUntil: () => undefined }));
    if ("type" in now) return now.type === "unavailable";
    return covers(now.environments, this.env);
  }

  /** Connects to a relay of an environment, near where the request came in. Rejects where there is none. */
  follow({ name, incarnation }: EnvironmentEntry, listener: Listener): Promise<Line> {
    return follow({ environment: name, incarnation }, this.#bindings, regionHere(this.#request), listener);
  }

  /** What overrides are signed with; undefined where they are off. */
  get overrideSecret(): string | undefined {
    return this.#bindings.OVERRIDE_SECRET || undefined;
  }

  get workspace(): ReturnType<Bindings["WORKSPACE"]["getByName"]> {
    return this.#bindings.WORKSPACE.getByName(keyOf.workspaceObject);
  }

  /** The set of environments was changed by this request. */
  wroteMap(): void {
    snapshots(this.#bindings).noteMap();
  }
}

export function noEnvironment(): never {
  throw refusal("not-found", "There is no such environment.");
}

/** The query of an address, each parameter once. @throws Refused 400, 422 */
export function queryOf(address: string): Record<string, string> {
  const { search, searchParams } = new URL(address);
  if (decode(search) === undefined) throw refusal("bad-request", "The query has a broken percent-encoding.");
  const twice = [...new Set(searchParams.keys())].filter((name) => searchParams.getAll(name).length > 1);
  if (twice.length > 0)
    throw invalid(
      "The query",
      twice.map((name) => ({ path: pointer([name]), message: "is given more than once" })),
    );
  return Object.fromEntries(searchParams);
}

/** @throws Refused 422 naming the places that are wrong */
export function valid<S extends z.ZodMiniType>(what: string, schema: S, input: unknown): z.output<S> {
  const parsed = parse(schema, input);
  if (!parsed.ok) throw invalid(what, parsed.issues);
  return parsed.value;
}
