import { CommandError, EXIT, type Exit, type Mistake } from "./exit.ts";
import type { Access } from "./settings.ts";

/*
 * The administration API as commands use it. It asks no other origin than the one that the token belongs to, and follows
 * no redirect. A refusal becomes a CommandError with the exit code that it means.
 */

/** An answer 2xx. `waits`: it is a change request, because others have to consent (202). */
export type Answer<T> = { status: number; body: T; headers: Headers; waits: boolean };
export type Send = { method?: string; body?: unknown; headers?: Record<string, string>; signal?: AbortSignal };

const EXIT_OF: Partial<Record<number, Exit>> = {
  400: EXIT.invalid,
  409: EXIT.conflict,
  412: EXIT.conflict,
  413: EXIT.invalid,
  422: EXIT.invalid,
};
const TIMEOUT_MS = 60_000;

/** All that comes. (`Array.fromAsync` isn't there before Node 22.) */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of items) all.push(one);
  return all;
}

/** One segment of a path. */
export const segment = encodeURIComponent;

export class Api {
  readonly access: Access;
  readonly #fetch: typeof fetch;

  constructor(access: Access, fetcher: typeof fetch = fetch) {
    this.access = access;
    this.#fetch = fetcher;
  }

  /** The environment that a command means. @throws CommandError where none is named */
  environment(): string {
    const { environment } = this.access;
    if (environment === undefined)
      throw new CommandError(EXIT.usage, "Which environment? Say --env NAME, or set SLUICE_ENVIRONMENT.");
    return environment;
  }

  /** The path of something in the environment that is meant. */
  within(path: string): string {
    return `/environments/${segment(this.environment())}${path}`;
  }

  /** @param path below `/admin/v1` @throws CommandError for every answer that isn't 2xx */
  async send<T = unknown>(path: string, options: Send = {}): Promise<Answer<T>> {
    const response = await this.open(path, options);
    const text = await response.text();
    const body: unknown = text === "" ? undefined : parsed(text);
    const { status, headers } = response;
    if (response.ok) return { status, headers, body: body as T, waits: status === 202 };
    throw refusal(status, body, headers);
  }

  /** The answer as it comes, for what is read piece by piece. @throws CommandError where nothing answers */
  async open(path: string, { method = "GET", body, headers = {}, signal }: Send = {}): Promise<Response> {
    const { url, token } = this.access;
    const init: RequestInit = {
      method,
      redirect: "manual",
      signal: signal ?? AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        Authorization: `Bearer ${token}`,
        "User-Agent": "sluice-cli",
        ...(method === "GET" ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    };
    let response: Response;
    try {
      response = await this.#fetch(`${url}/admin/v1${path}`, init);
    } catch (error) {
      throw new CommandError(EXIT.failed, `${url} can't be reached: ${reasonOf(error)}`);
    }
    if (response.status >= 300 && response.status < 400 && response.status !== 304)
      throw new CommandError(
        EXIT.failed,
        `${url} answers with a redirect, which isn't followed. Is that the address of Sluice?`,
      );
    return response;
  }

  /** Every item of a list that comes in pages. @param name of the list in the answer */
  async *all<T>(path: string, name: string, query: Record<string, string | undefined> = {}): AsyncGenerator<T> {
    for (let cursor: string | undefined; ;) {
      const search = new URLSearchParams({ limit: "500" });
      for (const [key, value] of Object.entries({ ...query, cursor })) if (value !== undefined) search.set(key, value);
      const { body } = await this.send<Record<string, unknown>>(`${path}?${search.toString()}`);
      yield* body[name] as T[];
      cursor = body["cursor"] as string | undefined;
      if (cursor === undefined) return;
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusal(status: number, body: unknown, headers: Headers): CommandError {
  const problem = (typeof body === "object" && body !== null ? body : {}) as {
    title?: string;
    detail?: string;
    errors?: Mistake[];
  };
  const said =
    problem.detail ?? problem.title ?? `It was answered ${status}, without a reason. Is this the address of Sluice?`;
  const id = headers.get("Request-Id");
  const more = status >= 500 && id !== null ? ` (Request-Id ${id})` : "";
  return new CommandError(EXIT_OF[status] ?? EXIT.failed, said + more, problem.errors ?? [], status);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error && cause.message !== "" ? cause.message : error.message;
}
