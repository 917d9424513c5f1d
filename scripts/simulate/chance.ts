/* Chance that repeats, and exact draws from the usual distributions, in a time that hardly grows with their size. */

/** Chris Doty-Humphrey's sfc32: small, fast, with 128 bits of state. */
export class Chance {
  #a: number;
  #b: number;
  #c = 0x9e3779b9;
  #count = 1;

  constructor(seed: number, stream = 0) {
    this.#a = seed | 0;
    this.#b = stream | 0;
    for (let i = 0; i < 12; i++) this.#next();
  }

  #next(): number {
    const sum = (this.#a + this.#b + this.#count) | 0;
    this.#count = (this.#count + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** Between 0 and 1, never either. */
  fraction(): number {
    return (this.#next() + 0.5) / 2 ** 32;
  }

  /** A whole number from 0, below `limit`. */
  below(limit: number): number {
    return Math.floor(this.fraction() * limit);
  }

  exponential(mean: number): number {
    return -mean * Math.log(this.fraction());
  }

  /** Box and Muller. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(this.fraction())) * Math.cos(2 * Math.PI * this.fraction());
  }

  /** Of shape 1 or more, scale 1: G. Marsaglia, W. Tsang, "A simple method for generating gamma variables", 2000. */
  gamma(shape: number): number {
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    while (true) {
      const x = this.normal();
      const v = (1 + c * x) ** 3;
      if (v > 0 && Math.log(this.fraction()) < (x * x) / 2 + d - d * v + d * Math.log(v)) return d * v;
    }
  }

  /** J. Ahrens, U. Dieter, 1974: from the time of an event far along, on to what is left; then by multiplication. */
  poisson(mean: number): number {
    let [left, count] = [mean, 0];
    while (left > 16) {
      const at = Math.floor((left * 7) / 8);
      const time = this.gamma(at);
      if (time > left) return count + this.binomial(at - 1, left / time);
      [left, count] = [left - time, count + at];
    }
    const limit = Math.exp(-left);
    for (let product = this.fraction(); product > limit; product *= this.fraction()) count += 1;
    return count;
  }

  /** L. Devroye, "Non-Uniform Random Variate Generation", 1986, X.4: halves by order statistics, then waiting times. */
  binomial(trials: number, chance: number): number {
    let [n, p, count] = [trials, chance, 0];
    while (n > 0 && p > 0 && p < 1 && n * Math.min(p, 1 - p) > 16) {
      const at = Math.floor((n + 1) * p) || 1;
      const a = this.gamma(at);
      const place = a / (a + this.gamma(n + 1 - at));
      if (place <= p) [count, n, p] = [count + at, n - at, (p - place) / (1 - place)];
      else [n, p] = [at - 1, p / place];
    }
    if (n <= 0 || p <= 0) return count;
    if (p >= 1) return count + n;
    if (p > 0.5) return count + n - this.#rare(n, 1 - p);
    return count + this.#rare(n, p);
  }

  #rare(n: number, p: number): number {
    const log = Math.log1p(-p);
    let [successes, at] = [-1, 0];
    while (at <= n) {
      at += Math.floor(Math.log(this.fraction()) / log) + 1;
      successes += 1;
    }
    return successes;
  }
}

/** Draws from a list of weights in constant time: A. Walker 1977, tables by M. Vose 1991. */
export class Weighted {
  readonly #chance: Float64Array;
  readonly #other: Uint32Array;

  constructor(weights: Float64Array) {
    const n = weights.length;
    const sum = weights.reduce((total, one) => total + one, 0);
    this.#chance = weights.map((one) => (one * n) / sum);
    this.#other = new Uint32Array(n);
    const [small, large]: [number[], number[]] = [[], []];
    this.#chance.forEach((one, i) => void (one < 1 ? small : large).push(i));
    while (small.length > 0 && large.length > 0) {
      const [less, more] = [small.pop()!, large.pop()!];
      this.#other[less] = more;
      this.#chance[more]! -= 1 - this.#chance[less]!;
      (this.#chance[more]! < 1 ? small : large).push(more);
    }
    for (const rest of [...small, ...large]) this.#chance[rest] = 1;
  }

  draw(chance: Chance): number {
    const place = chance.fraction() * this.#chance.length;
    const i = Math.floor(place);
    return place - i < this.#chance[i]! ? i : this.#other[i]!;
  }
}
