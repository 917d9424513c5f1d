import { setTimeout as sleep } from "node:timers/promises";
import { readFile } from "node:fs/promises";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare, NoOpLog, type V4WorkerOptions } from "miniflare";
import { ROOT, RUNTIME_OPTIONS } from "../../scripts/build.ts";
import type { Answer } from "./world.ts";

/*
 * Several real runtimes as locations. One is home: it has all Durable Objects and KV. The others have isolates that
 * evaluate; their relays and their KV are at home, each message takes its time, and a location's KV answers from a cache
 * for up to a minute.
 */

export const TOKEN = "slc_admin_test-root";
const LAG_MS = 60_000;
/** One way. */
const AWAY_MS = { least: 5, more: 40 };

/** All of Sluice, and doors to its relays and to its KV. */
const HOME = `
import worker from "./src/worker.ts";
export * from "./src/worker.ts";
export default {
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname === "/test/relay") {
      const { name, method, args } = await request.json();
      return Response.json(await env.RELAY.getByName(name)[method](...args));
    }
    if (pathname === "/test/kv") {
      const text = await env.SNAPSHOTS.get(await request.text());
      return new Response(text, { status: text === null ? 404 : 200 });
    }
    return worker.fetch(request, env, ctx);
  },
};`;

/** An isolate that evaluates. */
const ISOLATE = `
import { createApp } from "./src/api/mount.ts";
const app = createApp();
const nobody = { getByName: () => ({}) };
let bound;
function bind({ HOME }) {
  const send = (path, body) => HOME.fetch("http://home/test/" + path, { method: "POST", body });
  const relay = (name) => ({
    ask: async (question) => (await send("relay", JSON.stringify({ name, method: "ask", args: [question] }))).json(),
  });
  return {
    RELAY: { getByName: relay },
    SNAPSHOTS: {
      async get(key, { type }) {
        const response = await send("kv", key);
        if (response.status === 404) return null;
        return type === "json" ? response.json() : response.text();
      },
    },
    ENVIRONMENT: nobody, WORKSPACE: nobody, COUNTER: nobody,
    AUTH_FAILURES: { limit: async () => ({ success: true }) },
    FRESHNESS_SECONDS: 2, USAGE_SECONDS: 600,
  };
}
export default { fetch: (request, env, ctx) => app.fetch(request, (bound ??= bind(env)), ctx) };`;

const ROUTER = `export default { fetch: (request, env) => env[request.headers.get("Isolate")].fetch(request) };`;

async function bundle(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: ROOT, loader: "ts" },
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    conditions: ["workerd"],
    external: ["node:*", "cloudflare:*"],
    logLevel: "warning",
  });
  return outputFiles[0]!.text;
}

type Workers = { workers: V4WorkerOptions[] } & { cf?: Record<string, unknown> };

async function start(workers: Workers): Promise<{ url: string; stop: () => Promise<void> }> {
  const runtime = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port: 0,
      log: new NoOpLog(),
      telemetry: { enabled: false },
      handleStructuredLogs: () => {},
      ...workers,
    }),
  );
  return { url: (await runtime.ready).origin, stop: () => runtime.dispose() };
}

const module = (contents: string) => ({ modules: [{ type: "ESModule" as const, path: "worker.js", contents }] });

export type Place = { ask(isolate: string, named?: string): Promise<Answer> };

export type Everywhere = {
  home: { url: string; adminToken: string };
  places: Place[];
  stop(): Promise<void>;
};

/** @param key of the environment that is asked for, once it is there */
export async function startEverywhere(
  continents: string[],
  isolates: string[],
  key: () => string,
): Promise<Everywhere> {
  const options: V4WorkerOptions = JSON.parse(await readFile(RUNTIME_OPTIONS, "utf8"));
  const [atHome, elsewhere] = await Promise.all([bundle(HOME), bundle(ISOLATE)]);
  const home = await start({
    workers: [{ ...options, ...module(atHome), name: "home", bindings: { ...options.bindings, ADMIN_TOKEN: TOKEN } }],
  });
  const stops = [home.stop];
  const places = await Promise.all(
    continents.map(async (continent): Promise<Place> => {
      const away = async (request: Request): Promise<Response> => {
        const { pathname } = new URL(request.url);
        return atHomeFrom(home.url, cache, pathname, await request.text());
      };
      const cache = new Map<string, { text: string | null; until: number }>();
      const bindings = Object.fromEntries(isolates.map((name) => [name, name]));
      const { url, stop } = await start({
        cf: { continent, longitude: "10" },
        workers: [
          { ...module(ROUTER), name: "router", compatibilityDate: "2026-10-01", serviceBindings: bindings },
          ...isolates.map((name) => ({
            ...module(elsewhere),
            name,
            compatibilityDate: "2026-10-01",
            serviceBindings: { HOME: away },
          })),
        ] as V4WorkerOptions[],
      });
      stops.push(stop);
      return { ask: (isolate, named) => ask(url, key(), isolate, named) };
    }),
  );
  return {
    home: { url: home.url, adminToken: TOKEN },
    places,
    stop: async () => void (await Promise.all(stops.map((stop) => stop()))),
  };
}

/** A message from a location to home and back. */
async function atHomeFrom(
  url: string,
  cache: Map<string, { text: string | null; until: number }>,
  path: string,
  body: string,
): Promise<Response> {
  const way = (): Promise<void> => sleep(AWAY_MS.least + Math.random() * AWAY_MS.more);
  const cached = path === "/test/kv" ? cache.get(body) : undefined;
  if (cached && Date.now() < cached.until) return answer(cached.text);
  await way();
  const response = await fetch(url + path, { method: "POST", body });
  const text = response.status === 404 ? null : await response.text();
  if (path === "/test/kv") cache.set(body, { text, until: Date.now() + Math.random() * LAG_MS });
  await way();
  return answer(text);
}

function answer(text: string | null): Response {
  return new Response(text, { status: text === null ? 404 : 200 });
}

async function ask(url: string, key: string, isolate: string, named?: string): Promise<Answer> {
  const asked = performance.now();
  const query = named === undefined ? "" : `?flagConfigEtag=${encodeURIComponent(named)}`;
  const response = await fetch(`${url}/ofrep/v1/evaluate/flags${query}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${key}`, Isolate: isolate },
  });
  await response.arrayBuffer();
  const number = (name: string): number => Number(response.headers.get(name) ?? NaN);
  return {
    asked,
    answered: performance.now(),
    version: response.status === 200 ? number("Sluice-Version") : undefined,
    ageMs: number("Sluice-Age") * 1_000,
  };
}
