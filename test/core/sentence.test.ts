import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Flag, flag as flagSchema } from "../../src/contract/flag.ts";
import { segment as segmentSchema } from "../../src/contract/segment.ts";
import { evaluate } from "../../src/core/evaluate.ts";
import { account, changeSentence, sentence, shortened } from "../../src/core/sentence.ts";
import { runs } from "../support/counts.ts";
import { context, now, soundEnvironment } from "./arbitraries.ts";
import { publish } from "./publish.ts";

/* Whom the sentence names is whom it serves. */

const boolean = (more: Record<string, unknown>): Flag =>
  flagSchema.parse({
    key: "f",
    type: "boolean",
    variants: { on: true, off: false },
    offVariant: "off",
    default: { variant: "off" },
    ...more,
  });
const rollout = (percentage: number, otherwise: string | null = "off", variant = "on") => ({
  rollout: { percentage, split: [{ variant, weight: 1 }], otherwise },
});
const germany = { attribute: "geo.country", operator: "in", values: ["DE"] };

describe("says", () => {
  test.each<[string, Record<string, unknown>]>([
    ["Off for everybody.", {}],
    ["On for everybody.", { default: { variant: "on" } }],
    ["On for 25 % of everybody; off for the rest.", { default: rollout(25) }],
    [
      "On for staff and for 25 % of those whose geo.country is DE; off for everybody else.",
      {
        rules: [
          { id: "a", when: { segment: "staff" }, serve: { variant: "on" } },
          { id: "b", when: germany, serve: rollout(25) },
        ],
      },
    ],
    [
      "On for 25 % of those whose geo.country is DE; off for 75 % of those whose geo.country is DE; on for everybody else.",
      { rules: [{ id: "b", when: germany, serve: rollout(25) }], default: { variant: "on" } },
    ],
    ["Disabled: off for everybody.", { enabled: false, default: { variant: "on" } }],
    ["Disabled: the default in the code for everybody.", { enabled: false, offVariant: null }],
    [
      "On for everybody; only where billing serves on, else off.",
      { default: { variant: "on" }, prerequisites: [{ flag: "billing", variants: ["on"] }] },
    ],
    [
      "On for staff (from 2026-12-01T09:00:00Z on); off for everybody else.",
      {
        rules: [
          {
            id: "a",
            when: { segment: "staff" },
            window: { from: "2026-12-01T09:00:00Z", until: null },
            serve: { variant: "on" },
          },
        ],
      },
    ],
    [
      "On for those not (in a or in b); off for everybody else.",
      { rules: [{ id: "a", when: { not: { any: [{ segment: "a" }, { segment: "b" }] } }, serve: { variant: "on" } }] },
    ],
  ])("%s", (expected, more) => expect(sentence(boolean(more))).toBe(expected));

  test("names of variants where the flag isn't boolean", () => {
    const text = flagSchema.parse({
      key: "f",
      type: "string",
      variants: { a: "A", b: "B" },
      default: { rollout: { percentage: 40, split: [{ variant: "a", weight: 1 }], otherwise: "b" } },
    });
    expect(sentence(text)).toBe("A for 40 % of everybody; b for the rest.");
  });

  test("what a change does", () => {
    expect(changeSentence(null, boolean({}))).toBe("New. Off for everybody.");
    expect(changeSentence(boolean({}), boolean({ default: { variant: "on" } }))).toBe(
      "On for everybody. Before: Off for everybody.",
    );
    expect(changeSentence(boolean({}), null)).toBe("Removed. Before: Off for everybody.");
    expect(shortened("one two three", 9)).toBe("one two…");
  });
});

test("each step serves whom it names, as it says, or lets them go on where it doesn't say all", () => {
  fc.assert(
    fc.property(
      soundEnvironment,
      fc.array(context, { minLength: 5, maxLength: 5 }),
      now,
      (environment, contexts, at) => {
        for (const flag of environment.flags) {
          const { clauses, enabled, before } = account(flag);
          if (!enabled || before.length > 0) continue;
          // A flag of its own for each step says whether its condition and its window hold.
          const probes = clauses.map(({ when, window }, index) => probe(flag, `probe-${index}`, when, window));
          const snapshot = publish([...environment.flags, ...probes], environment.segments);
          for (const one of contexts) {
            const variant = evaluate(snapshot.flag(flag.key, "server")!, one, at).variant ?? null;
            const possible = new Set<string | null>();
            for (const [index, { portions, remark }] of clauses.entries()) {
              if (evaluate(snapshot.flag(`probe-${index}`, "server")!, one, at).variant !== "yes") continue;
              for (const portion of portions) possible.add(portion.variant);
              for (const named of Object.keys(flag.variants)) if (remark?.includes(`${named} for`)) possible.add(named);
              if (remark?.includes("the default in the code for")) possible.add(null);
              const all = portions.reduce((sum, { share }) => sum + share, 0) > 100 - 1e-9;
              if (all && !remark?.includes("not for")) break;
            }
            expect([...possible]).toContain(variant);
          }
        }
      },
    ),
    { seed: 20_261_130, numRuns: runs(1_000) },
  );
});

function probe(flag: Flag, key: string, when: unknown, window: unknown): Flag {
  const rules = [{ id: "r", when: when ?? { all: [] }, ...(window ? { window } : {}), serve: { variant: "yes" } }];
  return flagSchema.parse({
    key: `${key}`,
    type: "boolean",
    variants: { yes: true, no: false },
    default: { variant: "no" },
    rules,
    description: flag.key,
  });
}

test("the text alone, read back, says who gets what", () => {
  const segments = ["a", "b", "c"].map((key) =>
    segmentSchema.parse({ key, when: { attribute: "groups", operator: "in", values: [key] } }),
  );
  const serve = fc.oneof(
    fc.constantFrom("on", "off").map((variant) => ({ variant })),
    fc
      .record({
        percentage: fc.integer({ min: 0, max: 100 }),
        variant: fc.constantFrom("on", "off"),
        otherwise: fc.constantFrom("on", "off", null),
      })
      .map(({ percentage, variant, otherwise }) => rollout(percentage, otherwise, variant)),
  );
  const rules = fc.array(fc.record({ when: fc.constantFrom("a", "b", "c").map((key) => ({ segment: key })), serve }), {
    maxLength: 4,
  });
  const last = fc.oneof(
    fc.constantFrom("on", "off").map((variant) => ({ variant })),
    fc.integer({ min: 0, max: 100 }).map((percentage) => rollout(percentage)),
  );
  fc.assert(
    fc.property(
      rules,
      last,
      fc.array(fc.record({ targetingKey: fc.uuid(), groups: fc.subarray(["a", "b", "c"]) }), {
        minLength: 8,
        maxLength: 8,
      }),
      (all, otherwise, people) => {
        const flag = boolean({ rules: all, default: otherwise });
        const compiled = publish([flag], segments).flag("f", "server")!;
        for (const person of people)
          expect(read(sentence(flag), person.groups)).toContain(evaluate(compiled, person, 0).variant);
      },
    ),
    { seed: 20_261_130, numRuns: runs(2_000) },
  );
});

/** What somebody in these groups may get, by the words of the sentence alone. */
function read(text: string, groups: string[]): Set<string> {
  const possible = new Set<string>();
  const taken = new Map<string, number>();
  for (const part of text
    .slice(0, -1)
    .toLowerCase()
    .replaceAll(/ \([^)]*\)/g, "")
    .split("; ")) {
    const [, what = "", whom = ""] = /^(on|off) for (.*)$/.exec(part) ?? [];
    for (const item of whom.split(/, for | and for /)) {
      const [, share, who = ""] = /^(?:([\d.]+) % of )?(.*)$/.exec(item) ?? [];
      if (!/^(everybody|the rest)/.test(who) && !groups.includes(who)) continue;
      possible.add(what);
      const sum = (taken.get(who) ?? 0) + Number(share ?? 100);
      taken.set(who, sum);
      if (share === undefined || sum >= 100) return possible;
    }
  }
  return possible;
}
