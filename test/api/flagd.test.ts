import { FlagdCore } from "@openfeature/flagd-core";
import { expect, test } from "vitest";
import { flagdFeed } from "../../src/api/flagd.ts";
import { flag as flagSchema } from "../../src/contract/flag.ts";
import { segment as segmentSchema } from "../../src/contract/segment.ts";
import { evaluate } from "../../src/core/evaluate.ts";
import { publish } from "../core/publish.ts";
import { note, proving } from "../support/counts.ts";

/* The feed, read by flagd's own engine: the same variant for the same person, for as many as are named in the design. */

const USERS = proving ? 20_000 : 2_000;
const QUIET = { error() {}, warn() {}, info() {}, debug() {} };
const base = { type: "string", variants: { a: "A", b: "B", c: "C" } };
const half = [
  { variant: "a", weight: 1 },
  { variant: "b", weight: 1 },
];
const SEGMENTS = [
  { key: "staff", when: { attribute: "email", operator: "endsWith", values: ["@x.org"] } },
  {
    key: "abroad",
    when: { all: [{ not: { attribute: "country", operator: "in", values: ["$&", "de"] } }, { segment: "staff" }] },
  },
  { key: "listed", include: ["user-1"], when: { any: [] } },
].map((one) => segmentSchema.parse(one));
const FLAGS = [
  { key: "share", default: { rollout: { percentage: 25.125, split: half, otherwise: "c" } } },
  { key: "weighed", default: { rollout: { percentage: 100, split: [...half, { variant: "c", weight: 33 }] } } },
  {
    key: "first rules, then a share",
    rules: [
      { when: { segment: "abroad" }, serve: { variant: "b" } },
      { when: { segment: "staff" }, serve: { rollout: { percentage: 40, split: half, otherwise: null } } },
      { when: { attribute: "address.city", operator: "startsWith", values: ["W"] }, serve: { variant: "c" } },
    ],
    default: { rollout: { percentage: 10, split: half, otherwise: "c", salt: "other", by: "email", absent: "first" } },
  },
  {
    key: "of age",
    rules: [{ when: { attribute: "age", operator: "lessThan", values: [18] }, serve: { variant: "b" } }],
    default: { variant: "a" },
  },
  { key: "off", enabled: false, offVariant: "b", default: { variant: "a" } },
  { key: "off for good", enabled: false, default: { variant: "a" } },
  { key: "in code", rules: [{ when: { segment: "staff" }, serve: { variant: "a" } }], default: { codeDefault: true } },
  {
    key: "windowed",
    rules: [{ window: { until: "2020-01-01T00:00:00Z" }, serve: { variant: "b" } }],
    default: { variant: "a" },
  },
  {
    key: "many rules",
    rules: Array.from({ length: 200 }, (_, i) => ({
      when: { attribute: "n", operator: "in", values: [i] },
      serve: { variant: "abc"[i % 3]! },
    })),
    default: { variant: "a" },
  },
  {
    key: "listed members",
    rules: [{ when: { segment: "listed" }, serve: { variant: "b" } }],
    default: { variant: "a" },
  },
  { key: "takes a reference", type: "object", variants: { a: { $ref: "staff" } }, default: { variant: "a" } },
  {
    key: "takes a pattern",
    rules: [{ when: { attribute: "email", operator: "matches", values: ["x"] }, serve: { variant: "b" } }],
    default: { variant: "a" },
  },
].map((one) => flagSchema.parse({ ...base, ...one }));

function user(n: number) {
  return {
    targetingKey: n % 97 === 0 ? "" : `user-${n}`,
    n: n % 211,
    age: ["", true, false, null, 17, "17", 30][n % 7]!,
    ...(n % 3 !== 0 && { email: `${n % 5 === 0 ? "" : n}@${n % 2 === 0 ? "x.org" : "y.org"}` }),
    ...(n % 7 !== 0 && { country: ["de", "at", "$&"][n % 4] ?? null }),
    ...(n % 11 === 0 && { address: { city: ["Wien", "Graz"][n % 2]! } }),
  };
}

test("flagd's own engine serves from the feed what Sluice serves, and what it can't say isn't there", () => {
  const snapshot = publish(FLAGS, SEGMENTS);
  const { text, omitted } = flagdFeed(snapshot);
  expect(omitted.map(({ key, code }) => [key, code])).toEqual([
    ["listed members", "big-segment"],
    ["takes a pattern", "jsonlogic"],
    ["takes a reference", "jsonlogic"],
  ]);
  const core = new FlagdCore();
  core.setConfigurations(text);
  const now = Date.now();
  let compared = 0;
  for (const key of Object.keys((JSON.parse(text) as { flags: object }).flags)) {
    const flag = snapshot.flag(key, "server")!;
    for (let n = 0; n < USERS; n++) {
      const context = user(n);
      const theirs = core.resolveStringEvaluation(key, "in the code", context, QUIET);
      const ours = evaluate(flag, context, now);
      const [served, expected] = [theirs, ours].map(({ variant, value }) =>
        variant === undefined ? "in the code" : value,
      );
      if (served !== expected) expect([key, context, served]).toEqual([key, context, expected]);
      compared++;
    }
  }
  note(`${compared} answers compared`);
  expect(compared).toBe((FLAGS.length - omitted.length) * USERS);
});

test("the feed of a version is made once, and has no flag that Sluice itself can't evaluate", () => {
  const [flag] = FLAGS;
  const broken = { ...flag!, key: "broken", rules: [{ ...FLAGS[2]!.rules[0]!, when: { segment: "nowhere" } }] };
  const snapshot = publish([broken, flag!], []);
  const feed = flagdFeed(snapshot);
  expect(feed.omitted).toEqual([{ key: "broken", code: "malformed", path: "/flags/0" }]);
  expect(flagdFeed(snapshot)).toBe(feed);
});
