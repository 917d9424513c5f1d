import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Plan, plan as planSchema } from "../../src/contract/plan.ts";
import type { Judged, ReleaseView, Verdict } from "../../src/contract/release.ts";
import type { Role } from "../../src/contract/role.ts";
import { compile } from "../../src/core/compile.ts";
import { evaluate } from "../../src/core/evaluate.ts";
import type { Released } from "../../src/environment/release/releases.ts";
import type { Write } from "../../src/environment/rpc.ts";
import { put, putSegment, textFlag } from "./build.ts";
import { created, type Here, WRITE } from "./object.ts";

/* Releases in the object that runs them: on the clock that it is given, with alarms that are delivered by hand. */

const BOB: Write = { actor: { id: "token:2", name: "Bob", via: "token" }, comment: "looks good" };
const MINUTE = 60_000;
/** Later than any machine's clock, so that no alarm comes by itself. */
const START = Date.UTC(2100, 5, 7, 10);
let now = START;
beforeEach(() => {
  now = START;
  vi.spyOn(Date, "now").mockImplementation(() => now);
});
afterEach(() => void vi.restoreAllMocks());

const rollout = (percentage: number) => ({
  rollout: { percentage, split: [{ variant: "on", weight: 1 }], otherwise: "off" },
});
const SIMPLE = {
  stages: [
    { name: "10%", percentage: 10, minBake: "10m" },
    { name: "all", percentage: 100 },
  ],
};
const GUARDED = { ...SIMPLE, guardrails: [{ metric: "errors" }] };
/** Without guardrails, unless it says so. */
const planOf = (more: object): Plan => planSchema.parse({ guardrails: [], ...more });

let made = 0;
const newId = (): string => `rel${String(++made).padStart(9, "0")}`;

class Scene {
  readonly here: Here;
  readonly id: string;
  constructor(here: Here, id: string) {
    this.here = here;
    this.id = id;
  }
  async view(): Promise<ReleaseView> {
    return (await this.here.object.findRelease("f", this.id))!.view;
  }
  async flag() {
    return (await this.here.object.flag("f"))!.view;
  }
  drive(control: Parameters<typeof command>[1], write: Write = BOB, role: Role = "admin", stage?: string) {
    return this.here.object.release(command(this.id, control, role, stage), write);
  }
  /** Lets time pass, and delivers the alarm. */
  async pass(ms: number): Promise<void> {
    now += ms;
    await runDurableObjectAlarm(this.here.stub);
  }
  async judged(verdict: Verdict, exposures = 1_000): Promise<void> {
    const { epoch } = await this.view();
    const guardrails: Judged[] = [{ metric: "errors", verdict, evidence: { logE: 9 } }];
    await this.here.object.releaseEvent("f", this.id, {
      type: "judged",
      judgement: { epoch, upTo: now, exposures, guardrails },
    });
  }
  async evaluated(targetingKey: string) {
    const body = JSON.parse((await this.here.object.body(1))!);
    const members = await this.here.object.members(body.members);
    return evaluate(compile(body, members && new Uint8Array(members)).flag("f", "server")!, { targetingKey }, now);
  }
}

function command(
  id: string,
  control: "pause" | "resume" | "approve" | "advance" | "promote" | "unrelease" | "cancel" | "acknowledge",
  role: Role,
  stage?: string,
) {
  return { op: "control", flag: "f", id, control, role, ...(stage && { stage }) } as const;
}

/** Somebody without a token: a start that waits for its time rests on its author's. */
const SIGNED_IN: Write = { ...WRITE, actor: { ...WRITE.actor, via: "access" } };

async function started(
  plan: object | string,
  flag: Record<string, unknown> = {},
  more: object = {},
  write: Write = WRITE,
): Promise<Scene> {
  const here = await created();
  await here.write([put("f", flag), putSegment("staff", { include: ["ann"] })]);
  const id = newId();
  const body = typeof plan === "string" ? plan : planOf(plan);
  expectDone(await here.object.release({ op: "create", flag: "f", id, plan: body, ...more }, write));
  return new Scene(here, id);
}

function expectDone(result: Released | { ok: false }): Released {
  expect(result).toMatchObject({ ok: true });
  return result as Released;
}

const percentages = async (scene: Scene) => (await scene.flag()).flag;

describe("a release without guards", () => {
  test("bakes, goes on by its alarm, and is complete, each step in the log with its cause", async () => {
    const scene = await started(SIMPLE);
    expect(await percentages(scene)).toMatchObject({ default: rollout(10) });
    expect(await scene.view()).toMatchObject({
      state: "baking",
      stage: "10%",
      percentage: 10,
      next: [{ at: expect.any(String) }, {}],
    });
    expect((await scene.flag()).release).toMatchObject({ id: scene.id, state: "baking", stage: "10%" });
    await scene.pass(9 * MINUTE);
    expect(await scene.view()).toMatchObject({ state: "baking", activeSeconds: 540 });
    await scene.pass(MINUTE);
    expect(await scene.view()).toMatchObject({ state: "baking", stage: "all" });
    await scene.pass(1);
    expect(await scene.view()).toMatchObject({ state: "completed", endedAt: expect.any(String), next: [] });
    expect(await percentages(scene)).toMatchObject({ default: rollout(100) });
    const { timeline } = await scene.view();
    expect(timeline.map(({ what, from, to, actor }) => [what, from, to, actor.id])).toEqual([
      ["start", "draft", "baking", "token:1"],
      ["advance", "baking", "baking", `release:${scene.id}`],
      ["complete", "baking", "completed", `release:${scene.id}`],
    ]);
    const { entries } = await scene.here.object.audit({ flag: "f", limit: 10 });
    expect(entries.map(({ action, actor }) => [action, actor.id, actor.via])).toEqual([
      ["advanceRelease", `release:${scene.id}`, "release"],
      ["startRelease", `release:${scene.id}`, "release"],
      ["putFlag", "token:1", "token"],
    ]);
    expect(await scene.here.object.verify()).toMatchObject({ ok: true });
  });

  test("its alarm is set for the end of the bake, and survives the object", async () => {
    const scene = await started(SIMPLE);
    await scene.pass(9 * MINUTE + 40_000); // publication, its repetition and the last look before are over
    await scene.pass(1);
    expect(await scene.here.inside((storage) => storage.getAlarm())).toBe(START + 10 * MINUTE);
    await evictDurableObject(scene.here.stub);
    await scene.pass(20_000);
    expect(await scene.view()).toMatchObject({ stage: "all" });
  });

  test("an alarm is set for a timer that has run out while its step was made", async () => {
    vi.spyOn(Date, "now").mockImplementation(() => now++); // each look at the clock is later than the one before
    const { stages } = SIMPLE;
    const scene = await started({
      stages: [
        { ...stages[0], minBake: "0s" },
        { ...stages[1], minBake: "0s" },
      ],
    });
    for (let i = 0; i < 5; i++) await scene.pass(1);
    expect(await scene.view()).toMatchObject({ state: "completed" });
  });

  test("a lost alarm is made up for by a reconcile, and a late one moves it by one stage", async () => {
    const scene = await started({
      stages: [...SIMPLE.stages.slice(0, 1), { name: "50%", percentage: 50, minBake: "10m" }, SIMPLE.stages[1]],
    });
    now += 24 * 60 * MINUTE;
    await scene.here.object.reconcile();
    expect(await scene.view()).toMatchObject({ state: "baking", stage: "50%" });
    await scene.here.object.reconcile();
    expect(await scene.view()).toMatchObject({ stage: "50%" });
  });
});

describe("who is exposed", () => {
  test("stages with a condition put rules before the released one, which stay until the end", async () => {
    const scene = await started({ stages: [{ name: "staff", segment: "staff", minBake: "1m" }, ...SIMPLE.stages] });
    const id = `release:${scene.id}:staff`;
    expect((await scene.flag()).flag).toMatchObject({
      rules: [{ id, when: { segment: "staff" }, serve: { rollout: { percentage: 100, otherwise: null } } }],
      default: { variant: "off" },
    });
    expect(await scene.evaluated("ann")).toMatchObject({ variant: "on", ruleId: id, cohort: `${scene.id}.1.t` });
    expect(await scene.evaluated("bob")).not.toHaveProperty("cohort");
    await scene.pass(MINUTE);
    expect((await scene.flag()).flag).toMatchObject({ rules: [{ id }], default: rollout(10) });
    expect(await scene.evaluated("ann")).toMatchObject({ cohort: `${scene.id}.1.t` });
    expect((await scene.evaluated("bob")).cohort).toMatch(new RegExp(`^${scene.id}\\.2\\.[tc]$`));
    expectDone(await scene.drive("cancel"));
    expect((await scene.flag()).flag).toMatchObject({ rules: [], default: rollout(10) });
    expect(await scene.evaluated("bob")).not.toHaveProperty("cohort");
  });

  test("of a released rule only its people are", async () => {
    const when = { attribute: "country", operator: "in", values: ["DE"] };
    const rules = [{ id: "ramp", when, serve: rollout(0) }];
    const scene = await started(
      { stages: [{ name: "staff", segment: "staff" }, ...SIMPLE.stages] },
      { rules },
      { rule: "ramp" },
    );
    expect((await scene.flag()).flag.rules).toMatchObject([
      { when: { all: [when, { segment: "staff" }] } },
      { id: "ramp", serve: rollout(0) },
    ]);
  });

  test("the last stage keeps a holdback until it has been watched", async () => {
    const stages = [{ name: "all", percentage: 100, minBake: "1m", watch: "1h" }];
    const scene = await started({ stages, holdback: 1 });
    expect(await percentages(scene)).toMatchObject({ default: rollout(99) });
    await scene.pass(MINUTE);
    expect(await scene.view()).toMatchObject({ state: "watching", percentage: 99 });
    await scene.pass(60 * MINUTE);
    expect(await scene.view()).toMatchObject({ state: "completed", percentage: 100 });
    expect(await percentages(scene)).toMatchObject({ default: rollout(100) });
  });

  test("a dark stage sets the shadow, and the next one takes it back", async () => {
    const scene = await started(
      { stages: [{ name: "dark", shadow: 20, minBake: "1m" }, ...SIMPLE.stages] },
      { shadow: 5 },
    );
    expect((await scene.flag()).flag).toMatchObject({ shadow: 20, default: { variant: "off" } });
    await scene.pass(MINUTE);
    expect((await scene.flag()).flag).toMatchObject({ shadow: 5, default: rollout(10) });
  });

  test("un-releasing is one write: the percentage 0, its rules gone, all else untouched", async () => {
    const rules = [{ id: "vip", serve: { variant: "on" }, when: { segment: "staff" } }];
    const scene = await started(
      { stages: [{ name: "staff", segment: "staff", minBake: "1m" }, ...SIMPLE.stages] },
      { rules, owner: "me" },
    );
    await scene.pass(MINUTE);
    const before = await scene.flag();
    const result = expectDone(await scene.drive("unrelease"));
    const after = await scene.flag();
    const released = before.flag.default as { rollout: object };
    const taken = { rollout: { ...released.rollout, percentage: 0 } };
    expect(after.flag).toEqual({ ...before.flag, rules: before.flag.rules.slice(0, 1), default: taken });
    expect(after.version).toBe(result.version);
    expect(result.version).toBe(before.version + 1);
    expect(await scene.view()).toMatchObject({ state: "unreleased", percentage: 0 });
    await scene.pass(60 * MINUTE);
    expect((await scene.flag()).flag).toEqual(after.flag);
  });
});

describe("guardrails", () => {
  test("harm takes it back in one write by the release itself; healthy lets it go on", async () => {
    const scene = await started(GUARDED);
    await scene.pass(10 * MINUTE);
    expect(await scene.view()).toMatchObject({ stage: "10%" });
    await scene.judged("healthy");
    expect(await scene.view()).toMatchObject({ stage: "all", verdicts: [{ verdict: "nodata" }] });
    now += MINUTE;
    await scene.judged("harm");
    expect(await scene.view()).toMatchObject({ state: "unreleased" });
    expect((await scene.flag()).updatedBy).toBe("release of f");
    expect((await scene.view()).timeline.at(-1)).toMatchObject({
      what: "unrelease",
      evidence: { errors: { verdict: "harm", logE: 9 } },
    });
  });

  test("what was judged is kept without a version, also over the end of the object", async () => {
    const scene = await started(GUARDED);
    now += MINUTE;
    const { version } = (await scene.here.object.pointer())!;
    await scene.judged("inconclusive", 17);
    await evictDurableObject(scene.here.stub);
    expect(await scene.view()).toMatchObject({
      exposures: 17,
      verdicts: [{ metric: "errors", verdict: "inconclusive" }],
    });
    expect(await scene.here.object.pointer()).toMatchObject({ version });
  });

  test("nobody advances past a guard that hasn't been judged", async () => {
    const scene = await started(GUARDED);
    expect(await scene.drive("advance")).toMatchObject({ ok: false, problem: { type: "conflict" } });
    await scene.judged("healthy");
    now += 1;
    expect(await scene.drive("advance")).toMatchObject({ ok: true, release: { stage: "all" } });
  });

  test("onHarm: disable turns the whole flag off", async () => {
    const scene = await started({ ...GUARDED, onHarm: "disable" });
    await scene.judged("harm");
    expect((await scene.flag()).flag).toMatchObject({ enabled: false, default: rollout(0) });
  });
});

describe("persons", () => {
  test("changing the percentage by hand suspends it; automation leaves it alone until it is handed back", async () => {
    const scene = await started(SIMPLE);
    const written = await scene.here.write([{ op: "setRollout", key: "f", percentage: 30 }]);
    expect(written.flag).toMatchObject({ release: { state: "suspended", percentage: 30 } });
    await scene.pass(60 * MINUTE);
    expect(await percentages(scene)).toMatchObject({ default: rollout(30) });
    expect(await scene.view()).toMatchObject({ state: "suspended" });
    expect((await scene.view()).timeline.at(-1)).toMatchObject({ what: "suspend", actor: { id: "token:1" } });
    expectDone(await scene.drive("resume"));
    expect(await scene.view()).toMatchObject({ state: "baking", stage: "10%", percentage: 30 });
    await scene.pass(10 * MINUTE);
    expect(await percentages(scene)).toMatchObject({ default: rollout(100) });
  });

  test("changing something else of the flag doesn't, also by putting it back whole", async () => {
    const scene = await started({ stages: [{ name: "staff", segment: "staff" }, ...SIMPLE.stages] });
    await scene.here.write([{ op: "patchFlag", key: "f", patch: { description: "new" } }]);
    const { flag } = await scene.flag();
    await scene.here.write([put("f", { ...Object.fromEntries(Object.entries(flag).toReversed()), owner: "me" })]);
    expect(await scene.view()).toMatchObject({ state: "baking" });
  });

  test.each(["disableFlag", "archiveFlag"] as const)("%s ends it, in the same transaction", async (op) => {
    const scene = await started({ stages: [{ name: "staff", segment: "staff" }, ...SIMPLE.stages] });
    await scene.here.write([{ op, key: "f" }]);
    expect(await scene.view()).toMatchObject({ state: "cancelled" });
    if (op === "archiveFlag") await scene.here.write([{ op: "restoreFlag", key: "f" }]);
    expect((await scene.flag()).flag.rules).toEqual([]);
    expect(await scene.here.object.verify()).toMatchObject({ ok: true });
  });

  test("a gate opens for the role that it needs, and not for the author", async () => {
    const gates = [{ approval: { role: "editor", notAuthor: true } }];
    const scene = await started({ stages: [{ ...SIMPLE.stages[0], gates }, SIMPLE.stages[1]] });
    await scene.pass(10 * MINUTE);
    expect(await scene.view()).toMatchObject({ state: "gated", next: [{ what: "an approval by the role editor" }] });
    expect(await scene.drive("approve", WRITE)).toMatchObject({ ok: false });
    expect(await scene.drive("approve", BOB, "operator")).toMatchObject({ ok: false });
    expect(await scene.drive("approve", BOB, "editor", "all")).toMatchObject({ ok: false });
    expect(await scene.drive("approve", BOB, "editor")).toMatchObject({ ok: true, release: { stage: "all" } });
  });

  test("a release's tag stands while it is only judged, and changes with what there is to decide about", async () => {
    const gates = [{ approval: {} }];
    const scene = await started({ ...GUARDED, stages: [{ ...SIMPLE.stages[0], gates }, SIMPLE.stages[1]] });
    const tag = async () => (await scene.here.object.findRelease("f", scene.id))!.etag;
    const seen = [await tag()];
    for (const verdict of ["inconclusive", "healthy", "nodata", "healthy"] as const) {
      now += MINUTE;
      await scene.judged(verdict);
      expect(await tag()).toBe(seen[0]);
    }
    expectDone(await scene.drive("pause", { ...BOB, ifMatch: seen[0]! }));
    const changes = [
      () => scene.drive("resume"),
      () => scene.drive("approve"),
      () => scene.here.write([{ op: "setRollout", key: "f", percentage: 30 }]),
      () => scene.drive("resume"),
      () => scene.drive("unrelease"),
    ];
    for (const change of changes) {
      seen.push(await tag());
      await change();
    }
    seen.push(await tag());
    expect(new Set(seen).size).toBe(seen.length); // also where it is paused or baking once more
    expect(await scene.drive("cancel", { ...BOB, ifMatch: seen[0]! })).toMatchObject({
      problem: { type: "version-conflict" },
    });
  });

  test("what is sent twice with one key is done once", async () => {
    const scene = await started({ stages: [{ name: "1%", percentage: 1, minBake: "1h" }, ...SIMPLE.stages] });
    const write = { ...BOB, idempotency: { key: "k", fingerprint: "same" } };
    const first = expectDone(await scene.drive("advance", write));
    now += MINUTE;
    expect(await scene.drive("advance", write)).toEqual({ ...first, replayed: true });
    expect(await scene.view()).toMatchObject({ stage: "10%" });
  });

  test("pausing stops the clock", async () => {
    const scene = await started(SIMPLE);
    await scene.pass(9 * MINUTE);
    expectDone(await scene.drive("pause"));
    await scene.pass(60 * MINUTE);
    expect(await scene.view()).toMatchObject({ state: "paused", activeSeconds: 540 });
    expectDone(await scene.drive("resume"));
    await scene.pass(59_000);
    expect(await scene.view()).toMatchObject({ stage: "10%" });
    await scene.pass(1_000);
    expect(await scene.view()).toMatchObject({ stage: "all" });
  });

  test("an earlier release can't be driven any more", async () => {
    const scene = await started(SIMPLE);
    expectDone(await scene.drive("cancel"));
    const next = { op: "create", flag: "f", id: newId(), plan: planOf(SIMPLE) } as const;
    expectDone(await scene.here.object.release(next, WRITE));
    expect(await scene.drive("unrelease")).toMatchObject({ ok: false, problem: { type: "conflict" } });
    expect(await scene.here.object.release(command("nobody000000", "pause", "admin"), WRITE)).toMatchObject({
      problem: { type: "not-found" },
    });
  });

  test("it starts at its time", async () => {
    const scene = await started(SIMPLE, {}, { startAt: now + 60 * MINUTE }, SIGNED_IN);
    expect(await scene.view()).toMatchObject({ state: "scheduled", next: [{ what: "it starts" }] });
    expect((await scene.flag()).flag).toMatchObject({ default: { variant: "off" } });
    await scene.pass(60 * MINUTE);
    expect(await scene.view()).toMatchObject({ state: "baking", stage: "10%" });
  });

  test("what a person sets while it is scheduled is what its start finds, and takes from nobody", async () => {
    const scene = await started(SIMPLE, {}, { startAt: now + 60 * MINUTE }, SIGNED_IN);
    expectDone(await scene.here.write([{ op: "setRollout", key: "f", percentage: 50 }]));
    expect(await scene.view()).toMatchObject({ state: "scheduled", percentage: 50 });
    await evictDurableObject(scene.here.stub);
    await scene.pass(60 * MINUTE);
    expect(await scene.view()).toMatchObject({ state: "suspended", percentage: 50 });
    expect((await scene.flag()).flag).toMatchObject({ default: rollout(50) });
  });

  test("the shadow that a person sets beside it stays when it ends", async () => {
    const scene = await started(SIMPLE);
    expectDone(await scene.here.write([{ op: "patchFlag", key: "f", patch: { shadow: 7 } }]));
    expect(await scene.view()).toMatchObject({ state: "baking" });
    expectDone(await scene.drive("cancel"));
    expect((await scene.flag()).flag).toMatchObject({ shadow: 7, default: rollout(10) });
  });
});

describe("what can't be released is refused, and nothing is written", () => {
  test.each<[string, Record<string, unknown>, object, string]>([
    ["a rule that isn't there", {}, { rule: "ramp" }, "invalid"],
    ["a plan that isn't there", {}, { plan: "usual" }, "invalid"],
    [
      "a segment that isn't there",
      {},
      { plan: { stages: [{ name: "a", segment: "none" }, SIMPLE.stages[1]] } },
      "invalid",
    ],
    [
      "a rollout without a percentage",
      { default: { rollout: { ranges: [{ variant: "on", from: 0, to: 0.5 }] } } },
      {},
      "invalid",
    ],
    ["a disabled flag", { enabled: false }, {}, "conflict"],
  ])("%s", async (_, flag, more: { plan?: object | string }, type) => {
    const here = await created();
    await here.write([put("f", flag)]);
    const { version } = (await here.object.pointer())!;
    const plan = typeof more.plan === "string" ? more.plan : planOf(more.plan ?? SIMPLE);
    const result = await here.object.release({ op: "create", flag: "f", id: newId(), ...more, plan }, WRITE);
    expect(result).toMatchObject({ ok: false, problem: { type } });
    expect(await here.object.pointer()).toMatchObject({ version });
  });

  test("a flag with a text and a fixed variant, which has no split", async () => {
    const here = await created();
    await here.write([{ op: "putFlag", flag: textFlag("f") }]);
    const result = await here.object.release({ op: "create", flag: "f", id: newId(), plan: planOf(SIMPLE) }, WRITE);
    expect(result).toMatchObject({ ok: false, problem: { type: "invalid" } });
  });

  test("a second release of the same flag while the first is live", async () => {
    const scene = await started(SIMPLE);
    const again = { op: "create", flag: "f", id: newId(), plan: planOf(SIMPLE) } as const;
    expect(await scene.here.object.release(again, WRITE)).toMatchObject({ ok: false, problem: { type: "conflict" } });
    expectDone(await scene.drive("unrelease"));
    now += 1;
    expectDone(await scene.here.object.release(again, WRITE));
    const { releases } = (await scene.here.object.releases("f", { limit: 10 }))!;
    expect(releases.map(({ id, state }) => [id, state])).toEqual([
      [again.id, "baking"],
      [scene.id, "unreleased"],
    ]);
  });
});

describe("plans", () => {
  test("a revision reaches live releases, and drops approvals of a stage that it changes", async () => {
    const here = await created();
    await here.write([put("f")]);
    const gates = [{ approval: { role: "operator" } }];
    const [first, last] = SIMPLE.stages;
    expectDone(
      await here.object.release(
        { op: "putPlan", name: "usual", plan: planOf({ stages: [{ ...first, gates }, last] }) },
        WRITE,
      ),
    );
    const scene = new Scene(here, newId());
    expectDone(await here.object.release({ op: "create", flag: "f", id: scene.id, plan: "usual" }, WRITE));
    expectDone(await scene.drive("approve"));
    expect(await scene.view()).toMatchObject({ planName: "usual", planRevision: 1, approvals: [{ stage: "10%" }] });
    const longer = planOf({ stages: [{ ...first, gates, minBake: "20m" }, last] });
    expect(await here.object.release({ op: "putPlan", name: "usual", plan: longer }, WRITE)).toMatchObject({
      plan: { revision: 2 },
    });
    expect(await scene.view()).toMatchObject({
      planRevision: 2,
      approvals: [],
      plan: { stages: [{ minBake: "20m" }, {}] },
    });
    const other = planOf({ stages: [{ ...first, percentage: 20 }, last] });
    expect(await here.object.release({ op: "putPlan", name: "usual", plan: other }, WRITE)).toMatchObject({
      ok: false,
      problem: { type: "conflict" },
    });
    expect(await here.object.release({ op: "deletePlan", name: "usual" }, WRITE)).toMatchObject({
      problem: { type: "in-use" },
    });
    expectDone(await scene.drive("unrelease"));
    expectDone(await here.object.release({ op: "deletePlan", name: "usual" }, WRITE));
    expect(await here.object.plans()).toEqual([]);
    expect(await here.object.verify()).toMatchObject({ ok: true });
  });
});

test("what fails half-way leaves nothing, and the next alarm does it", async () => {
  const scene = await started(SIMPLE);
  const before = await scene.view();
  await scene.here.inside(
    (storage) =>
      void storage.sql.exec(
        "CREATE TRIGGER stop BEFORE UPDATE ON environment BEGIN SELECT RAISE(ABORT, 'stopped'); END",
      ),
  );
  await scene.pass(10 * MINUTE);
  expect(await scene.view()).toMatchObject({ stage: "10%", timeline: before.timeline });
  await scene.here.inside((storage) => void storage.sql.exec("DROP TRIGGER stop"));
  await scene.pass(MINUTE);
  expect(await scene.view()).toMatchObject({ stage: "all" });
  await evictDurableObject(scene.here.stub);
  expect(await scene.view()).toMatchObject({ stage: "all" });
});
