import { checked, checkedDispersion, checkedList, checkedOptions, checkedPair, type Pair } from "./checked.ts";

/** So many exposures of treatment were to be expected since the last one: chance makes that e^-10 of the times. */
const EXPECTED = 10;
/** Odds are quotients: so much short of it by rounding, as a share, is still as many. */
const ROUNDING = 1e-12;

/** What is known of who came, as minutes pass. */
export class Silence {
  readonly #seen: [treatment: number, control: number] = [0, 0];
  /** Exposures of control up to the minute of the last treated one. */
  #untreated = 0;

  /** Takes the next minute. */
  add([treated, untreated]: Pair): void {
    this.#seen[0] += treated;
    this.#seen[1] += untreated;
    if (treated > 0) this.#untreated = this.#seen[1];
  }

  copy(): Silence {
    const copy = new Silence();
    copy.#seen.splice(0, 2, ...this.#seen);
    copy.#untreated = this.#untreated;
    return copy;
  }

  /**
   * How many exposures of treatment were to be expected since the last one: control's since then, times the odds. Those are the
   * smaller of the configured ones and those seen up to then; the configured ones where nobody was ever treated.
   */
  missed(share: number): number {
    const [treated, all] = this.#seen;
    if (all === this.#untreated) return 0;
    const seen = treated > 0 ? treated / this.#untreated : Infinity;
    return (all - this.#untreated) * Math.min(share / (1 - share), seen);
  }

  isSilent(share: number, dispersion: number): boolean {
    return this.missed(share) >= EXPECTED * dispersion * (1 - ROUNDING);
  }
}

/**
 * The first minute in which treatment has been silent for too long, as an index; null: it never was. That is when control
 * has had so many exposures since the last treated one that at the odds (the smaller of the configured and those seen in
 * this stage entry up to that one) 10·φ_n of treatment were to be expected. A small site may be quiet for as long as that.
 *
 * @param minutes exposures of a stage entry, [treatment, control] each
 * @param options.share configured, 0 to 1; with 1 there is no control to expect by
 * @param options.dispersion φ_n, from `countDispersion`, 1 or more
 * @throws {TypeError | RangeError} naming the argument
 */
export function silentAt(minutes: readonly Pair[], options: { share: number; dispersion: number }): number | null {
  const { share, dispersion } = checkedOptions(options);
  checked("share", share, 0, 1);
  checkedDispersion("dispersion", dispersion);
  const silence = new Silence();
  const found = checkedList("minutes", minutes).findIndex((_, i) => {
    silence.add(checkedPair(minutes[i], "minutes", i));
    return silence.isSilent(share, dispersion);
  });
  return found < 0 ? null : found;
}
