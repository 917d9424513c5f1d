import { type Problem, problemBody, type ProblemType, PROBLEMS } from "../contract/problem.ts";

/*
 * Responses as the API sends them, but for what `mount` adds to every one of them: the Request-Id and the security
 * headers.
 */

/** Headers that belong to a status wherever it is sent. */
export const STATUS_HEADERS: Partial<Record<number, Record<string, string>>> = {
  401: { "WWW-Authenticate": 'Bearer realm="sluice"' },
  429: { "Retry-After": "60" },
  503: { "Retry-After": "2" },
};

/** A JSON response. */
export function jsonResponse(value: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(value), { status, headers: { "Content-Type": "application/json", ...headers } });
}

/** A refusal as an RFC 9457 response, with the headers that its status calls for. `headers` win over those. */
export function problemResponse(problem: Problem, headers: Record<string, string> = {}): Response {
  const { status } = PROBLEMS[problem.type];
  const again = problem.type === "still-running" ? { "Retry-After": "1" } : {};
  return new Response(JSON.stringify(problemBody(problem)), {
    status,
    headers: { "Content-Type": "application/problem+json", ...STATUS_HEADERS[status], ...again, ...headers },
  });
}

/** Short form for a refusal made on the spot. */
export function refuse(type: ProblemType, detail: string, headers: Record<string, string> = {}): Response {
  return problemResponse({ type, detail }, headers);
}
