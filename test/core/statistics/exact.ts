/*
 * The statistics once more, without logarithms and floating point: evidence as the plain product of probabilities, in
 * fractions of whole numbers. Slow, and as simple as the formulas are.
 */

export class Fraction {
  readonly over: bigint;
  readonly under: bigint;

  constructor(over: bigint | number, under: bigint | number = 1n) {
    this.over = BigInt(over);
    this.under = BigInt(under);
  }

  /** Of a decimal with up to six places. */
  static of(decimal: number): Fraction {
    return new Fraction(BigInt(Math.round(decimal * 1e6)), 1_000_000n);
  }

  plus({ over, under }: Fraction): Fraction {
    return reduced(this.over * under + over * this.under, this.under * under);
  }

  times({ over, under }: Fraction): Fraction {
    return reduced(this.over * over, this.under * under);
  }

  by({ over, under }: Fraction): Fraction {
    return reduced(this.over * under, this.under * over);
  }

  minus({ over, under }: Fraction): Fraction {
    return this.plus(new Fraction(-over, under));
  }

  to(power: number): Fraction {
    return new Fraction(this.over ** BigInt(power), this.under ** BigInt(power));
  }

  /** Natural logarithm, of however large a fraction. */
  ln(): number {
    return ln(this.over) - ln(this.under);
  }
}

const ONE = new Fraction(1);

function reduced(over: bigint, under: bigint): Fraction {
  let [a, b] = [over < 0n ? -over : over, under];
  while (b !== 0n) [a, b] = [b, a % b];
  return new Fraction(over / a, under / a);
}

function ln(whole: bigint): number {
  const digits = whole.toString(2);
  const kept = Math.min(digits.length, 60);
  return Math.log(Number(BigInt(`0b${digits.slice(0, kept)}`))) + (digits.length - kept) * Math.LN2;
}

export function mean(of: readonly Fraction[]): Fraction {
  return of.reduce((sum, one) => sum.plus(one)).by(new Fraction(of.length));
}

type Counts = { exposures: readonly [number, number]; events: readonly [number, number] };

/** th(R), the chance that an event is treatment's. */
function chance({ exposures: [treated, untreated] }: Counts, ratio: Fraction): Fraction {
  const weighted = ratio.times(new Fraction(treated));
  return weighted.by(weighted.plus(new Fraction(untreated)));
}

/** What bins say for one ratio against another: a product over them. */
export function likelihood(bins: readonly Counts[], ratio: Fraction, none: Fraction): Fraction {
  return bins.reduce((product, bin) => {
    if (bin.exposures.includes(0)) return product;
    const [treated, untreated] = bin.events;
    const success = chance(bin, ratio).by(chance(bin, none)).to(treated);
    const failure = ONE.minus(chance(bin, ratio)).by(ONE.minus(chance(bin, none)));
    return product.times(success).times(failure.to(untreated));
  }, ONE);
}

const RATIOS = ["1.05", "1.1", "1.2", "1.35", "1.5", "1.75", "2", "2.5", "3", "4", "6", "10", "20"].map((r) =>
  Fraction.of(Number(r)),
);

export function exactEvidence(
  bins: readonly Counts[],
  { tolerate = 1, harm = "increase", ratios = RATIOS }: { tolerate?: number; harm?: string; ratios?: Fraction[] } = {},
): Fraction {
  const factor = (r: Fraction): Fraction => (harm === "increase" ? r : ONE.by(r));
  const none = Fraction.of(tolerate);
  return mean(ratios.map((r) => likelihood(bins, factor(none.times(r)), factor(none))));
}

/** With start epochs: each is the evidence of the bins from there on. */
export function exactEpochs(bins: readonly Counts[], starts: readonly number[], options = {}): Fraction {
  return starts.reduce(
    (sum, start, k) => sum.plus(exactEvidence(bins.slice(start), options).by(new Fraction((k + 1) * (k + 2)))),
    new Fraction(1, starts.length + 1),
  );
}
