import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Condition, type Flag, flag as flagSchema } from "../../src/contract/flag.ts";
import { type Segment, segment as segmentSchema } from "../../src/contract/segment.ts";
import { evaluate, evaluateAll, json } from "../../src/core/evaluate.ts";
import { publish } from "./publish.ts";

/* Runs the evaluation cases of test/vectors; its README describes them. */

type Context = Record<string, unknown>;
type Vectors = {
  about: string;
  clauses?: { clause: object; holds: unknown[]; fails: unknown[] }[];
  conditions?: { is: string; when: Condition; holds: Context[]; fails: Context[] }[];
  flags?: object[];
  segments?: object[];
  cases?: Case[];
};
type Case = {
  is?: string;
  flag: string;
  context: Context;
  now?: string;
  expect: { variant?: string; reason: string; ruleId?: string; errorCode?: string };
  client?: string;
  server?: string;
};

const directory = new URL("../vectors/", import.meta.url);
for (const file of readdirSync(directory).filter((name) => name.endsWith(".json") && name !== "places.json")) {
  const vectors = JSON.parse(readFileSync(new URL(file, directory), "utf8")) as Vectors;
  describe(`${file}: ${vectors.about}`, () => {
    for (const { clause, holds, fails } of vectors.clauses ?? [])
      test(JSON.stringify(clause), () => {
        const when = { attribute: "x", ...clause };
        expectHolds(
          when,
          holds.map((x) => ({ x })),
          [...fails.map((x) => ({ x })), {}],
        );
      });
    for (const { is, when, holds, fails } of vectors.conditions ?? []) test(is, () => expectHolds(when, holds, fails));
    if (vectors.cases) testCases(vectors);
  });
}

/** Also checks that `not` around it says the opposite. */
function expectHolds(when: object, holds: Context[], fails: Context[]): void {
  const flags = [when, { not: when }].map((condition, i) =>
    flagSchema.parse({
      key: `f${i}`,
      type: "boolean",
      variants: { yes: true, no: false },
      rules: [{ id: "r", when: condition, serve: { variant: "yes" } }],
      default: { variant: "no" },
    }),
  );
  const snapshot = publish(flags, []);
  for (const [contexts, expected] of [
    [holds, true],
    [fails, false],
  ] as const)
    for (const context of contexts) {
      const [plain, negated] = ["f0", "f1"].map((key) => evaluate(snapshot.flag(key, "server")!, context, 0).value);
      expect([JSON.stringify(context), plain, negated]).toEqual([JSON.stringify(context), expected, !expected]);
    }
}

function testCases({ flags = [], segments = [], cases = [] }: Vectors): void {
  const parsed: Flag[] = flags.map((one) => flagSchema.parse(one));
  const groups: Segment[] = segments.map((one) => segmentSchema.parse(one));
  const snapshot = publish(parsed, groups);
  for (const one of cases)
    test(`${one.flag}: ${one.is ?? JSON.stringify(one.context)}`, () => {
      const now = Date.parse(one.now ?? "2026-06-15T12:00:00Z");
      const evaluation = evaluate(snapshot.flag(one.flag, "server")!, one.context, now);
      const { variant } = one.expect;
      const { errorDetails: _details, ...rest } = evaluation;
      expect(rest).toEqual({
        key: one.flag,
        ...(variant === undefined ? {} : { value: parsed.find(({ key }) => key === one.flag)!.variants[variant] }),
        ...one.expect,
      });
      if (one.client !== undefined) expect(json(evaluation, "client")).toBe(one.client);
      if (one.server !== undefined) expect(json(evaluation, "server")).toBe(one.server);
      const bulk = JSON.parse(evaluateAll(snapshot, "server", one.context, now).flags) as unknown[];
      expect(bulk).toContainEqual(JSON.parse(json(evaluation, "server")));
    });
}
