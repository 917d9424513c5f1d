import { expect, test } from "vitest";
import { unknownMetrics } from "../../src/environment/release/metric-names.ts";
import { plan } from "../../src/contract/plan.ts";

const all = [{ name: "all", percentage: 100 }];
const naming = (metric: string, more = {}) => plan.parse({ stages: all, guardrails: [{ metric, ...more }] });
const defined = [{ name: "checkout", per: "event", window: "30m" }] as const;

test.each([
  ["error", "errors"],
  ["eror", "errors"],
  ["Errors", "errors"],
  ["erorrs", "errors"],
  ["latncy", "latency"],
  ["mising", "missing"],
  ["check-out", "checkout"],
  ["chekcout", "checkout"],
  ["sign_up", "signup"],
])("a guard called %s is refused: did you mean %s?", (metric, meant) => {
  const [issue, ...more] = unknownMetrics(naming(metric), defined, ["signup"]) as { path: string; message: string }[];
  expect(more).toEqual([]);
  expect(issue).toEqual({ path: "/guardrails/0/metric", message: expect.stringContaining(`did you mean ${meant}?`) });
});

test("a name that is near nothing is refused without a guess", () => {
  expect(unknownMetrics(naming("revenue"), defined, [])).toEqual([
    {
      path: "/guardrails/0/metric",
      message: expect.stringMatching(/nor reported here within 30 days: define it first/),
    },
  ]);
});

test("what is built in, defined or reported is taken; an outcome that is expected too", () => {
  for (const metric of ["errors", "latency", "missing", "mismatch", "checkout", "signup", "heartbeat"])
    expect(unknownMetrics(naming(metric), defined, ["signup"])).toEqual([]);
  expect(unknownMetrics(naming("missing", { expect: "ping" }), defined, ["ping"])).toEqual([]);
  expect(unknownMetrics(naming("missing", { expect: "pin" }), defined, ["ping"])).toMatchObject([
    { path: "/guardrails/0/expect" },
  ]);
});

test("where what was reported can't be read, only what depends on it waits", () => {
  expect(unknownMetrics(naming("errors"), [], undefined)).toEqual([]);
  expect(unknownMetrics(naming("signup"), [], undefined)).toBe("unknown");
});
