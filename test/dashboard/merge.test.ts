import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Flag, flag as flagSchema } from "../../src/contract/flag.ts";
import { changesBetween } from "../../src/dashboard/common/changes.ts";
import { merge, same } from "../../src/dashboard/flags/merge.ts";
import { runs } from "../support/counts.ts";

/* Two people, one flag: nothing is overwritten unseen, and nothing that was typed is lost. */

const BASE: Flag = flagSchema.parse({
  key: "f",
  type: "boolean",
  variants: { on: true, off: false },
  offVariant: "off",
  description: "d",
  owner: "o",
  rules: [
    { id: "a", when: { segment: "staff" }, serve: { variant: "on" } },
    {
      id: "b",
      when: { segment: "beta" },
      serve: { rollout: { percentage: 10, split: [{ variant: "on", weight: 1 }], otherwise: "off" } },
    },
    { id: "c", when: { segment: "vip" }, serve: { variant: "on" } },
  ],
  default: { rollout: { percentage: 25, split: [{ variant: "on", weight: 1 }], otherwise: "off" } },
});

type Edit = (flag: Flag) => void;
const roll = (serve: Flag["default"], percentage: number): void => {
  if ("rollout" in serve && "percentage" in serve.rollout) serve.rollout.percentage = percentage;
};
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.integer({ min: 0, max: 100 }).map(
    (n): Edit =>
      (flag) =>
        roll(flag.default, n),
  ),
  fc.integer({ min: 0, max: 100 }).map(
    (n): Edit =>
      (flag) =>
        flag.rules.forEach((rule) => roll(rule.serve, n)),
  ),
  fc.constantFrom("x", "y").map(
    (text): Edit =>
      (flag) =>
        void (flag.description = text),
  ),
  fc.constantFrom("x", "y").map(
    (text): Edit =>
      (flag) =>
        void (flag.owner = text),
  ),
  fc.boolean().map(
    (on): Edit =>
      (flag) =>
        void (flag.enabled = on),
  ),
  fc.constantFrom("a", "b", "c").map(
    (id): Edit =>
      (flag) =>
        void (flag.rules = flag.rules.filter((rule) => rule.id !== id)),
  ),
  fc.constantFrom("a", "b", "c").map((id): Edit => (flag) => {
    for (const rule of flag.rules) if (rule.id === id) rule.when = { segment: "other" };
  }),
  fc.constant<Edit>((flag) => void flag.rules.reverse()),
  fc.constantFrom("m", "n").map((id): Edit => (flag) => {
    if (!flag.rules.some((rule) => rule.id === id)) flag.rules.push({ ...flag.rules[0]!, ...BASE.rules[0]!, id });
  }),
  fc.constant<Edit>((flag) => void (flag.default = { variant: "on" })),
);
const edited = fc.array(edit, { maxLength: 4 }).map((edits) => {
  const flag = structuredClone(BASE);
  for (const one of edits) one(flag);
  return flag;
});

/** A flag with its rules by id, and their order apart, so that a path names one thing whoever moved what. */
const byId = (flag: Flag) => ({ ...flag, rules: Object.fromEntries(flag.rules.map((rule) => [rule.id, rule])) });
const touched = (flag: Flag): string[] => changesBetween(byId(BASE), byId(flag)).map(({ path }) => path);
const at = (flag: Flag, path: string): unknown =>
  path
    .split("/")
    .slice(1)
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], byId(flag));

describe("merging", () => {
  test("what only one of them changed is as that one has it; what both did, differently, is a conflict with both values", () => {
    fc.assert(
      fc.property(edited, edited, (mine, theirs) => {
        const { merged, conflicts } = merge(BASE, mine, theirs);
        const open = conflicts.map(({ path }) => path);
        const inConflict = (path: string) =>
          open.some((one) => path === one || path.startsWith(`${one}/`) || one.startsWith(`${path}/`));
        for (const path of touched(mine)) if (!inConflict(path)) expect(at(merged, path)).toEqual(at(mine, path));
        for (const path of touched(theirs)) if (!inConflict(path)) expect(at(merged, path)).toEqual(at(theirs, path));
        for (const { path, mine: my, theirs: their } of conflicts) {
          expect(same(my, their)).toBe(false);
          if (path === "/rules") continue; // their order
          expect(at(mine, path)).toEqual(my);
          expect(at(theirs, path)).toEqual(their);
        }
      }),
      { seed: 20_261_130, numRuns: runs(5_000) },
    );
  });

  test("whoever chooses one side everywhere has it in every field that was in conflict", () => {
    fc.assert(
      fc.property(edited, edited, fc.constantFrom("mine" as const, "theirs" as const), (mine, theirs, side) => {
        const { conflicts } = merge(BASE, mine, theirs);
        const choices = new Map(conflicts.map(({ path }) => [path, side]));
        const { merged } = merge(BASE, mine, theirs, choices);
        const chosen = side === "mine" ? mine : theirs;
        for (const { path } of conflicts) {
          if (path !== "/rules") expect(at(merged, path)).toEqual(at(chosen, path));
          else {
            const kept = (flag: Flag) =>
              flag.rules
                .map(({ id }) => id)
                .filter((id) => [BASE, mine, theirs].every((one) => one.rules.some((rule) => rule.id === id)));
            expect(kept(merged)).toEqual(kept(chosen));
          }
        }
      }),
      { seed: 20_261_130, numRuns: runs(5_000) },
    );
  });

  test("an edit and none is the edit; the same edit twice is that edit", () => {
    fc.assert(
      fc.property(edited, (mine) => {
        expect(merge(BASE, mine, BASE)).toEqual({ merged: mine, conflicts: [] });
        expect(merge(BASE, BASE, mine)).toEqual({ merged: mine, conflicts: [] });
        expect(merge(BASE, mine, mine)).toEqual({ merged: mine, conflicts: [] });
      }),
      { seed: 20_261_130, numRuns: runs(2_000) },
    );
  });
});
