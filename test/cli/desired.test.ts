import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { desired, type Fields, type There, type Wanted } from "../../src/cli/desired.ts";
import { flag as flagSchema } from "../../src/contract/flag.ts";
import { segment as segmentSchema } from "../../src/contract/segment.ts";
import type { FlagView, Rule } from "../../src/cli/resources.ts";

/* Flags as code: what files say against what is there, and who owns what. */

const json = (value: unknown) => JSON.parse(JSON.stringify(value));
const rollout = (percentage: number) => ({
  rollout: { percentage, split: [{ variant: "on", weight: 1 }], otherwise: "off" },
});
const rule = (id: string, percentage: number): Rule => ({ id, when: { all: [] }, serve: rollout(percentage) });

function view(key: string, more: Partial<FlagView["flag"]> = {}, release?: FlagView["release"]): FlagView {
  const flag = {
    key,
    type: "boolean",
    variants: { on: true, off: false },
    enabled: true,
    offVariant: "off",
    rules: [],
    default: { variant: "off" },
    kind: "release",
    owner: "",
    tags: [],
    description: "",
    ...more,
  };
  // As the server answers it: with all that is left out.
  const whole = flagSchema.parse(flag) as FlagView["flag"];
  return { flag: whole, version: 1, updatedAt: "", updatedBy: "", ...(release && { release }) };
}
const there = (...views: FlagView[]): There => ({
  flags: new Map(views.map((one) => [one.flag.key, one])),
  segments: new Map([
    ["staff", { version: 1, segment: json(segmentSchema.parse({ key: "staff", include: ["ada"] })) }],
  ]),
});
const file = (key: string, fields: Fields, kind: Wanted["kind"] = "flag"): Wanted => ({
  kind,
  key,
  fields: { key, ...fields },
  file: `${kind}s/${key}.json`,
});
const live = { id: "r1", state: "baking", rule: "ramp", percentage: 10 };

describe("fields", () => {
  test("that a file leaves out are left as they are", () => {
    const now = there(view("a", { owner: "team", tags: ["x"] }));
    const { steps } = desired([file("a", { description: "new" })], now, false);
    expect(steps).toMatchObject([
      { does: "update", fields: ["description"], change: { flag: { owner: "team", tags: ["x"], description: "new" } } },
    ]);
  });
  test("that say what is so are no difference, in whatever order their properties are", () => {
    const now = there(view("a"));
    expect(
      desired([file("a", { variants: { off: false, on: true }, default: { variant: "off" } })], now, false).steps,
    ).toEqual([]);
    expect(desired([file("staff", { include: ["ada"] }, "segment")], now, false).steps).toEqual([]);
  });
  test("of a variant that is taken away are gone, not merged", () => {
    const now = there(view("a", { variants: { on: { x: 1, y: 2 }, off: {} }, type: "object" }));
    const [step] = desired([file("a", { variants: { on: { x: 1 }, off: {} } })], now, false).steps;
    expect(step!.change["flag"]).toMatchObject({ variants: { on: { x: 1 } } });
    expect(json(step!.change["flag"]).variants.on).toEqual({ x: 1 });
  });
});

describe("what isn't in any file", () => {
  test("stays, unless it is pruned: flags into the archive, segments for good", () => {
    const now = there(view("a"), view("b"));
    expect(desired([file("a", {})], now, false).steps).toEqual([]);
    expect(desired([file("a", {})], now, true).steps.map(({ does, key }) => [does, key])).toEqual([
      ["archive", "b"],
      ["delete", "staff"],
    ]);
  });
  test("stays even then while it is being released", () => {
    const { steps, held } = desired(
      [file("staff", {}, "segment")],
      there(view("a", { rules: [rule("ramp", 10)] }, live)),
      true,
    );
    expect(steps).toEqual([]);
    expect(held).toEqual([{ key: "a", release: "r1", what: "the whole flag" }]);
  });
});

describe("what a live release holds", () => {
  const stage = { ...rule("release:r1:staff", 100) };
  const now = there(view("a", { rules: [rule("first", 5), stage, rule("ramp", 10)] }, live));

  test("is shown, and stays: the share of its rule and the rules of its stages", () => {
    const { steps, held } = desired([file("a", { rules: json([rule("ramp", 50), rule("first", 7)]) })], now, false);
    expect(held).toEqual([{ key: "a", release: "r1", what: "the share of the rule ramp" }]);
    const { rules } = json(steps[0]!.change["flag"]);
    expect(rules.map(({ id }: Rule) => id)).toEqual(["release:r1:staff", "ramp", "first"]);
    expect(rules[1].serve.rollout.percentage).toBe(10);
    expect(rules[2].serve.rollout.percentage).toBe(7);
  });
  test("is no difference where a file has the share that it had when it was written", () => {
    const { steps } = desired([file("a", { rules: json([rule("first", 5), rule("ramp", 1)]) })], now, false);
    expect(steps).toEqual([]);
  });
  test("is kept where a file takes the rule away or fixes it", () => {
    for (const rules of [[], [{ id: "ramp", when: { all: [] }, serve: { variant: "on" } }]]) {
      const { steps, held } = desired([file("a", { rules: json(rules) })], now, false);
      expect(held.length).toBe(1);
      for (const { change } of steps) {
        const kept = json(change["flag"]).rules.find(({ id }: Rule) => id === "ramp");
        expect(kept.serve).toMatchObject(json(rule("ramp", 10).serve));
      }
    }
  });
  test("holds of every release, share and order of rules in the file", () => {
    const ids = ["first", "ramp", "last"];
    fc.assert(
      fc.property(
        fc.shuffledSubarray(ids),
        fc.array(fc.nat(100), { minLength: 3, maxLength: 3 }),
        fc.nat(100),
        fc.boolean(),
        fc.constantFrom("baking", "gated", "paused", "suspended", "watching", "scheduled"),
        (order, shares, share, onDefault, state) => {
          const released = onDefault ? undefined : "ramp";
          const release = { id: "r1", state, percentage: share, ...(released && { rule: released }) };
          const flag = view(
            "a",
            { rules: [rule("first", 1), stage, rule("ramp", share), rule("last", 2)], default: rollout(share) },
            release,
          );
          const wanted = file("a", {
            rules: json(order.map((id, i) => rule(id, shares[i]!))),
            default: json(rollout(shares[0]!)),
          });
          const { steps } = desired([wanted], there(flag), true);
          const after = steps.find(({ key }) => key === "a")?.change["flag"] ?? flag.flag;
          const { rules, default: fallback } = json(after);
          if (onDefault) expect(fallback.rollout.percentage).toBe(share);
          else expect(rules.find(({ id }: Rule) => id === "ramp").serve.rollout.percentage).toBe(share);
          expect(rules.filter(({ id }: Rule) => id === stage.id)).toMatchObject([json(stage)]);
          // What was applied once is no difference any more.
          const again = there({ ...flag, flag: after as FlagView["flag"] });
          expect(desired([wanted], again, false).steps).toEqual([]);
        },
      ),
    );
  });
});

test("an archived flag isn't brought back by a file", () => {
  const { impossible } = desired([file("a", {})], there({ ...view("a"), archivedAt: "2026-01-01" }), false);
  expect(impossible).toEqual([{ file: "flags/a.json", message: "a is archived. To bring it back: sluice restore a" }]);
});

test("a list that is too long to be shown is not written as a count", () => {
  const segments = new Map([
    ["big", { version: 1, segment: { key: "big", include: { count: 9 }, exclude: [], name: "" } }],
  ]);
  const { steps, impossible } = desired(
    [file("big", { name: "new" }, "segment")],
    { flags: new Map(), segments },
    false,
  );
  expect([steps, impossible.length]).toEqual([[], 1]);
});
