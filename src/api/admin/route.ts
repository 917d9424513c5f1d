import type { Problem } from "../../contract/problem.ts";
import type { Role } from "../../contract/role.ts";
import { ADMIN_ROUTES, type Operation } from "../../contract/routes.ts";

/** What a request asks for: the operation, the weakest role that may, and the names in the path, decoded. */
export type Route = { operation: Operation; role: Role; env: string; key: string; id: string };
export type Unrouted = { problem: Problem; allow?: string };

const ROUTES = (Object.keys(ADMIN_ROUTES) as Operation[]).map((operation) => {
  const [method, path, role] = ADMIN_ROUTES[operation];
  return { operation, method, role, pattern: path.split("/") };
});

/**
 * Finds the route of a request. HEAD is GET without a body. A name is exactly one segment, decoded once, so that an
 * encoded slash is a character of the name; for that the path must come as it was sent.
 *
 * @param path below `/admin/v1`, percent-encoded
 */
export function resolve(method: string, path: string): Route | Unrouted {
  const segments = path.split("/");
  const here = ROUTES.filter((route) => fits(route.pattern, segments));
  const [first] = here;
  if (!first) return { problem: { type: "not-found", detail: "There is nothing at this address." } };
  const route = here.find((one) => one.method === (method === "HEAD" ? "GET" : method));
  if (!route) {
    const allow = here.flatMap((one) => (one.method === "GET" ? ["GET", "HEAD"] : [one.method])).join(", ");
    return { problem: { type: "method-not-allowed", detail: `Available here: ${allow}.` }, allow };
  }
  const names = { env: "", key: "", id: "" };
  for (const [index, part] of route.pattern.entries()) {
    const slot = slotOf(part);
    if (!slot) continue;
    const name = decode(segments[index]!);
    if (name === undefined)
      return { problem: { type: "bad-request", detail: "The path has a broken percent-encoding." } };
    names[slot] = name;
  }
  return { operation: route.operation, role: route.role, ...names };
}

function fits(pattern: string[], segments: string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((part, index) => (slotOf(part) ? segments[index] !== "" : part === segments[index]))
  );
}

function slotOf(part: string): "env" | "key" | "id" | undefined {
  return part === "{env}" ? "env" : part === "{key}" ? "key" : part === "{id}" ? "id" : undefined;
}

/** Text from its percent-encoded UTF-8; undefined when that is broken. */
export function decode(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}
