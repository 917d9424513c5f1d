import { WorkerEntrypoint } from "cloudflare:workers";
import { canary } from "../../src/gate/canary.ts";
import { gate } from "../../src/gate/gate.ts";
import { shadowRoute } from "../../src/gate/shadow.ts";
import { work } from "./work.ts";

/* A route with and without a gate before it, and a FlagService that gives a snapshot and takes what was measured. */

type Env = { FLAGS: object; FLAG: string; STEPS: number };

const HEADERS = { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "public, max-age=60" };
const PAGE = `<!doctype html><title>Shop</title>${"<p>Something to buy</p>".repeat(80)}`;

/** Answers a page, after some work that takes as long as it is told. */
async function route(_: Request, { STEPS }: Env): Promise<Response> {
  return new Response(STEPS > 0 && work(STEPS) === 0 ? "" : PAGE, { headers: HEADERS });
}

let through: ((request: Request, env: Env, ctx: ExecutionContext) => Promise<Response>) | undefined;
let sided: typeof through;

export const bare: ExportedHandler<Env> = { fetch: route };
export const gated: ExportedHandler<Env> = {
  fetch: (request, env, ctx) => (through ??= gate({ flag: env.FLAG, on: route, off: route }))(request, env, ctx),
};
/** Both sides are the same route, so that only the choosing is added. */
export const canaried: ExportedHandler<Env> = {
  fetch(request, env, ctx) {
    const origin = { fetch: (asked: Request) => route(asked, env) };
    sided ??= canary({ flag: env.FLAG, origins: { stable: origin, on: origin } });
    return sided(request, env, ctx);
  },
};

let beside: typeof through;

/** The same route, and a candidate beside it, which does the same a little later, for the share that the flag says. */
export const shadowed: ExportedHandler<Env> = {
  fetch(request, env, ctx) {
    const control = { fetch: (asked: Request) => route(asked, env) };
    const candidate = {
      async fetch(asked: Request): Promise<Response> {
        await new Promise((done) => setTimeout(done, 20));
        return route(asked, env);
      },
    };
    beside ??= shadowRoute({ flag: env.FLAG, control, candidate, perMinute: 1_000_000, timeout: 5_000 });
    return beside(request, env, ctx);
  },
};

export class Flags extends WorkerEntrypoint<{ BODY: string }> {
  snapshot(held?: { version: number }): object {
    const { environment, incarnation, version } = JSON.parse(this.env.BODY);
    const current = { environment, incarnation, version, ageMs: 0 };
    return held?.version === version ? current : { ...current, body: this.env.BODY };
  }
  report(): void {}
}
