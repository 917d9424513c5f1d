import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { RelayAnswer } from "../../src/contract/relay.ts";
import { keyOf } from "../../src/contract/snapshot.ts";
import { Environment } from "../../src/environment/environment.ts";
import { Relay } from "../../src/relay/relay.ts";
import { Workspace } from "../../src/workspace/workspace.ts";
import { fails, gives, kv, later, Patient, slow } from "./posture.ts";

/*
 * What is served, what writes answer and what is reported while something is broken, and that all of it mends itself.
 * `Patient.ask` holds every single evaluation against what is promised whatever happens: 200 from a good snapshot, never
 * an older one than before, an age that is so, and `stale` past 10 s.
 */

beforeEach(() => {
  later(60_000);
  vi.spyOn(console, "warn").mockReturnValue();
  vi.spyOn(console, "error").mockReturnValue();
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => void vi.useRealTimers());

type Trouble = {
  what: string;
  /** Breaks something. @returns what ends a slowness that goes on otherwise */
  breaks: (patient: Patient) => void | (() => void) | Promise<void>;
  /** What a write answers meanwhile; null: none is made. */
  writes: 200 | 503 | null;
  /** Whether a write is seen in the next evaluation; undefined: that depends on what KV remembers. */
  seen?: boolean;
  /** KV brings what relays can't. */
  overKv?: true;
  /** What /healthz says of the environment after a while. Undefined: nothing, and answers aren't stale. */
  problem?: string;
};

const reset = async (stub: DurableObjectStub): Promise<void> => {
  await runInDurableObject(stub, (_, state) => state.abort("reset")).catch(() => undefined);
};
const workspace = () => env.WORKSPACE.getByName(keyOf.workspaceObject);
const RELAY = ["ask", "push", "members"];
/** A relay's answer with its body and deltas made into something else, and what KV gives likewise. */
const relayed = (change: (text: string) => string) =>
  gives(Relay.prototype, "ask", (answer: RelayAnswer) => {
    if (!answer || "deleted" in answer) return answer;
    const { body, deltas } = answer;
    return {
      ...answer,
      ...(body !== undefined && { body: change(body) }),
      ...(deltas && { deltas: deltas.map(change) }),
    };
  });
const stored = (change: (text: string) => string) =>
  gives(kv, "get", (value: unknown) => (typeof value === "string" ? change(value) : value));
const CHANGES: Record<string, (text: string) => string> = {
  corrupt: (text) => text.replace('"flags"', '"flogs"'),
  truncated: (text) => text.slice(0, -20),
  "of a newer format": (text) => text.replace('"format":1', '"format":2'),
};

function everythingFails(): void {
  for (const of of [Relay.prototype, Environment.prototype, Workspace.prototype]) fails(of);
  fails(kv, "get", "put");
}

function mended(): void {
  vi.restoreAllMocks();
  vi.spyOn(console, "warn").mockReturnValue();
}

const TROUBLES: Trouble[] = [
  { what: "KV get fails", breaks: () => fails(kv, "get"), writes: 200, seen: true },
  { what: "KV get takes 10 s", breaks: () => slow(kv, "get"), writes: 200, seen: true },
  { what: "KV put fails", breaks: () => fails(kv, "put"), writes: 200, seen: true },
  { what: "KV put takes 10 s", breaks: () => slow(kv, "put"), writes: 200, seen: true },
  { what: "all bodies in KV are truncated", breaks: () => stored(CHANGES["truncated"]!), writes: 200, seen: true },

  { what: "relays throw", breaks: () => fails(Relay.prototype, ...RELAY), writes: 200, problem: "relay not answered" },
  {
    what: "relays take 10 s",
    breaks: () => slow(Relay.prototype, ...RELAY),
    writes: 200,
    problem: "relay not answered",
  },
  { what: "relays can't be told", breaks: () => fails(Relay.prototype, "push"), writes: 200, seen: true },
  { what: "telling relays takes 10 s", breaks: () => slow(Relay.prototype, "push"), writes: 200, seen: true },
  { what: "the relay is reset", breaks: ({ relay }) => reset(relay), writes: 200, seen: true },
  { what: "the relay is evicted", breaks: ({ relay }) => evictDurableObject(relay), writes: 200, seen: true },
  ...Object.entries(CHANGES).flatMap(([how, change]): Trouble[] => [
    {
      what: `bodies from relays are ${how}, those in KV are not`,
      breaks: () => relayed(change),
      writes: 200,
      overKv: true,
    },
    {
      what: `all bodies are ${how}`,
      breaks: () => {
        relayed(change);
        stored(change);
      },
      writes: 200,
      seen: false,
      problem: "relay body not usable; stored body not usable",
    },
  ]),

  {
    what: "the environment's object throws",
    breaks: () => fails(Environment.prototype),
    writes: 503,
    problem: "relay not confirmed",
  },
  {
    what: "the environment's object takes 10 s",
    breaks: () => slow(Environment.prototype),
    writes: null, // test/api/admin/outage: 503 after 10 s
    problem: "relay not confirmed",
  },
  { what: "the environment's object is reset", breaks: ({ stub }) => reset(stub), writes: 200, seen: true },
  {
    what: "the environment's object is evicted",
    breaks: ({ stub }) => evictDurableObject(stub),
    writes: 200,
    seen: true,
  },

  { what: "Workspace throws", breaks: () => fails(Workspace.prototype), writes: 503 },
  { what: "Workspace is reset", breaks: () => reset(workspace()), writes: 200, seen: true },
  { what: "Workspace is evicted", breaks: () => evictDurableObject(workspace()), writes: 200, seen: true },

  {
    what: "relays and KV fail",
    breaks: () => {
      fails(Relay.prototype, ...RELAY);
      fails(kv, "get", "put");
    },
    writes: 200,
    seen: false,
    problem: "relay not answered; stored pointer not answered",
  },
  {
    what: "relays and KV take 10 s",
    breaks: () => {
      const ends = [slow(Relay.prototype, ...RELAY), slow(kv, "get", "put")];
      return () => ends.forEach((end) => end());
    },
    writes: 200,
    seen: false,
    problem: "relay not answered; stored pointer not answered",
  },
  {
    what: "everything throws",
    breaks: () => everythingFails(),
    writes: 503,
    seen: false,
    problem: "relay not answered; stored pointer not answered",
  },
];

/** Admitted all at once: that takes a second, which KV needs between two pointers. */
const patients = new Map<string, Patient>();
const CLOCKS = ["forward", "back", "KV is behind"];
beforeAll(async () => {
  await Promise.all(
    [...TROUBLES.map(({ what }) => what), ...CLOCKS].map(async (what) => patients.set(what, await Patient.admitted())),
  );
});

describe("evaluation goes on, writes answer, health is told, and all mends itself, when", () => {
  test.each(TROUBLES)("$what", async ({ what, breaks, writes, seen, overKv, problem }) => {
    const patient = patients.get(what)!;
    await patient.ask();
    const end = await breaks(patient);
    later(2_100);
    await patient.ask();
    if (writes !== null) expect(await patient.write()).toBe(writes);
    const next = await patient.ask();
    if (seen !== undefined) expect(next.version === patient.newest).toBe(seen || writes === 503);
    if (overKv) await patient.isStored();
    later(70_000);
    await patient.ask();
    later(2_100);
    const after = await patient.ask();
    const { own, status, code } = await patient.health();
    expect(code).toBe(200);
    expect(own?.problem).toBe(problem);
    if (problem !== undefined) {
      expect(status).toBe("degraded");
      if (after.version < patient.newest || writes === 503) expect(after).toMatchObject({ stale: true });
    } else expect(after).toMatchObject({ stale: false, version: patient.newest });
    end?.();
    mended();
    await patient.recovers();
  });
});

describe("the clock jumps", () => {
  test("forward: what is held is taken for old, asked for anew, and is current", async () => {
    const patient = patients.get("forward")!;
    await patient.ask();
    later(3_600_000);
    expect(await patient.ask()).toMatchObject({ version: patient.newest, stale: false });
    everythingFails();
    later(3_600_000);
    expect((await patient.ask()).age).toBeGreaterThanOrEqual(3_600);
    mended();
    await patient.recovers();
  });

  test("back: nothing is claimed to be fresh that can't be asked about, and then everything is asked about", async () => {
    const patient = patients.get("back")!;
    await patient.ask();
    everythingFails();
    later(-3_600_000);
    const { age, stale } = await patient.ask();
    expect(age).toBeGreaterThanOrEqual(60);
    expect(stale).toBe(true);
    mended();
    await patient.recovers();
    later(3_600_000);
    await patient.recovers();
  });
});

test("KV is behind for a minute and no relay answers: from before, then from what KV has, and never back", async () => {
  const patient = patients.get("KV is behind")!;
  await patient.ask();
  const pointer = keyOf.pointer(patient.here.name, patient.incarnation);
  const before = await env.SNAPSHOTS.get(pointer, "json");
  const until = Date.now() + 60_000;
  fails(Relay.prototype, ...RELAY);
  gives(kv, "get", (value: unknown, key: string) => (key === pointer && Date.now() < until ? before : value));
  expect(await patient.write()).toBe(200);
  const behind = patient.newest - 1;
  for (let i = 0; i < 4; i++) {
    expect(await patient.ask()).toMatchObject({ version: behind });
    later(12_000);
  }
  await patient.isStored();
  later(60_000);
  expect(await patient.ask()).toMatchObject({ version: patient.newest, stale: true });
  mended();
  await patient.recovers();
});
