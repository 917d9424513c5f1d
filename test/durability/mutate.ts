import type { Random } from "../support/random.ts";

/* Bodies that began as good ones: a node of the JSON replaced, moved, doubled or gone, then now and then the bytes. */

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const TEXTS = [
  "",
  "on",
  "off",
  "targetingKey",
  "geo.country",
  "__proto__",
  "constructor",
  "..",
  "\u0000",
  "\ud800",
  "é̀𝄞",
  "(a+)+$",
  "[",
  "(?<x>",
  ">=1.0.0 <2",
  "10.0.0.0/8",
  "::ffff:0:0/96",
  "2026-02-30T00:00:00Z",
  "2026-12-01T09:00:00+01:00",
  "one-page-checkout",
  "staff",
  "x".repeat(257),
  "x".repeat(5_000),
];
const NUMBERS = [0, -0, 1, -1, 0.001, 0.0005, 99.999, 100, 100.001, 1e6, 1e6 + 1, 2 ** 53, -(2 ** 53), 1e308, 5e-324];
const PROPERTIES = ["key", "type", "variants", "rules", "default", "when", "all", "not", "serve", "rollout", "by", "x"];

const scalar = (random: Random): Json =>
  random.pick<() => Json>([
    () => null,
    () => random.oneIn(2),
    () => random.pick(NUMBERS),
    () => random.pick(TEXTS),
    () => [],
    () => ({}),
  ])();

function nested(random: Random): Json {
  let value = scalar(random);
  for (let depth = random.below(random.oneIn(10) ? 40 : 4); depth > 0; depth--)
    value = random.oneIn(3) ? [value] : { [random.pick([...PROPERTIES, ...TEXTS])]: value };
  return value;
}

/** A copy of `value` with one to three changes in it. */
export function mutate(random: Random, value: unknown): Json {
  const root = { root: structuredClone(value) as Json };
  for (let times = 1 + random.below(3); times > 0; times--) change(random, root);
  return root.root;
}

function change(random: Random, root: { root: Json }): void {
  let parent: Json[] | { [key: string]: Json } = root;
  let key: string = "root";
  for (;;) {
    const node: Json = (parent as { [key: string]: Json })[key]!;
    if (typeof node !== "object" || node === null || random.oneIn(4)) break;
    const keys = Object.keys(node);
    if (keys.length === 0) break;
    parent = node;
    key = random.pick(keys);
  }
  const place = parent as { [key: string]: Json };
  const kind = random.below(4);
  if (kind === 0 && !Array.isArray(parent) && key !== "root") delete place[key];
  else if (kind === 1 && !Array.isArray(parent) && key !== "root")
    place[random.pick([...PROPERTIES, ...TEXTS])] = place[key]!;
  else if (kind === 2 && Array.isArray(parent)) parent.push(...parent.slice(0, 5));
  else place[key] = nested(random);
}

/** Damages the bytes themselves: truncates, turns a bit, puts something in. */
export function damage(random: Random, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const at = random.below(bytes.length + 1);
  const kind = random.below(4);
  if (kind === 0) return bytes.slice(0, at);
  const copy = bytes.slice();
  if (kind === 1 && at < copy.length) copy[at] = copy[at]! ^ (1 << random.below(8));
  else if (kind === 2) copy.fill(random.below(256), at, at + 4);
  else return new Uint8Array([0xef, 0xbb, 0xbf, ...copy]); // a byte order mark
  return copy;
}
