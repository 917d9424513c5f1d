import { murmur3 } from "../../core/murmur3.ts";
import type { Observation, Skipped } from "../../core/shadow-tally.ts";
import { Budget, type Limits } from "./budget.ts";
import { Comparator, type Prepared, type Rules } from "./compare.ts";

/*
 * Running a candidate in the dark: control answers, alone and first; then, behind the answer, the candidate gets the
 * same question, under limits of its own, and what it says is compared and thrown away. Nothing that a candidate does
 * reaches whoever asked: not its answer, not its errors, not its time.
 */

/** Where a shadow runs. */
export type Surroundings = {
  /** The share of requests, 0 to 100, that the flag gives to the candidate. Known at once: nobody waits for it. */
  share: (flag: string) => number;
  /** Takes what became of one request. */
  observe: (flag: string, seen: Observation) => void;
  /** Keeps what runs behind the answer going. */
  waitUntil: (work: Promise<unknown>) => void;
  /** Epoch ms. Default: the clock. */
  now?: () => number;
  /** From 0 up to 1. Default: Math.random. */
  random?: () => number;
};

export type ShadowOptions<Input extends readonly unknown[], Output> = Partial<Limits> & {
  control: (...input: Input) => Output | Promise<Output>;
  /** Gets copies of what control got, made before control ran, and a signal that aborts at its timeout. */
  candidate: (...input: [...Input, signal: AbortSignal]) => unknown;
  /** What is sampled: the same text is always in or always out at the same share. Default: the JSON of the input. */
  unit?: (...input: Input) => string;
  /** How answers are made comparable. */
  compare?: Rules;
  /** Share of candidate's runs, 0 to 1, in which control runs once more, so that what differs by itself is known. */
  noise?: number;
  /** Milliseconds for the candidate. Default: twice control's time, at least 50; never more than 5 000. */
  timeout?: number;
};

const NOISE = 0.2;
const LEAST_TIMEOUT_MS = 50;
const MOST_TIMEOUT_MS = 5_000;

/**
 * A function that answers as `control` does, and now and then asks `candidate` in the dark.
 *
 * @param flag the flag whose `shadow` says how often
 * @returns resolves and rejects exactly as control does, with the very value
 * @throws RangeError or TypeError for options that can't be meant
 */
export function darkFunction<Input extends readonly unknown[], Output>(
  flag: string,
  options: ShadowOptions<Input, Output>,
): (surroundings: Surroundings, ...input: Input) => Promise<Output> {
  const { control, candidate, unit = (...input: Input) => JSON.stringify(input), compare } = options;
  const dark = new Dark(flag, compare, options);

  return async function shadowed(surroundings, ...input) {
    const copies = dark.sampled(surroundings, () => unit(...input)) && copyOf(flag, input, surroundings);
    if (!copies) return control(...input);
    const { now = Date.now } = surroundings;
    const begun = now();
    let answer: Output;
    try {
      answer = await control(...input);
    } catch (error) {
      surroundings.observe(flag, { outcome: "skipped", reason: "control" });
      throw error;
    }
    const controlMs = now() - begun;
    const prepared = dark.prepare(answer, surroundings);
    if (prepared)
      dark.run(surroundings, {
        control: async () => prepared,
        controlMs,
        candidate: async (signal) => candidate(...copies.first, signal),
        again: async () => control(...copies.second),
      });
    return answer;
  };
}

/** Two copies of an input, of which a candidate and a second control may make what they like. */
function copyOf<Input extends readonly unknown[]>(
  flag: string,
  input: Input,
  { observe }: Surroundings,
): { first: Input; second: Input } | undefined {
  try {
    return { first: structuredClone(input), second: structuredClone(input) };
  } catch {
    observe(flag, { outcome: "skipped", reason: "arguments" });
    return undefined;
  }
}

/** One run of a candidate beside a control that has answered. */
export type Run = {
  /** Control's answer, ready to be compared. Whatever it rejects with, this request isn't compared. */
  control: (signal: AbortSignal) => Promise<Prepared>;
  controlMs: number;
  candidate: (signal: AbortSignal) => Promise<unknown>;
  /** Runs control once more; absent where it can't be run again. */
  again?: (signal: AbortSignal) => Promise<unknown>;
  /** HTTP statuses of both answers, once they are there. */
  statuses?: () => readonly [control: number, candidate: number] | undefined;
};

/** What functions and requests have in common: sampling, limits, comparing, telling. */
export class Dark {
  readonly #flag: string;
  readonly #comparator: Comparator;
  readonly #budget: Budget;
  readonly #noise: number;
  readonly #timeout: number | undefined;

  constructor(flag: string, rules: Rules | undefined, options: Partial<Limits> & { noise?: number; timeout?: number }) {
    const { noise = NOISE, timeout } = options;
    if (!(noise >= 0 && noise <= 1)) throw new RangeError("noise is a share from 0 to 1");
    if (timeout !== undefined && !(timeout > 0 && timeout <= MOST_TIMEOUT_MS))
      throw new RangeError(`timeout is above 0 and at most ${MOST_TIMEOUT_MS} milliseconds`);
    this.#flag = flag;
    this.#comparator = new Comparator(rules);
    this.#budget = new Budget(flag, options);
    this.#noise = noise;
    this.#timeout = timeout;
  }

  /** Whether a request is one of those that the candidate gets, and there is room for it. */
  sampled(surroundings: Surroundings, unit: () => string): boolean {
    const { share, observe, now = Date.now } = surroundings;
    try {
      const part = share(this.#flag);
      // The same request is in at every larger share: shares are edges on the same 2^32 buckets.
      if (!(part > 0) || murmur3(`shadow/${this.#flag}/${unit()}`) >= (part / 100) * 2 ** 32) return false;
      const full = this.#budget.refusal(now());
      if (full) observe(this.#flag, { outcome: "skipped", reason: full });
      return !full;
    } catch {
      return false;
    }
  }

  /** An answer, ready to be compared later; undefined, and told, when it can't be. */
  prepare(answer: unknown, surroundings: Surroundings): Prepared | undefined {
    try {
      return this.#comparator.prepare(answer);
    } catch {
      this.skip("incomparable", surroundings);
      return undefined;
    }
  }

  skip(reason: Skipped, { observe }: Surroundings): void {
    observe(this.#flag, { outcome: "skipped", reason });
  }

  /** Begins the candidate's run behind the answer. Never rejects, never throws. */
  run(surroundings: Surroundings, run: Run): void {
    surroundings.waitUntil(
      this.#observed(surroundings, run).then(
        (seen) => surroundings.observe(this.#flag, seen),
        (error: unknown) => console.error("shadow failed", this.#flag, error),
      ),
    );
  }

  async #observed(surroundings: Surroundings, run: Run): Promise<Observation> {
    const { now = Date.now, random = Math.random } = surroundings;
    await new Promise((resolve) => setTimeout(resolve, 0)); // the answer first
    const held = await attempt(run.control, MOST_TIMEOUT_MS);
    if (held.state !== "answered") return { outcome: "skipped", reason: held.why ?? "stream" };
    const full = this.#budget.refusal(now()); // others may have begun since this request was sampled
    if (full) return { outcome: "skipped", reason: full };

    const { controlMs } = run;
    const patience = this.#timeout ?? Math.min(MOST_TIMEOUT_MS, Math.max(LEAST_TIMEOUT_MS, 2 * controlMs));
    const begun = now();
    const end = this.#budget.begin(begun);
    const candidate = await attempt(run.candidate, patience);
    const candidateMs = now() - begun;
    end(candidate.state === "answered" || candidate.why !== undefined, now());
    if (candidate.state !== "answered") {
      if (candidate.why) return { outcome: "skipped", reason: candidate.why };
      return candidate.state === "error"
        ? { outcome: "error", controlMs, candidateMs }
        : { outcome: "timeout", controlMs };
    }
    const again = run.again && random() < this.#noise ? await attempt(run.again, MOST_TIMEOUT_MS) : undefined;
    try {
      const fields = (answer: unknown) =>
        this.#comparator.differences(held.answer, this.#comparator.prepare(answer), begun);
      const statuses = run.statuses?.();
      return {
        outcome: "compared",
        differences: fields(candidate.answer),
        controlMs,
        candidateMs,
        ...(again?.state === "answered" && { noise: fields(again.answer).map(({ field }) => field) }),
        ...(statuses && { statuses }),
      };
    } catch {
      return { outcome: "skipped", reason: "incomparable" };
    }
  }
}

/** Thrown by what is attempted: the request isn't compared, and for this reason. */
export class Unfit extends Error {
  override readonly name = "Unfit";
  readonly reason: Skipped;

  constructor(reason: Skipped) {
    super(`not compared: ${reason}`);
    this.reason = reason;
  }
}

type Attempt<T> = { state: "answered"; answer: T } | { state: "error" | "timeout"; why?: Skipped };

/** Calls something that may do anything: throw, reject, hang. What comes after the timeout is thrown away. */
async function attempt<T>(call: (signal: AbortSignal) => Promise<T>, ms: number): Promise<Attempt<T>> {
  const controller = new AbortController();
  const { promise: late, resolve } = Promise.withResolvers<Attempt<T>>();
  const timer = setTimeout(() => {
    resolve({ state: "timeout" });
    controller.abort();
  }, ms);
  const asked = call(controller.signal).then(
    (answer): Attempt<T> => ({ state: "answered", answer }),
    (error: unknown): Attempt<T> =>
      error instanceof Unfit ? { state: "error", why: error.reason } : { state: "error" },
  );
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}
