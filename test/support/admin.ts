import { undescribed } from "./described.ts";
import type { Runtime } from "./runtime.ts";

type Answer<T> = { status: number; headers: Headers; body: T };

/** A request to the administration API with the root token, whose answer must be as the OpenAPI document says. The answer's body parsed, `undefined` where there is none. */
export async function admin<T = unknown>(
  runtime: Pick<Runtime, "url" | "adminToken">,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer<T>> {
  const response = await fetch(`${runtime.url}/admin/v1${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${runtime.adminToken}`,
      ...(method === "GET" ? {} : { "Content-Type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const { status, headers } = response;
  const wrong = undescribed(method, new URL(response.url).pathname, { status, headers, text });
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
  return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
}

/** An environment key's secret, newly made. */
export async function newKey(
  runtime: Pick<Runtime, "url" | "adminToken">,
  environment: string,
  kind: "client" | "server",
): Promise<string> {
  const made = await admin<{ secret: string }>(runtime, "POST", `/environments/${environment}/keys`, {
    kind,
    name: kind,
  });
  if (made.status !== 201) throw new Error(`No key could be made: ${made.status} ${JSON.stringify(made.body)}`);
  return made.body.secret;
}
