import fc from "fast-check";
import { expect, test } from "vitest";
import { en } from "zod/locales";
import * as z from "zod/mini";
import { changeList } from "../../src/contract/change.ts";
import { flag } from "../../src/contract/flag.ts";
import { inEnglish } from "../../src/contract/messages.ts";
import { plan } from "../../src/contract/plan.ts";
import { segment } from "../../src/contract/segment.ts";
import { note, runs } from "../support/counts.ts";

/* The words of zod's own English, for whatever the schemas here refuse. */

const leaf = fc.oneof(
  fc.constantFrom("", "x", "a".repeat(5000), "in", "cidr", "2026-01-01", "..", null, true, false),
  fc.constantFrom(-1, 0, 0.5, 1e6, 1e10, 101, 0.0001, 2 ** 60),
);
const NAMES =
  "key type variants default rules when serve rollout split variant weight ranges percentage hash places all attribute " +
  "operator values as bucket stages guardrails name include flag steps prerequisites from to absent kind shadow op scheme";
const name = fc.constantFrom(...NAMES.split(" "));
const tree = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    leaf,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(name, tie("value"), { maxKeys: 8 }),
  ),
})).value;

/** Their words, but of properties that are not known: those are told in words of the contract's own. */
function worded(issues: readonly z.core.$ZodIssue[]): unknown[] {
  return issues.map((issue) => {
    if (issue.code === "invalid_union") return { ...issue, errors: issue.errors.map(worded) };
    return issue.code === "unrecognized_keys" ? issue.keys : issue;
  });
}

test("every complaint is worded as zod's own English has it", () => {
  const codes: Record<string, number> = {};
  const issuesOf = (schema: z.ZodMiniType, value: unknown, localeError: z.core.$ZodErrorMap): z.core.$ZodIssue[] => {
    const parsed = schema.safeParse(value, { error: localeError });
    return parsed.success ? [] : parsed.error.issues;
  };
  const schemas: z.ZodMiniType[] = [flag, segment, plan, changeList];
  const own: z.core.$ZodErrorMap = (issue) => inEnglish(issue);
  const theirs = en().localeError;
  const count = (issues: readonly z.core.$ZodIssue[]): void => {
    for (const issue of issues) {
      codes[issue.code] = (codes[issue.code] ?? 0) + 1;
      if (issue.code === "invalid_union") issue.errors.forEach(count);
    }
  };
  fc.assert(
    fc.property(fc.nat({ max: schemas.length - 1 }), tree, (which, value) => {
      const schema = schemas[which]!;
      const issues = issuesOf(schema, value, own);
      expect(worded(issues)).toEqual(worded(issuesOf(schema, value, theirs)));
      count(issues);
    }),
    { seed: 95, numRuns: runs(20_000) },
  );
  note(JSON.stringify(codes));
  expect(Object.keys(codes).sort()).toEqual(
    expect.arrayContaining(["invalid_type", "invalid_union", "invalid_value", "too_big", "too_small"]),
  );
});
