import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { plan as planSchema } from "../../src/contract/plan.ts";
import type { Environment } from "../../src/environment/environment.ts";
import type { Write } from "../../src/environment/rpc.ts";
import { Outbox } from "../../src/durable/outbox.ts";
import type { Workspace } from "../../src/workspace/workspace.ts";
import { note } from "../support/counts.ts";
import { put } from "./build.ts";
import { created, type Here, WRITE } from "./object.ts";

/*
 * The first write of each kind in the life of an object is the one that finds nothing remembered. Each of its statements
 * fails in turn: the same write again, in the same life, must come to what it comes to when nothing failed.
 */

const PLAN = planSchema.parse({
  stages: [
    { name: "10%", percentage: 10, minBake: "1h" },
    { name: "all", percentage: 100, minBake: "1h" },
  ],
});
const KEYED: Write = { ...WRITE, idempotency: { key: "first", fingerprint: "f" } };
const SPEC = { url: "https://example.com/hook", events: ["release.decision" as const], format: "standard" as const };
const RELEASE = { flag: "f", release: "release1" };
const create = { op: "create", flag: "f", id: "release1", plan: PLAN } as const;

type Made = (instance: Environment) => Promise<unknown>;
/** What is there before, and the write. */
const WRITES: Record<string, [before: (here: Here) => Promise<unknown>, write: Made]> = {
  "a flag": [async () => {}, (one) => one.apply([put("new")], KEYED)],
  "a flag, without a key": [async () => {}, (one) => one.apply([put("new")], WRITE)],
  "a release": [async () => {}, (one) => one.release(create, KEYED)],
  "a plan": [async () => {}, (one) => one.release({ op: "putPlan", name: "p", plan: PLAN }, KEYED)],
  "a webhook": [
    async () => {},
    (one) => one.changeWebhook({ op: "create", id: "w", spec: SPEC, secret: "whsec_AAAA" }, KEYED),
  ],
  "a message to a webhook": [
    (here) => here.object.changeWebhook({ op: "create", id: "w", spec: SPEC, secret: "whsec_AAAA" }, WRITE),
    (one) => one.changeWebhook({ op: "test", id: "w" }, KEYED),
  ],
  "an environment key": [
    async () => {},
    (one) => one.createKey({ id: "k", kind: "server", name: "", origins: [], hash: "ab".repeat(32) }, KEYED),
  ],
  "an outcome": [async () => {}, (one) => one.defineMetric({ name: "bought", per: "unit", window: "1h" }, KEYED)],
  settings: [async () => {}, (one) => one.configure({ description: "new" }, KEYED)],
  "a request for consent": [
    (here) => here.object.configure({ requiresApproval: 1 }, WRITE),
    (one) => one.apply([put("new", { default: { variant: "on" } })], KEYED),
  ],
  "consent to a change": [
    async (here) => {
      await here.object.configure({ requiresApproval: 1 }, WRITE);
      await here.object.apply([put("new", { default: { variant: "on" } })], WRITE);
    },
    async (one) => {
      const [request] = (await one.changeRequests({ limit: 1 })).requests;
      const actor = { id: "token:2", name: "Bob", via: "token" as const };
      return one.decideChangeRequest({ id: request!.id, approve: true, role: "admin" }, { ...KEYED, actor });
    },
  ],
  "a secret for alerts": [
    (here) => here.object.release(create, WRITE),
    (one) => one.giveAlertSecret(RELEASE, "whsec_AAAA", KEYED),
  ],
  "an override": [
    async () => {},
    (one) => one.overridden({ flag: "f", variant: "on", expiresAt: "2100-01-01T00:00:00Z" }, KEYED),
  ],
  "a refused attempt": [async () => {}, (one) => one.refused("PUT /flags/f", WRITE.actor)],
  "a report of use": [
    (here) => here.object.configure({ sampling: { enabled: true } }, WRITE),
    (one) => one.recordUsage({ flags: [["f", 1]], bulk: {}, contexts: [], salt: "" }),
  ],
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  vi.spyOn(Outbox.prototype, "run").mockResolvedValue();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Lets the n-th statement from now on fail. @returns whether it came to that, and undoes it */
function failing(sql: SqlStorage, n: number): () => boolean {
  const exec = sql.exec.bind(sql);
  let statements = 0;
  const value = (query: string, ...values: SqlStorageValue[]): unknown => {
    statements += 1;
    if (statements === n) throw new Error("the disk is full");
    return exec(query, ...values);
  };
  Object.defineProperty(sql, "exec", { configurable: true, value });
  return () => {
    Reflect.deleteProperty(sql, "exec");
    return statements >= n;
  };
}

/** An object that has just been loaded, with what is there before the write. */
async function loaded(before: (here: Here) => Promise<unknown>): Promise<Here> {
  const here = await created();
  await here.write([put("f")]);
  await before(here);
  return here;
}

function readable({ incarnation }: Here, outcome: unknown): string {
  const random = /msg_[0-9a-f]{32}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g;
  return JSON.stringify(outcome ?? null)
    .replaceAll(incarnation, "here")
    .replaceAll(random, "random")
    .replaceAll(',"replayed":true', ""); // what failed after it was made is only read again
}

/** What the object says of itself afterwards. */
async function told(one: Environment): Promise<object> {
  const query = { limit: 50 };
  const [summary, flags, keys, webhooks] = [one.summary(), one.flags(query), one.keys(), one.webhooks()];
  const [requests, audit, verdict] = [one.changeRequests(query), one.audit(query), one.verify()];
  return Promise.all([summary, flags, keys, webhooks, requests, audit, verdict]);
}

describe.each(Object.entries(WRITES))("%s, the first of its kind", (_, [before, write]) => {
  test("is made as if nothing had failed, when it is sent again after any statement of it failed", async () => {
    const calm = await loaded(before);
    const expected = await calm.inside(async (_storage, one) => readable(calm, [await write(one), await told(one)]));
    let n = 1;
    for (; ; n++) {
      const here = await loaded(before);
      const failed = await here.inside(async ({ sql }, one) => {
        const undo = failing(sql, n);
        await write(one).catch((error: Error) => expect(error.message).toMatch(/disk is full/));
        if (!undo()) return false;
        expect(readable(here, [await write(one), await told(one)])).toBe(expected);
        return true;
      });
      if (!failed) break;
    }
    note(`${n - 1} statements`);
    expect(n).toBeGreaterThan(1);
  });
});

const TOKEN = { id: "t", name: "CI", role: "viewer" as const, environments: ["*"], hash: "ab".repeat(32) };
const WORKSPACE_WRITES: Record<string, (one: Workspace) => Promise<unknown>> = {
  "a token": (one) => one.createToken(TOKEN, KEYED),
  "a refused attempt": (one) => one.refused({ kind: "token", key: "t" }, "POST /tokens", WRITE.actor),
  "that an environment has work": (one) => one.attention({ name: "e", incarnation: "k3v9k3v9k3v9" }, true),
};

describe.each(Object.entries(WORKSPACE_WRITES))("%s, the first in Workspace", (_, write) => {
  test("is made as if nothing had failed, when it is sent again after any statement of it failed", async () => {
    for (let n = 1; ; n++) {
      const stub = env.WORKSPACE.getByName(`workspace-${crypto.randomUUID()}`);
      const failed = await runInDurableObject(stub, async (one, { storage }) => {
        const undo = failing(storage.sql, n);
        await write(one).catch((error: Error) => expect(error.message).toMatch(/disk is full/));
        if (!undo()) return false;
        const again = JSON.stringify([(await write(one)) ?? null, await toldOf(one)]);
        expect(again.replace(',"replayed":true', "")).toBe(JSON.stringify(await outcomeOf(write)));
        return true;
      });
      if (!failed) break;
    }
  });
});

async function outcomeOf(write: (one: Workspace) => Promise<unknown>): Promise<unknown> {
  const stub = env.WORKSPACE.getByName(`workspace-${crypto.randomUUID()}`);
  return runInDurableObject(stub, async (one) => [(await write(one)) ?? null, await toldOf(one)]);
}

async function toldOf(one: Workspace): Promise<object> {
  return [await one.tokens(), await one.journal({ limit: 5 }), await one.needingAttention(), await one.verify()];
}
