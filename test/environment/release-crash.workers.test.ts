import { evictDurableObject } from "cloudflare:test";
import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import { plan as planSchema } from "../../src/contract/plan.ts";
import type { Control, Verdict } from "../../src/contract/release.ts";
import type { Write } from "../../src/environment/rpc.ts";
import { note, runs } from "../support/counts.ts";
import { put, putSegment } from "./build.ts";
import { created, type Here, WRITE } from "./object.ts";

/* A release in two objects: one is left in peace, the other is stopped in the middle of its transactions or thrown out
   of memory after them. Whoever asked asks again. In the end nobody can tell which was which. */

const MINUTE = 60_000;
/** Later than any machine's clock, so that no alarm comes by itself. */
const START = Date.UTC(2100, 5, 7, 10);
let now = START;
afterEach(() => void vi.restoreAllMocks());

const PLAN = planSchema.parse({
  stages: [
    { name: "staff", segment: "staff", minBake: "5m" },
    { name: "10%", percentage: 10, minBake: "10m", gates: [{ approval: {} }] },
    { name: "50%", percentage: 50, minBake: "10m" },
    { name: "all", percentage: 100, minBake: "1m", watch: "10m" },
  ],
  guardrails: [{ metric: "errors" }],
  holdback: 1,
  onNoData: "pause",
});

type Act =
  | { type: "time"; minutes: number }
  | { type: "judged"; verdict: Verdict }
  | { type: "control"; control: Control }
  | { type: "by hand"; percentage: number };
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 12 }).map((minutes): Act => ({ type: "time", minutes })) },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom<Verdict>("healthy", "healthy", "healthy", "unmeasured", "inconclusive", "nodata")
      .map((verdict): Act => ({ type: "judged", verdict })),
  },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom<Control>("approve", "approve", "advance", "pause", "resume", "resume", "promote")
      .map((control): Act => ({ type: "control", control })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Act>(
      { type: "judged", verdict: "harm" },
      { type: "control", control: "unrelease" },
      { type: "by hand", percentage: 30 },
    ),
  },
);

const STOPS = [
  "BEFORE INSERT ON log",
  "BEFORE INSERT ON releases",
  "BEFORE INSERT ON texts",
  "BEFORE INSERT ON flags",
  "BEFORE INSERT ON replays",
  "BEFORE UPDATE ON environment",
] as const;
type Crash = (typeof STOPS)[number] | "after the commit" | "none";
const crash: fc.Arbitrary<Crash> = fc.constantFrom("after the commit", "none", ...STOPS);

const ID = "crashrelease";

async function begun(): Promise<Here> {
  const here = await created();
  await here.write([put("f"), putSegment("staff", { include: ["ann"] })]);
  const write = { ...WRITE, idempotency: { key: "first", fingerprint: "" } }; // makes the table of replays
  expect(await here.object.release({ op: "create", flag: "f", id: ID, plan: PLAN }, write)).toMatchObject({ ok: true });
  return here;
}

/** The object, and how its alarm is delivered; the one that is left in peace does without. */
type Reached = { object: Here["object"]; alarm: () => Promise<void> };

function from(here: Here): Reached {
  return { object: here.object, alarm: () => here.inside(delivered) };
}

/** As the platform does it: the alarm is over when its handler begins. */
async function delivered(storage: DurableObjectStorage, object: { alarm: () => Promise<void> }): Promise<void> {
  await storage.deleteAlarm();
  await object.alarm();
}

/** One thing that happens; the same when it is asked again. */
function happen({ object, alarm }: Reached, what: Act, nth: number): () => Promise<unknown> {
  const write: Write = { ...WRITE, idempotency: { key: `k${nth}`, fingerprint: "same" } };
  switch (what.type) {
    case "time":
      return async () => {
        await alarm();
        await object.reconcile();
        await object.reconcile(); // what the first has led to has been judged then, too: a third finds nothing to do
      };
    case "control":
      return () => object.release({ op: "control", flag: "f", id: ID, control: what.control, role: "admin" }, write);
    case "by hand":
      return () => object.apply([{ op: "setRollout", key: "f", percentage: what.percentage }], write);
    case "judged":
      return async () => {
        const { epoch } = (await object.findRelease("f", ID))!.view;
        const guardrails = [{ metric: "errors", verdict: what.verdict, evidence: {} }];
        const judgement = { epoch, upTo: now, exposures: 10, guardrails };
        await object.releaseEvent("f", ID, { type: "judged", judgement });
      };
  }
}

async function crashing(here: Here, what: Act, nth: number, where: Crash): Promise<void> {
  if (STOPS.some((stop) => stop === where))
    await here.inside(async (storage, instance) => {
      storage.sql.exec(`CREATE TRIGGER stop ${where} BEGIN SELECT RAISE(ABORT, 'stopped'); END`);
      await happen({ object: instance, alarm: () => delivered(storage, instance) }, what, nth)().catch(() => {});
      storage.sql.exec("DROP TRIGGER stop");
    });
  else if (where === "after the commit") {
    await happen(from(here), what, nth)();
    await evictDurableObject(here.stub);
  }
  await happen(from(here), what, nth)();
}

async function told(here: Here) {
  const { view } = (await here.object.findRelease("f", ID))!;
  const { flag, version } = (await here.object.flag("f"))!.view;
  return { view, flag, version, pointer: (await here.object.pointer())?.version };
}

/** Whether an alarm is set for what is to happen by itself, or something before it. */
async function expectArmed(here: Here): Promise<void> {
  const { next } = (await here.object.findRelease("f", ID))!.view;
  const due = Math.min(...next.map(({ at }) => (at === undefined ? Infinity : Date.parse(at))));
  if (due < Infinity) expect(await here.inside((storage) => storage.getAlarm())).toBeLessThanOrEqual(due);
}

test("a release goes on and ends as if nothing had crashed", { timeout: 3_600_000 }, async () => {
  vi.spyOn(Date, "now").mockImplementation(() => now);
  let crashes = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(act, crash), { minLength: 12, maxLength: 24 }), async (life) => {
      now = START;
      const [calm, stormy] = [await begun(), await begun()];
      for (const [nth, [what, where]] of life.entries()) {
        if (what.type === "time") now += what.minutes * MINUTE;
        else now += 1;
        if (where !== "none") crashes += 1;
        await happen({ object: calm.object, alarm: async () => {} }, what, nth)();
        await crashing(stormy, what, nth, where);
        expect(await told(stormy)).toEqual(await told(calm));
        await expectArmed(stormy);
      }
      expect(await stormy.object.verify()).toMatchObject({ ok: true });
    }),
    { seed: 72, numRuns: runs(80) },
  );
  note(`${crashes} crash points`);
  expect(crashes).toBeGreaterThanOrEqual(runs(1_000));
});
