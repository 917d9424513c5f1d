import { type CountArm, SLICES } from "../../src/core/statistics/series.ts";
import { MINUTE } from "../../src/core/statistics/history.ts";
import { type Chance, Weighted } from "./chance.ts";
import { Crowd } from "./people.ts";
import { type Seen, type Service, Weather } from "./traffic.ts";

/*
 * Requests that succeed or fail. Each failure is drawn by itself, of the person whom it meets; all other requests are
 * drawn by slice, and who is exposed for the first time by when their first request comes. Requests are Poisson
 * processes, so this is the same as drawing each request.
 */

/** A first exposure is looked for so many minutes after a stage entry. */
const HORIZON = 3_000;
/** Retries of one failure. */
const MOST_RETRIES = 20;

type Counts = { exposures: number[]; events: number[]; exposed: number[]; erred: number[] };
type Client = { side: 0 | 1; slice: number; until: number; entry: number };

export class Failures {
  readonly #service: Service;
  readonly #chance: Chance;
  readonly #weather: Weather;
  readonly #crowd: Crowd;
  readonly #failing: Weighted;
  readonly #asking: Weighted;
  /** Σ activity and Σ activity × failures of a side's slice. */
  #active: [Float64Array, Float64Array] = [new Float64Array(0), new Float64Array(0)];
  #failures: [Float64Array, Float64Array] = [new Float64Array(0), new Float64Array(0)];
  readonly #allFailures: number;
  /** Minute of each one's first exposure since the stage entry, and of how many by minute, side and slice. */
  readonly #first: Int32Array;
  #firsts = new Int32Array(0);
  readonly #erred: Int32Array;
  #entry = -1;
  #since = 0;
  #share = 0;
  #clients: Client[] = [];

  constructor(service: Service, chance: Chance) {
    this.#service = service;
    this.#chance = chance;
    this.#weather = new Weather(service, chance);
    const crowd = (this.#crowd = new Crowd(service.people, chance));
    const weights = crowd.activity.map((activity, i) => activity * crowd.failures[i]!);
    this.#failing = new Weighted(weights);
    this.#asking = new Weighted(crowd.activity);
    this.#allFailures = weights.reduce((sum, one) => sum + one, 0);
    this.#first = new Int32Array(crowd.count);
    this.#erred = new Int32Array(crowd.count).fill(-1);
  }

  /** `share`: of people, those who are to be treated, 0 to 1. `entry`: which stage entry it is. */
  minute(at: number, entry: number, share: number): Seen {
    const { errors, perSecond, cold, harm, keys = true } = this.#service;
    if (entry !== this.#entry) this.#enter(at, entry, share);
    const { load, level } = this.#weather.at(at, entry);
    const requests = perSecond * 60 * load;
    const usual = errors * level;
    let factor = cold && at - this.#since < cold.minutes ? cold.factor : 1;
    if (harm && at >= harm.from) factor *= harm.factor;
    const counts = [blank(), blank()] as const;
    for (const side of [0, 1] as const) {
      const failing = side === 0 ? usual * factor : usual;
      for (let b = 0; b < SLICES; b++) {
        const fine = failing < Infinity ? this.#active[side][b]! - failing * this.#failures[side][b]! : 0;
        counts[side].exposures[b] = this.#chance.poisson(Math.max(0, requests * fine));
      }
    }
    this.#fail(at, counts, requests, usual, factor);
    this.#break(at, counts);
    if (keys && load > 0) this.#expose(at, counts);
    const [treatment, control] = counts.map(({ exposures, events, exposed, erred }): CountArm => ({
      exposures,
      events,
      ...(keys && { people: { exposed, erred } }),
    }));
    return {
      bin: { minute: at * MINUTE, entry, treatment: treatment!, control: control! },
      exposures: [sum(counts[0].exposures), sum(counts[1].exposures)],
      events: [sum(counts[0].events), sum(counts[1].events)],
    };
  }

  #enter(at: number, entry: number, share: number): void {
    this.#entry = entry;
    this.#since = at;
    this.#share = share;
    const { activity, failures, slice, count } = this.#crowd;
    const { perSecond, errors, keys = true } = this.#service;
    this.#active = [new Float64Array(SLICES), new Float64Array(SLICES)];
    this.#failures = [new Float64Array(SLICES), new Float64Array(SLICES)];
    if (keys) this.#firsts = new Int32Array(HORIZON * 2 * SLICES);
    for (let i = 0; i < count; i++) {
      const side = this.#side(i);
      if (side === null) continue;
      const b = slice[i]!;
      this.#active[side][b]! += activity[i]!;
      this.#failures[side][b]! += activity[i]! * failures[i]!;
      if (!keys) continue;
      // Those of their requests that succeed; of a failure they are told when it comes.
      const fine = activity[i]! * Math.max(0, 1 - errors * failures[i]!);
      const first = Math.floor(this.#chance.exponential(1 / (perSecond * 60 * fine)));
      this.#first[i] = first < HORIZON ? first : HORIZON;
      if (first < HORIZON) this.#firsts[(first * 2 + side) * SLICES + b]! += 1;
    }
  }

  #fail(at: number, counts: readonly [Counts, Counts], requests: number, usual: number, factor: number): void {
    const chance = this.#chance;
    if (factor === Infinity) {
      const treated = sum(this.#active[0]);
      for (let n = chance.poisson(requests * treated); n > 0;) {
        const i = this.#asking.draw(chance);
        if (this.#side(i) !== 0) continue;
        this.#meet(i, at, counts[0]);
        n -= 1;
      }
      factor = 0;
    }
    const most = Math.max(1, factor);
    for (let n = chance.poisson(requests * usual * most * this.#allFailures); n > 0; n--) {
      const i = this.#failing.draw(chance);
      const side = this.#side(i);
      if (side === null) continue;
      const own = side === 0 ? factor : 1;
      const share = usual * own * this.#crowd.failures[i]!;
      // Nobody fails more often than always.
      if (chance.fraction() < (own / most) * Math.min(1, 1 / share)) this.#meet(i, at, counts[side]);
    }
  }

  /** null: lost before anything of it is counted. */
  #side(i: number): 0 | 1 | null {
    const place = this.#crowd.place[i]!;
    if (place >= this.#share) return 1;
    return place < this.#share * (this.#service.lost ?? 0) ? null : 0;
  }

  /** A failure meets somebody, who may try again. */
  #meet(i: number, at: number, counts: Counts): void {
    const { retries = 0 } = this.#service;
    const b = this.#crowd.slice[i]!;
    let tries = 1;
    while (tries < MOST_RETRIES && retries > 0 && this.#chance.fraction() < retries) tries += 1;
    counts.exposures[b]! += tries;
    counts.events[b]! += tries;
    if (this.#erred[i] !== this.#entry) {
      this.#erred[i] = this.#entry;
      counts.erred[b]! += 1;
    }
    const now = Math.min(HORIZON, at - this.#since);
    if (this.#first[i]! <= now) return;
    const side = this.#side(i) ?? 1;
    if (this.#first[i]! < HORIZON) this.#firsts[(this.#first[i]! * 2 + side) * SLICES + b]! -= 1;
    this.#first[i] = now;
    counts.exposed[b]! += 1;
  }

  #expose(at: number, counts: readonly [Counts, Counts]): void {
    const now = at - this.#since;
    if (now >= HORIZON) return;
    for (const side of [0, 1] as const)
      for (let b = 0; b < SLICES; b++) counts[side].exposed[b]! += this.#firsts[(now * 2 + side) * SLICES + b]!;
  }

  #break(at: number, counts: readonly [Counts, Counts]): void {
    const { broken } = this.#service;
    if (!broken) return;
    const chance = this.#chance;
    this.#clients = this.#clients.filter(({ until }) => until > at);
    for (let n = chance.poisson(1 / broken.everyMinutes); n > 0; n--)
      this.#clients.push({
        side: chance.fraction() < this.#share ? 0 : 1,
        slice: chance.below(SLICES),
        until: at + chance.exponential(broken.minutes),
        entry: -1,
      });
    for (const client of this.#clients) {
      const of = counts[client.side];
      const sent = chance.poisson(broken.perMinute);
      of.exposures[client.slice]! += sent;
      of.events[client.slice]! += sent;
      if (sent === 0 || client.entry === this.#entry) continue;
      client.entry = this.#entry;
      of.exposed[client.slice]! += 1;
      of.erred[client.slice]! += 1;
    }
  }
}

function blank(): Counts {
  const zeros = (): number[] => Array.from({ length: SLICES }, () => 0);
  return { exposures: zeros(), events: zeros(), exposed: zeros(), erred: zeros() };
}

function sum(of: ArrayLike<number>): number {
  let total = 0;
  for (let b = 0; b < of.length; b++) total += of[b]!;
  return total;
}
