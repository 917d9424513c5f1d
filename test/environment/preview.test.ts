import fc from "fast-check";
import { expect, test } from "vitest";
import type { Change } from "../../src/contract/change.ts";
import type { JsonObject } from "../../src/contract/json.ts";
import { preview } from "../../src/environment/read/preview.ts";
import { evaluate } from "../../src/core/evaluate.ts";
import { context, now, soundEnvironment } from "../core/arbitraries.ts";
import { publish } from "../core/publish.ts";
import type { Environment } from "../core/reference.ts";
import { note, runs } from "../support/counts.ts";
import { put, putSegment, stateOf } from "./build.ts";

function puts({ flags, segments }: Environment): Change[] {
  return [
    ...segments.map((segment): Change => ({ op: "putSegment", segment })),
    ...flags.map((flag): Change => ({ op: "putFlag", flag })),
  ];
}

/** One environment with some of another's flags and segments in the place of its own. */
function replaced(base: Environment, other: Environment, keys: ReadonlySet<string>): Environment {
  const chosen = <T extends { key: string }>(mine: readonly T[], theirs: readonly T[]): T[] =>
    mine.map((one, index) => (keys.has(one.key) ? theirs[index]! : one));
  return { flags: chosen(base.flags, other.flags), segments: chosen(base.segments, other.segments) };
}

test("a preview counts exactly the contexts for which the published versions would differ", async () => {
  let effects = 0;
  let indirect = 0;
  await fc.assert(
    fc.asyncProperty(
      soundEnvironment,
      soundEnvironment,
      fc.subarray(["f0", "f1", "f2", "f3", "f4", "s0", "s1", "s2"], { minLength: 1, maxLength: 3 }),
      fc.array(context, { minLength: 8, maxLength: 8 }),
      now,
      async (base, other, keys, contexts, at) => {
        const chosen = new Set(keys);
        const next = replaced(base, other, chosen);
        const changes = puts({
          flags: next.flags.filter(({ key }) => chosen.has(key)),
          segments: next.segments.filter(({ key }) => chosen.has(key)),
        });
        const result = await preview(stateOf(...puts(base)), changes, contexts as JsonObject[], at, () => 0);
        if (!result.ok) throw new Error(JSON.stringify(result.problem));
        const [before, after] = [publish(base.flags, base.segments), publish(next.flags, next.segments)];
        const expected = base.flags.flatMap(({ key }) => {
          const changed = contexts.filter((one) => {
            const [was, is] = [before, after].map((held) => evaluate(held.flag(key, "server")!, one, at));
            return was!.variant !== is!.variant || was!.value !== is!.value;
          }).length;
          if (changed > 0 && !chosen.has(key)) indirect += 1;
          return changed > 0 || chosen.has(key) ? [{ key, changed, of: contexts.length }] : [];
        });
        expect(result.flags.map(({ key, changed, of }) => ({ key, changed, of }))).toEqual(expected);
        for (const { changed, examples } of result.flags) expect(examples).toHaveLength(Math.min(changed, 5));
        effects += result.flags.length;
      },
    ),
    { seed: 20_261_122, numRuns: runs(2_000) },
  );
  note(`${effects} flags listed, ${indirect} of them changed by what they refer to`);
  expect(indirect).toBeGreaterThan(0);
});

test("a preview that takes too long ends early, and says how many contexts were tried", async () => {
  const rules = [{ when: { segment: "s" }, serve: { variant: "on" } }];
  const flags = Array.from({ length: 500 }, (_, i) => put(`f${String(i).padStart(3, "0")}`, { rules }));
  const state = stateOf(putSegment("s"), ...flags);
  const changes = [putSegment("s", { include: ["user"] })];
  const contexts = Array.from({ length: 200 }, () => ({ targetingKey: "user" }));
  let time = 0;
  const slow = await preview(state, changes, contexts, 0, () => (time += 10_000));
  if (!slow.ok) throw new Error("refused");
  expect(slow.flags).toHaveLength(500);
  for (const { changed, of } of slow.flags) expect([changed, of]).toEqual([100, 100]);
  const quick = await preview(state, changes, contexts, 0, () => 0);
  expect(quick).toMatchObject({ flags: slow.flags.map(({ key }) => ({ key, changed: 200, of: 200 })) });
});
