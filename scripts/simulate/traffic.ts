import type { CountMinute, LatencyMinute } from "../../src/core/statistics/series.ts";
import type { Chance } from "./chance.ts";
import type { People } from "./people.ts";

/* Traffic of a made-up service, minute by minute, with what may be unusual about it. */

export const MINUTES_A_DAY = 1440;

/** What a service is like. Whatever isn't said is as plain as can be. */
export type Service = {
  perSecond: number;
  people: People;
  /** Share of requests that fail without any change. */
  errors: number;
  /** Whether it is known who came; if not, there are requests and slices alone. */
  keys?: boolean;
  /** Durations are measured instead of failures. */
  timed?: boolean;
  /** Traffic and failures rise and fall over a day, by so much of themselves; failures are most when traffic is least. */
  daily?: number;
  /** Failures (or durations) of both sides move with every stage entry, by a lognormal factor of this σ. */
  moving?: number;
  /** Failures of both sides of the first stage are this many times the usual. */
  noisierFirst?: number;
  /** On both sides, for some minutes, so many times as many failures (or as long), how often one begins. */
  incidents?: { everyMinutes: number; minutes: number; factor: number };
  /** Clients that fail again and again, whichever side they are on. */
  broken?: { everyMinutes: number; minutes: number; perMinute: number };
  /** After each stage entry treatment has so many times as many failures, for so many minutes. */
  cold?: { minutes: number; factor: number };
  /** Who fails tries again with this chance, and fails again. */
  retries?: number;
  /** From a minute on treatment fails this many times as often (Infinity: always), or takes this many times as long. */
  harm?: { from: number; factor: number };
  /** From a minute on nothing is heard of anybody. */
  silent?: { from: number };
  /** Of those who are to be treated, this share is lost before it is counted. */
  lost?: number;
};

/** One minute, as counters deliver it, and added up. Of durations, `events` are those that took five times the usual. */
export type Seen = {
  bin: CountMinute | LatencyMinute;
  exposures: [treatment: number, control: number];
  events: [treatment: number, control: number];
};

/** What moves: traffic, and failures of both sides alike. */
export class Weather {
  readonly #service: Service;
  readonly #chance: Chance;
  readonly #phase: number;
  #until = -1;
  #entry = -1;
  #entries = 0;
  #level = 1;

  constructor(service: Service, chance: Chance) {
    this.#service = service;
    this.#chance = chance;
    this.#phase = chance.fraction() * MINUTES_A_DAY;
  }

  /** Factors of traffic, and of failures or durations, in a minute. */
  at(minute: number, entry: number): { load: number; level: number } {
    const { daily = 0, incidents, moving = 0, noisierFirst = 1, silent } = this.#service;
    const chance = this.#chance;
    if (entry !== this.#entry) {
      this.#entry = entry;
      this.#entries += 1;
      this.#level = moving > 0 ? Math.exp(moving * chance.normal()) : 1;
    }
    if (incidents && minute > this.#until && chance.fraction() < 1 / incidents.everyMinutes)
      this.#until = minute + incidents.minutes;
    const sun = daily * Math.sin(((minute + this.#phase) / MINUTES_A_DAY) * 2 * Math.PI);
    const incident = incidents && minute <= this.#until ? incidents.factor : 1;
    const first = this.#entries === 1 ? noisierFirst : 1;
    return {
      load: silent && minute >= silent.from ? 0 : 1 + sun,
      level: this.#level * incident * first * (1 - sun),
    };
  }
}
