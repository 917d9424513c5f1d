import { beforeEach, describe, expect, test, vi } from "vitest";
import { plan as planSchema } from "../../src/contract/plan.ts";
import type { Happened } from "../../src/contract/release.ts";
import { Verdicts, type VerdictsOptions } from "../../src/judging/verdicts.ts";
import { draft, type Judgement, type Release, type ReleaseEvent } from "../../src/core/release/state.ts";
import { step } from "../../src/core/release/step.ts";
import { type Kind, MINUTE, openFrom, type Source } from "../../src/metrics/batch.ts";
import type { Counted } from "../../src/metrics/counter.ts";
import { emptyTally, encodeTally } from "../../src/core/shadow-tally.ts";
import type { BinQuery, BinRow } from "../../src/metrics/store.ts";
import { SLICES, Tally } from "../../src/metrics/tally.ts";

/* From what counters answer to verdicts, without a runtime: a release, four counters that are plain lists, and a clock. */

const START = Date.UTC(2030, 10, 21, 12);
const PERSON = { id: "token:1", name: "Ada", via: "token" } as const;
const GUARDED = { metric: "errors", minAbsolute: 0.005 };
const stages = (...percentages: number[]) =>
  percentages.map((percentage, i) => ({ name: `s${i}`, percentage, minBake: "1h" }));

/** How many requests, errors and milliseconds a side has in a minute. */
type Load = { requests: number; errors?: number; ms?: number; source?: Source };

class Scene {
  now = START;
  release: Release;
  readonly timeline: Happened[] = [];
  readonly rows: BinRow[][] = [[], [], [], []];
  readonly asked: BinQuery[] = [];
  /** Counters that don't answer. */
  readonly broken = new Set<number>();
  metrics: { name: string; per: "unit" | "event"; window: string }[] = [];
  /** Outcomes that were reported here. */
  names: string[] = [];

  constructor(plan: object) {
    this.release = draft({
      id: "rel",
      flag: "f",
      rule: null,
      author: PERSON,
      createdAt: START,
      startAt: null,
      plan: planSchema.parse(plan),
      planName: null,
      revision: 1,
    });
    this.step({ type: "start", actor: PERSON, shadow: 0, served: 0 });
  }

  step(event: ReleaseEvent): void {
    const { release, effects, refusal } = step(this.release, event, this.now);
    expect(refusal).toBeUndefined();
    this.release = release;
    for (const effect of effects) {
      if (effect.type !== "record") continue;
      const { at, stage, ...rest } = effect.transition;
      const name = release.plan.stages[stage]?.name ?? null;
      this.timeline.push({ ...rest, at: new Date(at).toISOString(), stage: name });
    }
  }

  verdicts(): Verdicts {
    return new Verdicts(this.options());
  }

  options(): VerdictsOptions {
    return {
      now: () => this.now,
      metrics: () => this.metrics,
      names: async () => this.names,
      releases: () => new Map([["f", this.release]]),
      timeline: () => this.timeline,
      counters: () => this.rows.map((_, shard) => ({ read: (query: BinQuery) => this.#read(shard, query) })),
    };
  }

  async #read(shard: number, query: BinQuery): Promise<Counted> {
    if (this.broken.has(shard)) throw new Error("it can't be read");
    if (shard === 0) this.asked.push(query);
    const rows = this.rows[shard]!.filter(({ start }) => start >= query.since && start < query.until);
    return { rows: rows.toReversed(), openFrom: openFrom(this.now), unitsBefore: {} };
  }

  row(kind: Kind, cohort: string, shard: number, tally: string, more: Partial<BinRow> = {}): void {
    const series = { kind, metric: "", flag: "f", variant: "", cohort, source: "gate" as const, version: 1 };
    this.rows[shard]!.push({ ...series, start: this.now, late: 0, tally, ...more });
  }

  /** One minute of both sides, spread over slices and counters, and 35 seconds. Then time stands at its check. */
  minute(treatment: Load, control: Load, epoch = this.release.epoch): void {
    for (const [side, { requests, errors = 0, ms = 50, source = "gate" }] of [
      ["t", treatment],
      ["c", control],
    ] as const) {
      const tallies = this.rows.map(() => ({ request: new Tally(), first: new Tally() }));
      for (let i = 0; i < requests; i++) {
        const { request, first } = tallies[i % 4]!;
        const error = i < errors;
        const slice = (i * 7 + (this.now / MINUTE) * 15) % SLICES; // others fail in each minute
        request.add({ slice, error, status: error ? 500 : 200, ...(!error && { size: ms * (0.5 + (i % 10) / 10) }) });
        if (i % 5 === 0) first.add({ slice });
      }
      for (const [shard, { request, first }] of tallies.entries()) {
        this.row("request", `rel.${epoch}.${side}`, shard, request.encode(), { source });
        if (first.count === 0) continue;
        for (const kind of ["first", "session"] as const)
          this.row(kind, `rel.${epoch}.${side}`, shard, first.encode(), { source });
      }
    }
    this.now += MINUTE;
  }

  /** What is said 35 seconds after the minute that has just ended. */
  async judged(verdicts: Verdicts): Promise<Omit<Judgement, "at"> | null> {
    const now = this.now;
    this.now += 35_000;
    try {
      return await verdicts.of(this.release);
    } finally {
      this.now = now;
    }
  }
}

const verdictsOf = (judgement: Omit<Judgement, "at"> | null) =>
  judgement?.guardrails.map(
    ({ metric, verdict, clientOnly }) => `${metric}: ${verdict}${clientOnly ? " (clients)" : ""}`,
  );

let scene: Scene;
beforeEach(() => (scene = new Scene({ stages: stages(50, 100), guardrails: [GUARDED] })));

describe("verdicts from counters", () => {
  test("harm is said at the check of its first bins, healthy once enough has been seen", async () => {
    const verdicts = scene.verdicts();
    const said: string[] = [];
    for (let i = 0; i < 8; i++) {
      scene.minute({ requests: 3_000, errors: 15 }, { requests: 3_000, errors: 15 });
      said.push(...verdictsOf(await scene.judged(verdicts))!);
    }
    expect(said).toEqual(expect.arrayContaining(["errors: healthy"]));
    expect(said).not.toContain("errors: harm");
    scene.minute({ requests: 3_000, errors: 150 }, { requests: 3_000, errors: 15 });
    const judgement = await scene.judged(verdicts);
    expect(judgement).toMatchObject({
      epoch: 1,
      upTo: scene.now,
      exposures: 27_000,
      guardrails: [
        { metric: "errors", verdict: "harm", evidence: { exposures: [27_000, 27_000], events: [270, 135] } },
      ],
    });
  });

  test("a counter that can't be read means that nothing is said, and nothing is lost by it", async () => {
    const [one, other] = [scene.verdicts(), scene.verdicts()];
    for (let i = 0; i < 4; i++) {
      scene.minute({ requests: 500, errors: 20 }, { requests: 500, errors: 2 });
      if (i > 0 && i < 3) scene.broken.add(2);
      if (i > 0 && i < 3) await expect(scene.judged(one)).rejects.toThrow("can't be read");
      scene.broken.clear();
      const judgement = await scene.judged(other);
      if (i === 0 || i === 3) expect(await scene.judged(one)).toEqual(judgement);
    }
  });

  test("one that stays away is left out after four minutes, and every guardrail says so", async () => {
    const verdicts = scene.verdicts();
    const said: string[] = [];
    let unread: unknown;
    scene.broken.add(2);
    for (let i = 0; i < 8; i++) {
      scene.minute({ requests: 3_000, errors: 300 }, { requests: 3_000, errors: 15 });
      const judgement = await scene.judged(verdicts).catch(() => null);
      said.push(...(verdictsOf(judgement) ?? ["nothing"]));
      unread = judgement?.guardrails[0]?.evidence["unread"];
    }
    expect(said.slice(0, 3)).toEqual(["nothing", "nothing", "nothing"]);
    expect([said.at(-1), unread]).toEqual(["errors: harm", 1]);
    scene.broken.add(1).add(0);
    scene.minute({ requests: 3_000 }, { requests: 3_000 });
    await expect(scene.judged(verdicts)).rejects.toThrow("can't be read");
  });

  test("a counter that doesn't answer either", async () => {
    const hanging = new Verdicts({
      now: () => scene.now,
      metrics: () => [],
      names: async () => [],
      releases: () => new Map(),
      timeline: () => scene.timeline,
      counters: () => [{ read: () => new Promise(() => {}) }],
    });
    scene.now += 2 * MINUTE;
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    try {
      const said = expect(hanging.of(scene.release)).rejects.toThrow("no answer within");
      await vi.advanceTimersByTimeAsync(5_000);
      await said;
    } finally {
      vi.useRealTimers();
    }
  });

  test("an object that begins anew reads everything again, and says the same", async () => {
    const first = scene.verdicts();
    for (let i = 0; i < 130; i++) {
      scene.minute({ requests: 100, errors: i % 3 }, { requests: 100, errors: i % 2, ms: 60 });
      await scene.judged(first);
    }
    scene.now += MINUTE;
    scene.rows.reverse();
    const anew = await scene.judged(scene.verdicts());
    expect(anew).toEqual(await scene.judged(first));
    expect(anew!.exposures).toBe(13_000);
  });

  test("each minute is read once", async () => {
    scene.metrics = [{ name: "buy", per: "unit", window: "30m" }];
    scene.release = new Scene({
      stages: stages(50, 100),
      guardrails: [GUARDED, { metric: "buy" }, { metric: "latency" }],
    }).release;
    const verdicts = scene.verdicts();
    for (let i = 0; i < 60; i++) {
      scene.minute({ requests: 10 }, { requests: 10 });
      await scene.judged(verdicts);
    }
    const early = scene.asked.filter(({ since, until }) => since < until);
    expect(early).toHaveLength(scene.asked.length);
    const reads = scene.asked.filter(({ since, until }) => since <= START + 10 * MINUTE && until > START + 10 * MINUTE);
    expect(reads).toHaveLength(2); // once for what closes at once, once for what waits for half an hour
  });

  test("the same is said once: a check before another minute has closed says nothing", async () => {
    const verdicts = scene.verdicts();
    scene.minute({ requests: 100 }, { requests: 100 });
    const judgement = (await scene.judged(verdicts))!;
    scene.now += 35_000;
    scene.step({ type: "judged", judgement });
    expect(await verdicts.of(scene.release)).toBeNull();
  });

  test("five minutes without any counts are no data, never healthy", async () => {
    const verdicts = scene.verdicts();
    for (let i = 0; i < 5; i++) scene.minute({ requests: 9_000, errors: 50 }, { requests: 9_000, errors: 50 });
    expect(verdictsOf(await scene.judged(verdicts))).toEqual(["errors: healthy"]);
    scene.now += 6 * MINUTE;
    expect(verdictsOf(await scene.judged(verdicts))).toEqual(["errors: nodata"]);
  });

  test("sides that people don't fall to as configured make it invalid", async () => {
    const verdicts = scene.verdicts();
    for (let i = 0; i < 3; i++) scene.minute({ requests: 9_000, errors: 50 }, { requests: 7_000, errors: 40 });
    expect(verdictsOf(await scene.judged(verdicts))).toEqual(["errors: invalid"]);
  });
});

describe("metrics", () => {
  test("latency: a slower treatment is harm", async () => {
    scene = new Scene({ stages: stages(50, 100), guardrails: [{ metric: "latency" }] });
    const verdicts = scene.verdicts();
    for (let i = 0; i < 4; i++) scene.minute({ requests: 600, ms: i < 1 ? 50 : 100 }, { requests: 600 });
    expect(verdictsOf(await scene.judged(verdicts))).toEqual(["latency: harm"]);
  });

  test("missing: sessions whose heartbeat doesn't come are harm, a minute later than others", async () => {
    scene = new Scene({ stages: stages(50, 100), guardrails: [{ metric: "missing", minAbsolute: 0.05 }] });
    const verdicts = scene.verdicts();
    for (let i = 0; i < 3; i++) {
      const beats = (share: number): string => {
        const tally = new Tally();
        for (let k = 0; k < 600; k++)
          if (k % 100 < share * 100) tally.add({ slice: (k * 35 + (scene.now / MINUTE) * 15) % SLICES });
        return tally.encode();
      };
      scene.row("session-unit", `rel.1.t`, 0, beats(0.6), { metric: "heartbeat" });
      scene.row("session-unit", `rel.1.c`, 1, beats(0.99), { metric: "heartbeat" });
      scene.minute({ requests: 3_000 }, { requests: 3_000 });
    }
    const judgement = await scene.judged(verdicts);
    expect(verdictsOf(judgement)).toEqual(["missing: harm"]); // far more than five times as many, though it is warm-up
    expect(judgement!.guardrails[0]!.evidence["exposures"]).toEqual([1_200, 1_200]); // of two minutes
  });

  test("harm that only client keys report is told apart, unless the plan trusts them", async () => {
    for (const trustClients of [false, true]) {
      scene = new Scene({ stages: stages(50, 100), guardrails: [GUARDED], trustClients });
      const verdicts = scene.verdicts();
      scene.minute({ requests: 3_000, errors: 15 }, { requests: 3_000, errors: 15 });
      await scene.judged(verdicts);
      for (let i = 0; i < 2; i++) {
        scene.minute({ requests: 3_000, errors: 15 }, { requests: 3_000, errors: 15 });
        scene.now -= MINUTE;
        const clients = { requests: 2_000, source: "client" } as const;
        scene.minute({ ...clients, errors: 900 }, { ...clients, errors: 10 });
      }
      const judgement = await scene.judged(verdicts);
      expect(verdictsOf(judgement)).toEqual([`errors: harm${trustClients ? "" : " (clients)"}`]);
      expect(judgement!.guardrails[0]!.evidence).toMatchObject({ exposures: [13_000, 13_000] });
    }
  });

  test("mismatch: a dark launch is judged by what only the candidate does differently", async () => {
    for (const [candidateOnly, verdict] of [
      [12, "harm"],
      [1, "healthy"],
    ] as const) {
      scene = new Scene({
        stages: [{ name: "dark", shadow: 10, minBake: "1h", minExposures: 1_000 }, ...stages(50, 100)],
        guardrails: [
          { metric: "mismatch", minAbsolute: 0.005 },
          { metric: "errors", ceiling: 0.05 },
        ],
      });
      const verdicts = scene.verdicts();
      for (let i = 0; i < 20; i++) {
        const pairs = { ...emptyTally().pairs, candidateOnly, noiseOnly: 1 };
        scene.row("shadow", "", i % 4, encodeTally({ ...emptyTally(), compared: 400, pairs }));
        scene.now += MINUTE;
      }
      const judgement = await scene.judged(verdicts);
      // Nobody sees the change: errors are held against nothing.
      expect(verdictsOf(judgement)).toEqual([`mismatch: ${verdict}`, "errors: unmeasured"]);
      expect(judgement!.exposures).toBe(8_000);
    }
  });
});

describe("what nobody reports, and what nobody looks at", () => {
  const outcome = { metric: "failed", harm: "increase", minAbsolute: 0.001 } as const;
  const judgedWith = async (guardrails: object[], source: Source, ...metrics: string[]) => {
    const { names } = scene;
    scene = new Scene({ stages: stages(10, 50, 100), guardrails });
    scene.names = names;
    const verdicts = scene.verdicts();
    for (let i = 0; i < 5; i++) {
      const failed = new Tally();
      failed.add({ slice: i });
      for (const metric of metrics) scene.row("outcome", "rel.1.c", 0, failed.encode(), { metric, source });
      scene.minute({ requests: 3_000, source }, { requests: 27_000, errors: 60, source });
    }
    return (await scene.judged(verdicts))!;
  };

  test("an outcome that nobody ever reported is no data, however quiet it is, until somebody does", async () => {
    const silent = await judgedWith([outcome], "gate");
    expect(silent.guardrails).toMatchObject([{ verdict: "nodata", evidence: { waits: "unreported" } }]);
    expect(verdictsOf(await judgedWith([outcome], "gate", "failed"))).toEqual(["failed: healthy"]);
    scene.names = ["failed"];
    expect(verdictsOf(await judgedWith([outcome], "gate"))).toEqual(["failed: healthy"]);
  });

  test("errors and durations are known of what a gate answers; heartbeats have to be reported", async () => {
    const all = await judgedWith([{ metric: "errors" }, { metric: "missing" }], "gate");
    expect(all.guardrails).toMatchObject([{ verdict: "healthy" }, { evidence: { waits: "unreported" } }]);
  });

  test("names that can't be asked for are not taken to be unknown", async () => {
    scene = new Scene({ stages: stages(50, 100), guardrails: [outcome] });
    scene.minute({ requests: 3_000 }, { requests: 3_000 });
    const verdicts = new Verdicts({ ...scene.options(), names: () => Promise.reject(new Error("it can't be read")) });
    expect((await scene.judged(verdicts))!.guardrails[0]!.evidence["waits"]).toBeUndefined();
  });

  test("what a gate and outcomes show and no guardrail looks at is named", async () => {
    const { unwatched } = await judgedWith(
      [{ metric: "checkout" }],
      "gate",
      "error",
      "checkout",
      "refund",
      "heartbeat",
    );
    expect(unwatched).toEqual(["errors", "latency", "missing", "refund"]);
    const guardrails = [
      { metric: "errors" },
      { metric: "latency", role: "watch" },
      { metric: "missing", expect: "ping" },
    ];
    expect((await judgedWith(guardrails, "gate", "ping")).unwatched).toEqual([]);
  });

  test("while it waits, what the next share would see is told", async () => {
    scene = new Scene({ stages: stages(1, 50, 100), guardrails: [{ metric: "errors" }] });
    const verdicts = scene.verdicts();
    for (let i = 0; i < 5; i++) scene.minute({ requests: 60, errors: 1 }, { requests: 5_940, errors: 30 });
    const { outlook } = (await scene.judged(verdicts))!;
    expect(outlook![0]!.what).toMatch(/; can't see less than [\d.]+× yet with 6000 people; at 50 % in \d+ min\)$/);
    scene = new Scene({ stages: stages(1, 100), guardrails: [{ metric: "errors" }] });
    for (let i = 0; i < 5; i++) scene.minute({ requests: 60, errors: 1 }, { requests: 5_940, errors: 30 });
    expect((await scene.judged(scene.verdicts()))!.outlook![0]!.what).not.toMatch(/ at 100 %/); // there is no control
  });
});

describe("stages", () => {
  test("for some people are never compared; a ceiling acts there", async () => {
    scene = new Scene({
      stages: [{ name: "staff", segment: "staff", minBake: "1h" }, ...stages(50, 100)],
      guardrails: [{ metric: "errors", ceiling: 0.05 }, { metric: "latency" }],
    });
    const verdicts = scene.verdicts();
    scene.minute({ requests: 500, errors: 100 }, { requests: 0 });
    expect(verdictsOf(await scene.judged(verdicts))).toEqual(["errors: harm", "latency: unmeasured"]);
  });

  test("each have counts of their own, those before count on as evidence", async () => {
    scene = new Scene({ stages: stages(10, 50, 100), guardrails: [GUARDED] });
    const verdicts = scene.verdicts();
    for (let i = 0; i < 3; i++) scene.minute({ requests: 1_000, errors: 5 }, { requests: 9_000, errors: 45 });
    const judgement = (await scene.judged(verdicts))!;
    expect(judgement.exposures).toBe(3_000);
    scene.now += 35_000;
    scene.step({ type: "judged", judgement });
    scene.step({ type: "advance", actor: PERSON });
    scene.now += 25_000;
    scene.minute({ requests: 200, errors: 1 }, { requests: 1_800, errors: 9 }, 1); // isolates that learn of it late
    scene.now -= MINUTE;
    scene.minute({ requests: 4_000, errors: 20 }, { requests: 4_000, errors: 20 });
    const next = await scene.judged(verdicts);
    expect(next).toMatchObject({ epoch: 2, exposures: 4_000 });
    expect(next!.guardrails[0]!.evidence).toMatchObject({ exposures: [4_000, 4_000], sampleRatio: expect.any(Number) });
    expect(next!.guardrails[0]!.evidence["sampleRatio"]).toBeLessThan(1);
  });

  test("the last one without a holdback has nobody to compare with", async () => {
    scene = new Scene({ stages: [{ name: "all", percentage: 100, watch: "1h" }], guardrails: [GUARDED] });
    const verdicts = scene.verdicts();
    scene.minute({ requests: 500, errors: 400 }, { requests: 0 });
    expect(verdictsOf(await scene.judged(verdicts))).toEqual(["errors: unmeasured"]);
    scene = new Scene({ stages: [{ name: "all", percentage: 100, watch: "1h" }], guardrails: [GUARDED], holdback: 1 });
    for (let i = 0; i < 4; i++) scene.minute({ requests: 4_950, errors: 3_000 }, { requests: 50, errors: 0 });
    expect(verdictsOf(await scene.judged(scene.verdicts()))).toEqual(["errors: harm"]);
  });

  test("a share that comes again is the same luck, of whichever time met more people", async () => {
    for (let i = 0; i < 3; i++) scene.minute({ requests: 9_000 }, { requests: 7_000 });
    for (const percentage of [30, 50]) {
      scene.step({ type: "edited", percentage, held: true, actor: PERSON });
      scene.minute({ requests: percentage * 10 }, { requests: 1_000 - percentage * 10 });
    }
    expect(verdictsOf(await scene.judged(scene.verdicts()))).toEqual(["errors: invalid"]);
  });

  test("while a person has taken over it is judged at their share, and told", async () => {
    const verdicts = scene.verdicts();
    scene.minute({ requests: 3_000 }, { requests: 3_000 });
    scene.step({ type: "edited", percentage: 30, held: true, actor: PERSON });
    scene.minute({ requests: 3_000, errors: 3_000 }, { requests: 7_000 });
    const judged = await scene.judged(verdicts);
    expect(judged).toMatchObject({ epoch: 2, guardrails: [{ metric: "errors", verdict: "harm" }] });
    scene.step({ type: "judged", judgement: judged! });
    expect(scene.release).toMatchObject({ phase: "suspended", left: 30, told: ["harm"] });
  });
});
