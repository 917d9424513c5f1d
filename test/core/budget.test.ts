import { describe, expect, test } from "vitest";
import { flag as flagSchema, type Flag } from "../../src/contract/flag.ts";
import * as LIMITS from "../../src/contract/limits.ts";
import { segment as segmentSchema } from "../../src/contract/segment.ts";
import { diagnose } from "../../src/core/diagnose.ts";
import { evaluate, evaluateAll } from "../../src/core/evaluate.ts";
import { explain } from "../../src/core/explain.ts";
import { Pattern } from "../../src/core/pattern/automaton.ts";
import { bytesRemembered } from "../../src/core/pattern/cache.ts";
import { beginRun, endRun, OUT_OF_STEPS, spend } from "../../src/core/run.ts";
import { publish } from "./publish.ts";

/* What patterns may cost: at the write, in an evaluation, and in memory. Steps are counted, never seconds. */

function matching(key: string, values: string[], attribute = "x"): Flag {
  return flagSchema.parse({
    key,
    type: "boolean",
    variants: { on: true, off: false },
    rules: [{ when: { attribute, operator: "matches", values }, serve: { variant: "on" } }],
    default: { variant: "off" },
  });
}
/** Each of these takes many steps for each character, and hardly has a state twice. */
const COSTLY = ["a[ab]{900}c", "b[ab]{800}c"];
let seed = 1;
const NOISE = Array.from({ length: 4096 }, () => {
  seed = (seed * 48_271) % 0x7fffffff;
  return "ab"[(seed >> 8) & 1]!;
}).join("");

/** So many steps does something take: what is left of a budget is found by spending it. */
function stepsOf(work: () => void): number {
  const outer = beginRun();
  let left = 0;
  try {
    work();
    for (;;) {
      spend(1);
      left++;
    }
  } catch (error) {
    if (error !== OUT_OF_STEPS) throw error;
  } finally {
    endRun(outer);
  }
  return LIMITS.evaluationFlagSteps - left;
}

describe("at the write", () => {
  const size = new Pattern("[a-z]{1000}", false, LIMITS.patternInstructions).size;

  test("the patterns of a flag, or of a segment, have a limit together", () => {
    const fits = Math.floor(LIMITS.patternStepsOfResource / size);
    const values = Array.from({ length: fits }, (_, i) => `[a-z]{1000}|${i % 10}`.slice(0, 11));
    expect(diagnose([matching("f", values)], [])).toEqual([]);
    const more = matching("f", [...values, "[a-z]{1000}"]);
    expect(diagnose([more], [])).toEqual([
      {
        target: { kind: "flag", key: "f" },
        path: "/rules",
        message: `its patterns may have ${LIMITS.patternStepsOfResource} steps together, these would have ${(fits + 1) * size}`,
      },
    ]);
    const segment = segmentSchema.parse({ key: "s", when: more.rules[0]!.when });
    expect(diagnose([], [segment])).toMatchObject([{ target: { kind: "segment", key: "s" }, path: "/when" }]);
    // In a body that came another way it is that flag alone that has no answer.
    const snapshot = publish([more, matching("g", ["a"])], []);
    expect(evaluate(snapshot.flag("f", "server")!, { x: "a" }, 0)).toMatchObject({ errorCode: "PARSE_ERROR" });
    expect(evaluate(snapshot.flag("g", "server")!, { x: "a" }, 0)).toMatchObject({ variant: "on" });
  });

  test("those of an environment have one too", () => {
    const fits = Math.floor(LIMITS.patternStepsOfEnvironment / size);
    const flags = Array.from({ length: fits + 1 }, (_, i) => matching(`f${i}`, ["[a-z]{1000}"]));
    expect(diagnose(flags.slice(1), [])).toEqual([]);
    expect(diagnose(flags, [])).toMatchObject([{ target: { kind: "environment" }, path: "" }]);
  });
});

describe("in an evaluation", () => {
  const costly = matching("costly", COSTLY);
  const cheap = Array.from({ length: 200 }, (_, i) => matching(`cheap${i}`, [`^[ab]+(?:${i})?$`]));

  test("a flag that uses up its budget has no answer, and all others have theirs, in bulk and by themselves", () => {
    const snapshot = publish([costly, ...cheap], []);
    const context = { x: [NOISE, NOISE.slice(1), NOISE.slice(2)] };
    const alone = evaluate(snapshot.flag("costly", "server")!, context, 0);
    expect(alone).toMatchObject({ reason: "ERROR", errorCode: "GENERAL" });
    expect(alone).not.toHaveProperty("value");
    const { flags } = evaluateAll(snapshot, "server", context, 0);
    const items = JSON.parse(flags) as { key: string; variant?: string; errorCode?: string }[];
    expect(items.find(({ key }) => key === "costly")).toMatchObject({ errorCode: "GENERAL" });
    expect(items.filter(({ variant }) => variant === "on")).toHaveLength(cheap.length);
    // With a text that isn't made for it, it answers as ever.
    expect(evaluate(snapshot.flag("costly", "server")!, { x: "abc" }, 0)).not.toHaveProperty("errorCode");
  });

  test("one evaluation of all flags has an end, however many flags are like that, and a shared one costs once", () => {
    const segment = segmentSchema.parse({ key: "s", when: costly.rules[0]!.when });
    const naming = Array.from({ length: 1_000 }, (_, i) =>
      flagSchema.parse({
        ...matching(`n${i}`, ["a"]),
        rules: [{ when: { segment: "s" }, serve: { variant: "on" } }],
      }),
    );
    const snapshot = publish([...naming, ...cheap], [segment]);
    const context = { x: [NOISE, NOISE.slice(1), NOISE.slice(2)] };
    const items = JSON.parse(evaluateAll(snapshot, "server", context, 0).flags) as { key: string; variant?: string }[];
    expect(items.filter(({ key, variant }) => key.startsWith("n") && variant === undefined)).toHaveLength(1_000);
    expect(items.filter(({ key, variant }) => key.startsWith("cheap") && variant === "on")).toHaveLength(cheap.length);
  });

  test("what long texts take is counted as well: a clause at its limits has an end", () => {
    const long = "a".repeat(60_000);
    const values = Array.from({ length: 100 }, (_, i) => `b${i}`);
    const scans = flagSchema.parse({
      ...costly,
      key: "scans",
      rules: Array.from({ length: 100 }, () => ({
        when: { attribute: "x", operator: "contains", values, ignoreCase: true },
        serve: { variant: "on" },
      })).map((rule, i) => ({ ...rule, when: { ...rule.when, values: [...values.slice(1), `c${i}`] } })),
    });
    const snapshot = publish([scans], []);
    expect(evaluate(snapshot.flag("scans", "server")!, { x: long }, 0)).toMatchObject({ errorCode: "GENERAL" });
    expect(evaluate(snapshot.flag("scans", "server")!, { x: "b7" }, 0)).toMatchObject({ variant: "on" });
  });

  test("an explanation has the same budget and says so", () => {
    const dependent = flagSchema.parse({ ...cheap[0]!, prerequisites: [{ flag: "costly", variants: ["on"] }] });
    const resources = {
      flags: new Map([costly, dependent, cheap[1]!].map((flag) => [flag.key, flag])),
      segments: new Map(),
    };
    const context = { x: [NOISE, NOISE.slice(1), NOISE.slice(2)] };
    const found = explain([costly, dependent, cheap[1]!], context, 0, resources);
    expect(found.map(({ reason }) => reason)).toEqual(["ERROR", "ERROR", "TARGETING_MATCH"]);
  });

  test("steps are counted, and a second time what is known is cheap", () => {
    const pattern = new Pattern("^[ab]*c$", false, LIMITS.patternInstructions);
    const first = stepsOf(() => void pattern.test(NOISE));
    const second = stepsOf(() => void pattern.test(NOISE));
    expect(second).toBeLessThanOrEqual(4096 / 4 + 2);
    expect(first - second).toBeGreaterThan(0);
    expect(first - second).toBeLessThan(200);
    // A hundred patterns on a text as long as may be stay within a flag's budget once they are warm.
    const hundred = Array.from({ length: 100 }, (_, i) => new Pattern(`^[ab]*c${i}$`, false, 10_000));
    for (const one of hundred) one.test(NOISE);
    const all = stepsOf(() => {
      for (const one of hundred) one.test(NOISE);
    });
    expect(all).toBeLessThan(LIMITS.evaluationFlagSteps);
  });
});

describe("in memory", () => {
  test("what a pattern remembers is bounded, whatever characters texts have", () => {
    const patterns = ["x.?y", "[а-я]+\\d{3}$", "(?i)straße|дом", "\\p{Greek}\\b", "[^\\x00-\\x7f]{2}q"].map(
      (pattern) => new Pattern(pattern, false, LIMITS.patternInstructions),
    );
    const before = bytesRemembered();
    let most = 0;
    for (let code = 0x80; code < 0x110000; code += 997) {
      const text = Array.from({ length: 300 }, (_, i) => code + i * 3)
        .filter((one) => one < 0x110000 && (one < 0xd800 || one > 0xdfff))
        .map((one) => String.fromCodePoint(one))
        .join("");
      for (const pattern of patterns) pattern.test(text);
      most = Math.max(most, bytesRemembered() - before);
    }
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(patterns.length * 64 * 1024);
  });

  test("all patterns together have a bound as well, and go on matching", () => {
    const patterns = Array.from({ length: 60 }, (_, i) => new Pattern(`a[ab]{14}c{${i}}$`, false, 10_000));
    const expected = Array.from({ length: 60 }, (_, i) => new RegExp(`a[ab]{14}c{${i}}$`));
    for (const [i, pattern] of patterns.entries())
      for (const tail of ["", "c".repeat(i)]) {
        const text = NOISE.slice(i, i + 3_000) + tail;
        expect(pattern.test(text)).toBe(expected[i]!.test(text));
      }
    expect(bytesRemembered()).toBeLessThanOrEqual(8 * 1024 * 1024);
    expect(patterns[0]!.test(NOISE)).toBe(expected[0]!.test(NOISE));
  });
});
