import { expect } from "vitest";
import type { Role } from "../../../src/contract/role.ts";
import { type Answer, type Options, send } from "./client.ts";

/* Callers other than the root. */

export type Token = { id: string; secret: string };
export type Caller = (method: string, path: string, options?: Options) => Promise<Answer>;

/** A new token, made by the root or by whoever is given. */
export async function newToken(
  role: Role,
  environments: string[],
  more: { expiresAt?: string; by?: Caller } = {},
): Promise<Token> {
  const { by = send, ...rest } = more;
  const answer = await by("POST", "/tokens", { body: { name: `a ${role}`, role, environments, ...rest } });
  expect(answer.status, answer.text).toBe(201);
  return answer.body as Token;
}

/** The same requests as `send` makes, by somebody else. */
export function as(secret: string): Caller {
  return async (method, path, { headers, ...rest } = {}) =>
    send(method, path, {
      ...rest,
      headers: { Authorization: `Bearer ${secret}`, "CF-Connecting-IP": someAddress(), ...headers },
    });
}

/** Another one for each request that may fail on purpose, so that failures don't add up. */
export function someAddress(): string {
  const [a = 0, b = 0] = crypto.getRandomValues(new Uint16Array(2));
  return `2001:db8:${a.toString(16)}:${b.toString(16)}::1`;
}

/** All of an answer but its Request-Id. */
export function bytesOf({ status, headers, text }: Answer): string {
  const lines = [...headers].map((header) => header.join(": ")).filter((line) => !line.startsWith("request-id:"));
  return JSON.stringify([status, lines.toSorted(), text]);
}
