import { env } from "cloudflare:workers";
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { expect, vi } from "vitest";
import type { Bindings } from "../../src/api/bindings.ts";
import { createApp } from "../../src/api/mount.ts";
import { keyOf } from "../../src/contract/snapshot.ts";
import { booleanFlag, ROOT } from "../api/admin/client.ts";
import { FLAGS, type World, world } from "../api/ofrep/caller.ts";

/*
 * An isolate in trouble: the app over the real bindings, whose objects and KV are made to fail by faults in their
 * classes, which all of them share here. Time stands still but where a test lets it pass.
 */

const app = createApp();
/** The stubs' own types are too deep to be compared with those that the API goes by. */
export const bindings = env as unknown as Bindings;
export const kv: KVNamespace = Object.getPrototypeOf(env.SNAPSHOTS);

export const later = (ms: number): void => void vi.setSystemTime(Date.now() + ms);

export type Health = {
  code: number;
  status: string;
  environments: { environment: string; version: number; ageSeconds: number; problem?: string }[];
};
type Seen = { version: number; age: number; stale: boolean };

async function fetched(path: string, init: RequestInit): Promise<Response> {
  const ctx = createExecutionContext();
  const response = await app.fetch(new Request(`https://sluice.test${path}`, init), bindings, ctx);
  // What goes on behind the answer may hang; it isn't waited for.
  void waitOnExecutionContext(ctx).catch(() => {});
  return response;
}

/** An environment that this isolate has loaded once, and what it was answered since. */
export class Patient {
  readonly here: World;
  readonly incarnation: string;
  /** Versions of writes that were acknowledged, and when. */
  readonly acknowledged: { version: number; at: number }[] = [];
  #newest = 0;

  private constructor(here: World, incarnation: string) {
    this.here = here;
    this.incarnation = incarnation;
  }

  static async admitted(): Promise<Patient> {
    const here = await world({ key: "f" });
    const { environments } = await bindings.WORKSPACE.getByName(keyOf.workspaceObject).map();
    const patient = new Patient(here, environments[here.name]!);
    // Many environments are made at once, and an isolate looks for new names once a second only.
    const headers = { Authorization: `Bearer ${here.server}` };
    await vi.waitUntil(async () => (await fetched(FLAGS, { method: "POST", headers })).status === 200, {
      timeout: 20_000,
      interval: 200,
    });
    expect(await patient.ask()).toMatchObject({ stale: false });
    await Promise.all([patient.isTold(), patient.isStored()]);
    return patient;
  }

  /**
   * One evaluation. Whatever is broken: it is answered from a good snapshot, never an older one than before, and what
   * it says of its age is so: whatever was acknowledged before the time at which it was current is in it.
   */
  async ask(query = ""): Promise<Seen> {
    const headers = { Authorization: `Bearer ${this.here.server}` };
    const response = await fetched(`${FLAGS}${query}`, { method: "POST", headers });
    const text = await response.text();
    expect(response.status, text).toBe(200);
    const { flags, metadata } = JSON.parse(text) as { flags: { key: string; value: boolean }[]; metadata: object };
    expect(flags).toMatchObject([{ key: "f", value: false }]);
    const version = Number(response.headers.get("Sluice-Version"));
    const age = Number(response.headers.get("Sluice-Age"));
    const stale = "stale" in metadata;
    expect(stale).toBe(age > 10);
    expect(version).toBeGreaterThanOrEqual(this.#newest);
    this.#newest = version;
    const known = Date.now() - (age + 1) * 1_000;
    for (const one of this.acknowledged) if (one.at < known) expect(version).toBeGreaterThanOrEqual(one.version);
    return { version, age, stale };
  }

  /** A write over the API. @returns its status */
  async write(): Promise<number> {
    const response = await fetched(`/admin/v1${this.here.path}/flags/f`, {
      method: "PUT",
      headers: { Authorization: `Bearer ${ROOT}`, "Content-Type": "application/json" },
      body: JSON.stringify(booleanFlag({ description: crypto.randomUUID() })),
    });
    await response.text();
    if (response.status === 200)
      this.acknowledged.push({ version: Number(response.headers.get("Sluice-Version")), at: Date.now() });
    else expect(Number(response.headers.get("Retry-After"))).toBeGreaterThanOrEqual(1);
    return response.status;
  }

  get newest(): number {
    return Math.max(4, ...this.acknowledged.map(({ version }) => version));
  }

  async health(): Promise<Health & { own: Health["environments"][number] | undefined }> {
    const response = await fetched("/healthz", { headers: { Authorization: `Bearer ${ROOT}` } });
    const body: Health = await response.json();
    return {
      ...body,
      code: response.status,
      own: body.environments.find(({ environment }) => environment === this.here.name),
    };
  }

  get object() {
    return bindings.ENVIRONMENT.getByName(keyOf.environmentObject(this.here.name, this.incarnation));
  }

  get stub() {
    return env.ENVIRONMENT.getByName(keyOf.environmentObject(this.here.name, this.incarnation));
  }

  get relay() {
    const authority = keyOf.environmentObject(this.here.name, this.incarnation);
    return env.RELAY.getByName(keyOf.relayObject(authority, "enam", 0));
  }

  /** KV has what was written. */
  async isStored(): Promise<void> {
    const stored = async (): Promise<void> => expect((await this.object.pointer())?.stored).toBe(this.newest);
    await vi.waitFor(stored, { timeout: 20_000, interval: 100 });
  }

  /** Relays have it. */
  async isTold(): Promise<void> {
    const told = async (): Promise<void> =>
      expect((await this.object.summary())?.propagated).toEqual({ relays: 1, of: 1 });
    await vi.waitFor(told, { timeout: 20_000, interval: 100 });
  }

  /** Nothing was restarted, and all is well again: what was acknowledged is served, and nothing is complained of. */
  async recovers(): Promise<void> {
    await expect
      .poll(
        async () => {
          later(2_100);
          const { version, age } = await this.ask();
          const { own, status } = await this.health();
          return { behind: version < this.newest, old: age > 5, problem: own?.problem, status };
        },
        { timeout: 15_000, interval: 20 },
      )
      .toEqual({ behind: false, old: false, problem: undefined, status: "ok" });
    expect(await this.write()).toBe(200);
    expect(await this.ask()).toMatchObject({ version: this.newest, stale: false });
  }
}

const down = (): Promise<never> => Promise.reject(new Error("is down"));

/** All methods of a class of objects fail, but what is left out. */
export function fails(of: object, ...names: string[]): void {
  for (const name of names.length > 0 ? names : methodsOf(of)) spyOn(of, name, down);
}

/** They answer, but only once what is returned has been called, which a deadline doesn't wait for. */
export function slow(of: object, ...names: string[]): () => void {
  let over = false;
  for (const name of names.length > 0 ? names : methodsOf(of)) {
    const really: unknown = Reflect.get(of, name);
    spyOn(of, name, async function (this: unknown, ...args: unknown[]) {
      while (!over) await new Promise((wake) => setTimeout(wake, 20));
      return typeof really === "function" ? Reflect.apply(really, this, args) : undefined;
    });
  }
  return () => (over = true);
}

/** They give something else. */
export function gives(of: object, name: string, change: (answer: never, ...args: never[]) => unknown): void {
  const really: unknown = Reflect.get(of, name);
  spyOn(of, name, async function (this: unknown, ...args: unknown[]) {
    const answer: unknown = typeof really === "function" ? await Reflect.apply(really, this, args) : undefined;
    return Reflect.apply(change, undefined, [answer, ...args]);
  });
}

function spyOn(of: object, name: string, as: (...args: unknown[]) => unknown): void {
  vi.spyOn(of as Record<string, (...args: unknown[]) => unknown>, name).mockImplementation(as);
}

function methodsOf(of: object): string[] {
  return Object.getOwnPropertyNames(of).filter(
    (name) => name !== "constructor" && typeof Object.getOwnPropertyDescriptor(of, name)?.value === "function",
  );
}
