import createClient from "openapi-fetch";
import { ADMIN_ROUTES } from "../../contract/routes.ts";
import type { operations, paths } from "./openapi.d.ts";

/*
 * How the pages ask the administration API: by the name of an operation in the route table. Method and path come from
 * that table, types from the OpenAPI document, the credential is the session's cookie, which no script can read.
 */

/** The operations that the document describes. */
export type Op = keyof operations & keyof typeof ADMIN_ROUTES;

type Success<R> = R extends { 200: infer A } ? A : R extends { 201: infer A } ? A : never;
type JsonOf<A> = A extends { content: { "application/json": infer B } } ? B : never;
/** What an operation answers when it is done. */
export type Answer<O extends Op> = JsonOf<Success<operations[O]["responses"]>>;

type Query = Record<string, string | number | boolean | undefined>;
/** What a request says. `path`: the names in the address; `comment` and `ifMatch` travel as headers. */
export type Ask = {
  path?: Record<string, string>;
  query?: Query;
  body?: unknown;
  ifMatch?: string | undefined;
  comment?: string | undefined;
  signal?: AbortSignal;
};
export type Reply<T> = { body: T; status: number; etag?: string; revision?: string };

/** A refusal, or no answer at all (`status` 0), as a page shows it. */
export class Refused extends Error {
  override name = "Refused";
  readonly status: number;
  readonly type: string;
  readonly errors: { path: string; message: string }[];
  readonly requestId: string | undefined;

  constructor(status: number, problem: Partial<ProblemBody>, requestId?: string) {
    super(problem.detail ?? problem.title ?? "Sluice could not be reached.");
    this.status = status;
    this.type = problem.type ?? "";
    this.errors = problem.errors ?? [];
    this.requestId = requestId;
  }
}
type ProblemBody = { type: string; title: string; detail: string; errors: { path: string; message: string }[] };

const client = createClient<paths>({ baseUrl: "/admin/v1", credentials: "same-origin" });
type Untyped = (
  method: string,
  url: string,
  init: object,
) => Promise<{ data?: unknown; error?: unknown; response: Response }>;

/** Asks the API. Throws `Refused` for everything but a success. */
export async function call<O extends Op>(operation: O, ask: Ask = {}): Promise<Reply<Answer<O>>> {
  const [method, url] = ADMIN_ROUTES[operation];
  return send<Answer<O>>(method, url, ask);
}

/** The same for an address in the words of the route table. */
export async function send<T>(method: string, url: string, ask: Ask): Promise<Reply<T>> {
  const writes = method !== "GET";
  const headers: Record<string, string> = {};
  if (writes) headers["Content-Type"] = contentType(method, url);
  if (ask.ifMatch !== undefined) headers["If-Match"] = ask.ifMatch;
  if (ask.comment) headers["Sluice-Comment"] = encodeURIComponent(ask.comment);
  const request = client.request as unknown as Untyped;
  const init = {
    params: { path: ask.path, query: withoutAbsent(ask.query) },
    ...(ask.body !== undefined && { body: ask.body, bodySerializer: JSON.stringify }),
    headers,
    ...(ask.signal && { signal: ask.signal }),
  };
  let answer: Awaited<ReturnType<Untyped>>;
  try {
    answer = await request(method.toLowerCase(), url, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Refused(0, {});
  }
  const { data, error, response } = answer;
  if (!response.ok) {
    const id = response.headers.get("Request-Id") ?? undefined;
    throw new Refused(response.status, typeof error === "object" && error !== null ? error : {}, id);
  }
  const etag = response.headers.get("ETag");
  const revision = response.headers.get("Sluice-Revision");
  return {
    body: data as T,
    status: response.status,
    ...(etag !== null && { etag }),
    ...(revision !== null && { revision }),
  };
}

/** The address of a request, as a person would type it after the host. */
export function addressOf(operation: keyof typeof ADMIN_ROUTES, { path = {}, query = {} }: Ask): string {
  const route = ADMIN_ROUTES[operation][1].replaceAll(/\{(\w+)\}/g, (_: string, name: string) =>
    encodeURIComponent(path[name] ?? ""),
  );
  const search = new URLSearchParams(
    Object.entries(withoutAbsent(query)).map(([name, value]) => [name, String(value)]),
  );
  return `/admin/v1${route}${search.size > 0 ? `?${search}` : ""}`;
}

function contentType(method: string, url: string): string {
  const merges = method === "PATCH" && /\/(flags|segments)\/\{key\}$/.test(url);
  return merges ? "application/merge-patch+json" : "application/json";
}

function withoutAbsent(query: Query = {}): Query {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined && value !== ""));
}
