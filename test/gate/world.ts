import { exports } from "cloudflare:workers";
import { expect } from "vitest";
import type { FlagService } from "../../src/contract/service.ts";
import { booleanFlag, environment, send } from "../api/admin/client.ts";

/* A Worker that is bound to FlagService, and requests to it. */

export type World = {
  name: string;
  /** Its bindings as an isolate that has just started has them: nothing is held yet. */
  env(): { FLAGS: FlagService; OVERRIDE_SECRET: string };
  put(key: string, flag: Record<string, unknown>): Promise<void>;
};

export const SECRET = "override-secret";

/** A new environment with these flags. */
export async function world(flags: Record<string, Record<string, unknown>>): Promise<World> {
  const { name, path } = await environment();
  const put = async (key: string, flag: Record<string, unknown>): Promise<void> => {
    const { status, text } = await send("PUT", `${path}/flags/${key}`, { body: flag });
    expect([200, 201], text).toContain(status);
  };
  for (const [key, flag] of Object.entries(flags)) await put(key, flag);
  const env = () => ({
    FLAGS: exports.FlagService({ props: { environment: name } }) as unknown as FlagService,
    OVERRIDE_SECRET: SECRET,
  });
  return { name, env, put };
}

export const ON = booleanFlag({ default: { variant: "on" } });
export const OFF = booleanFlag();
export const rollout = (percentage: number) =>
  booleanFlag({ default: { rollout: { percentage, split: [{ variant: "on", weight: 1 }], otherwise: "off" } } });
/** A flag that sends a share to the canary. */
export const side = (percentage: number) => ({
  type: "string",
  variants: { stable: "stable", canary: "canary" },
  default: {
    rollout: { percentage, split: [{ variant: "canary", weight: 1 }], otherwise: "stable" },
  },
});

/** What a request leaves behind. */
export class Afterwards {
  readonly work: Promise<unknown>[] = [];
  waitUntil(work: Promise<unknown>): void {
    this.work.push(work);
  }
}

/** A FlagService of which only these answer; all else is never asked. */
export function fake(answers: Partial<FlagService>): { FLAGS: FlagService } {
  const unasked = (): never => {
    throw new Error("this isn't to be asked");
  };
  const all: FlagService = {
    evaluate: unasked,
    evaluateAll: unasked,
    record: unasked,
    variants: unasked,
    shadow: unasked,
    whereabouts: unasked,
    snapshot: unasked,
    members: unasked,
  };
  return { FLAGS: { ...all, ...answers } };
}

export function get(path = "/page", headers: Record<string, string> = {}, cf?: Record<string, unknown>): Request {
  return new Request(`https://shop.test${path}`, { headers, ...(cf && { cf }) });
}

export function page(headers: Record<string, string> = {}, body = "<p>new</p>"): Response {
  return new Response(body, { headers: { "Content-Type": "text/html; charset=utf-8", ...headers } });
}
