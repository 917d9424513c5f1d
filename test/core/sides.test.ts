import { describe, expect, test } from "vitest";
import { flag as flagSchema } from "../../src/contract/flag.ts";
import {
  publishedFlag,
  type PublishedRelease,
  SNAPSHOT_FORMAT,
  type SnapshotBody,
} from "../../src/contract/snapshot.ts";
import { bucketedHash, sliceOf, sliceOfHash } from "../../src/core/bucketed.ts";
import { compile } from "../../src/core/compile.ts";
import { evaluate, evaluateAll } from "../../src/core/evaluate.ts";

/* On which side of a release somebody is, where it has to be told by the variant, or by something else than the targeting key. */

const released: PublishedRelease = { id: "r1", rule: "ramp", epoch: 4, stages: [] };

function snapshotOf(more: object, release: PublishedRelease = released) {
  const flags = [{ key: "f", ...more }, { key: "other" }].map((one) => {
    const flag = flagSchema.parse({
      type: "string",
      variants: { on: "1", off: "0", old: "o" },
      default: { variant: "old" },
      ...one,
    });
    return { version: 2, flag: publishedFlag(flag), ...(one.key === "f" && { release }) };
  });
  const body = {
    format: SNAPSHOT_FORMAT as typeof SNAPSHOT_FORMAT,
    environment: "e",
    incarnation: "i",
    version: 3,
    at: 0,
    keys: [],
  };
  return compile({ ...body, flags, segments: [], members: null } satisfies SnapshotBody, null);
}
const flagOf = (more: object, release = released) => snapshotOf(more, release).flag("f", "server")!;
const rollout = (more: object = {}) => ({
  rollout: { percentage: 50, split: [{ variant: "on", weight: 1 }], otherwise: "off", ...more },
});
const ramp = (serve = rollout(), more: object = {}) => ({ rules: [{ id: "ramp", serve, ...more }] });
const inGermany = { attribute: "country", operator: "in", values: ["DE"] };
const sides = (flag: ReturnType<typeof flagOf>) => ["on", "off", "old"].map((variant) => flag.cohortOf(variant));

describe("a variant tells the side", () => {
  test("where nothing else of the flag serves it", () => {
    expect(sides(flagOf(ramp()))).toEqual(["r1.4.t", "r1.4.c", undefined]);
    expect(sides(flagOf({ default: rollout() }, { ...released, rule: null }))).toEqual(["r1.4.t", "r1.4.c", undefined]);
    expect(sides(flagOf(ramp(rollout({ by: ["targetingKey"] }))))).toEqual(["r1.4.t", "r1.4.c", undefined]);
  });

  test("not where the default, another rule, or another stage serves it too", () => {
    expect(sides(flagOf({ ...ramp(rollout(), { when: inGermany }), default: { variant: "off" } }))).toEqual([
      "r1.4.t",
      undefined,
      undefined,
    ]);
    const beta = { id: "beta", when: inGermany, serve: { variant: "on" } };
    const rules = [beta, ...ramp().rules];
    expect(sides(flagOf({ rules }))).toEqual([undefined, "r1.4.c", undefined]);
    const staff = { id: "release:r1:staff", when: inGermany, serve: rollout({ percentage: 100, otherwise: null }) };
    const stages = [{ rule: staff.id, epoch: 2 }];
    expect(sides(flagOf({ rules: [staff, ...ramp().rules] }, { ...released, stages }))).toEqual([
      undefined,
      "r1.4.c",
      undefined,
    ]);
  });

  test("of control that falls through, where nobody else does", () => {
    const through = ramp(rollout({ otherwise: null }));
    expect(sides(flagOf(through))).toEqual(["r1.4.t", undefined, "r1.4.c"]);
    expect(sides(flagOf({ ...through, rules: [{ ...through.rules[0], when: inGermany }] }))).toEqual([
      "r1.4.t",
      undefined,
      undefined,
    ]);
  });

  test("not what is served where a prerequisite doesn't hold", () => {
    const prerequisites = [{ flag: "other", variants: ["on"] }];
    expect(sides(flagOf({ ...ramp(), prerequisites, offVariant: "off" }))).toEqual(["r1.4.t", undefined, undefined]);
    expect(sides(flagOf({ ...ramp(), prerequisites, offVariant: "old" }))).toEqual(["r1.4.t", "r1.4.c", undefined]);
  });

  test("nowhere where something else is bucketed, a variant is on both sides, or the flag is off", () => {
    for (const by of ["account", ["account", "targetingKey"]])
      expect(sides(flagOf(ramp(rollout({ by }))))).toEqual([undefined, undefined, undefined]);
    expect(sides(flagOf(ramp(rollout({ otherwise: "on" }))))).toEqual([undefined, undefined, undefined]);
    expect(sides(flagOf({ ...ramp(), enabled: false }))).toEqual([undefined, undefined, undefined]);
  });
});

describe("a cohort says what was bucketed", () => {
  const HASHED = /^r1\.4\.([tc])\.[A-Za-z0-9_-]{11}$/;
  test("as a hash, where it isn't the targeting key; the same for everybody of an account", () => {
    const flag = flagOf(ramp(rollout({ by: "account" })));
    const cohorts = Array.from({ length: 50 }, (_, i) => {
      const { cohort, variant } = evaluate(flag, { targetingKey: `u${i}`, account: `a${i % 5}` }, 0);
      expect(HASHED.exec(cohort!)?.[1]).toBe(variant === "on" ? "t" : "c");
      return cohort;
    });
    expect(new Set(cohorts).size).toBe(5);
    expect(cohorts[0]!.slice(7)).toBe(bucketedHash("a0"));
  });

  test("not where it is, or nothing is bucketed", () => {
    const flag = flagOf(ramp(rollout({ by: ["account", "targetingKey"] })));
    expect(evaluate(flag, { targetingKey: "u" }, 0).cohort).toMatch(/^r1\.4\.[tc]$/);
    expect(evaluate(flag, { targetingKey: "u", account: 7 }, 0).cohort).toMatch(HASHED);
    expect(evaluate(flag, {}, 0).cohort).toBeUndefined();
  });

  test("in the ready text of single and bulk answers too", () => {
    const snapshot = snapshotOf(ramp(rollout({ by: "account" })));
    const { flags } = evaluateAll(snapshot, "server", { account: "a" }, 0);
    const [item] = JSON.parse(flags) as { metadata: { cohort: string } }[];
    expect(item!.metadata.cohort).toMatch(HASHED);
    const other = evaluateAll(snapshot, "server", { account: "b" }, 0);
    expect(other.hash).not.toBe(evaluateAll(snapshot, "server", { account: "a" }, 0).hash);
  });

  test("with the slice in its first letter, 64 bits in all", () => {
    for (let i = 0; i < 1_000; i++) expect(sliceOfHash(bucketedHash(`account-${i}`))).toBe(sliceOf(`account-${i}`));
    expect(bucketedHash("x")).toMatch(/^[A-Za-z0-9_-]{10}[AEIMQUYcgkosw048]$/);
    expect(Buffer.from(bucketedHash("x"), "base64url").readUInt32BE() >>> 27).toBe(sliceOf("x"));
  });
});
