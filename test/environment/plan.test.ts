import { describe, expect, test } from "vitest";
import { plan } from "../../src/environment/write/plan-write.ts";
import { flag, planned, put, putSegment, refused, stamp, stateOf } from "./build.ts";
import { EMPTY } from "../../src/environment/store/state.ts";

describe("putFlag", () => {
  test("creates a flag at the new version, with who and when", () => {
    const { state, writes } = planned(EMPTY, [put("a")], 1);
    expect(state.flags.get("a")).toEqual({
      flag: flag("a"),
      version: 1,
      createdAt: "2026-01-01T00:00:01.000Z",
      updatedAt: "2026-01-01T00:00:01.000Z",
      updatedBy: "Ada",
    });
    expect(writes).toEqual([{ action: "putFlag", kind: "flag", key: "a", before: null, after: flag("a") }]);
  });

  test("replaces a flag and keeps when it was created", () => {
    const { state, writes } = planned(stateOf(put("a")), [put("a", { description: "new" })], 5);
    expect(state.flags.get("a")).toMatchObject({
      flag: { description: "new" },
      version: 5,
      createdAt: "2026-01-01T00:00:01.000Z",
      updatedAt: "2026-01-01T00:00:05.000Z",
    });
    expect(writes).toMatchObject([{ before: flag("a"), after: { description: "new" } }]);
  });

  test("that changes nothing plans nothing, and the order of properties is no change", () => {
    const state = stateOf(put("a", { variants: { on: true, off: false } }));
    const same = planned(state, [put("a", { variants: { off: false, on: true } })]);
    expect(same.writes).toEqual([]);
    expect(same.state).toBe(state);
  });

  test("on an archived flag is refused as archived", () => {
    const state = planned(stateOf(put("a")), [{ op: "archiveFlag", key: "a" }]).state;
    expect(refused(state, [put("a")]).type).toBe("archived");
  });
});

describe("patchFlag", () => {
  test("merges into the whole stored flag; rules are replaced whole", () => {
    const rules = [{ id: "one", serve: { variant: "on" } }];
    const state = stateOf(put("a", { rules, metadata: { team: "x", tier: 1 }, offVariant: "off" }));
    const patch = {
      metadata: { tier: null, area: "y" },
      rules: [{ id: "two", serve: { variant: "off" } }],
      offVariant: null,
    };
    const after = planned(state, [{ op: "patchFlag", key: "a", patch }]).state.flags.get("a")?.flag;
    expect(after).toMatchObject({ metadata: { team: "x", area: "y" }, offVariant: null });
    expect(after?.rules.map((rule) => rule.id)).toEqual(["two"]);
    expect(after?.metadata).not.toHaveProperty("tier");
  });

  test("judges the result by the schema, with pointers into the flag", () => {
    const problem = refused(stateOf(put("a")), [{ op: "patchFlag", key: "a", patch: { offVariant: "nope", what: 1 } }]);
    expect(problem.type).toBe("invalid");
    expect(problem.errors).toEqual([
      { path: "/what", message: "is not a known property" },
      { path: "/offVariant", message: "is not a variant of this flag" },
    ]);
  });

  test.each([["b"], [null], [7]])("can't change the key to %j", (key) => {
    const problem = refused(stateOf(put("a")), [{ op: "patchFlag", key: "a", patch: { key } }]);
    expect(problem).toMatchObject({ type: "invalid", errors: [{ path: "/key", message: "can't be changed" }] });
  });

  test("may repeat the key", () => {
    expect(
      planned(stateOf(put("a")), [{ op: "patchFlag", key: "a", patch: { key: "a", owner: "me" } }]).writes,
    ).toHaveLength(1);
  });

  test("refuses what JSON can say and a flag can't keep", () => {
    const patch = JSON.parse('{ "metadata": { "__proto__": 1 } }');
    expect(refused(stateOf(put("a")), [{ op: "patchFlag", key: "a", patch }]).errors).toMatchObject([
      { path: "/metadata/__proto__" },
    ]);
  });
});

describe("enable, disable, archive, restore", () => {
  test("disable and enable set the whole flag, and doing it again plans nothing", () => {
    const off = planned(stateOf(put("a")), [{ op: "disableFlag", key: "a" }]).state;
    expect(off.flags.get("a")?.flag.enabled).toBe(false);
    expect(planned(off, [{ op: "disableFlag", key: "a" }]).writes).toEqual([]);
    expect(planned(off, [{ op: "enableFlag", key: "a" }]).state.flags.get("a")?.flag.enabled).toBe(true);
  });

  test("archive keeps the flag and takes it out of force; restore brings back the same", () => {
    const { state, writes } = planned(stateOf(put("a")), [{ op: "archiveFlag", key: "a" }], 2);
    expect(state.flags.get("a")).toMatchObject({ flag: flag("a"), version: 2, archivedAt: "2026-01-01T00:00:02.000Z" });
    expect(writes).toMatchObject([{ before: flag("a"), after: null }]);
    const back = planned(state, [{ op: "restoreFlag", key: "a" }], 3);
    expect(back.state.flags.get("a")).not.toHaveProperty("archivedAt");
    expect(back.writes).toMatchObject([{ before: null, after: flag("a") }]);
  });

  test("to archive an archived flag and to restore a live one plan nothing", () => {
    const state = planned(stateOf(put("a"), put("b")), [{ op: "archiveFlag", key: "a" }]).state;
    expect(planned(state, [{ op: "archiveFlag", key: "a" }]).writes).toEqual([]);
    expect(planned(state, [{ op: "restoreFlag", key: "b" }]).writes).toEqual([]);
  });

  test.each(["enableFlag", "disableFlag"] as const)("%s on an archived flag is refused", (op) => {
    const state = planned(stateOf(put("a")), [{ op: "archiveFlag", key: "a" }]).state;
    expect(refused(state, [{ op, key: "a" }]).type).toBe("archived");
    expect(refused(state, [{ op: "patchFlag", key: "a", patch: {} }]).type).toBe("archived");
    expect(refused(state, [{ op: "setRollout", key: "a", percentage: 1 }]).type).toBe("archived");
  });

  test.each(["enableFlag", "disableFlag", "archiveFlag", "restoreFlag"] as const)("%s of no flag is refused", (op) => {
    expect(refused(EMPTY, [{ op, key: "a" }]).type).toBe("not-found");
  });

  test("archiving what others depend on is refused and names them", () => {
    const state = stateOf(
      put("billing"),
      put("checkout", { prerequisites: [{ flag: "billing", variants: ["on"] }] }),
      putSegment("payers", { when: { not: { flag: "billing", variants: ["off"] } } }),
    );
    const problem = refused(state, [{ op: "archiveFlag", key: "billing" }]);
    expect(problem).toEqual({
      type: "in-use",
      detail: 'The flag "billing" is used by flag "checkout", segment "payers".',
    });
  });

  test("archiving is judged after all changes: the user may go, or stop using it, in the same batch", () => {
    const state = stateOf(put("a"), put("b", { prerequisites: [{ flag: "a", variants: ["on"] }] }));
    const archive = { op: "archiveFlag", key: "a" } as const;
    expect(planned(state, [archive, { op: "archiveFlag", key: "b" }]).writes).toHaveLength(2);
    expect(planned(state, [archive, { op: "patchFlag", key: "b", patch: { prerequisites: [] } }]).writes).toHaveLength(
      2,
    );
  });

  test("an archived flag uses nothing", () => {
    const state = planned(stateOf(put("a"), put("b", { prerequisites: [{ flag: "a", variants: ["on"] }] })), [
      { op: "archiveFlag", key: "b" },
    ]).state;
    expect(planned(state, [{ op: "archiveFlag", key: "a" }]).writes).toHaveLength(1);
  });

  test("restoring a flag whose references are gone is refused and says which", () => {
    let { state } = planned(stateOf(put("a"), put("b", { prerequisites: [{ flag: "a", variants: ["on"] }] })), [
      { op: "archiveFlag", key: "b" },
    ]);
    ({ state } = planned(state, [{ op: "archiveFlag", key: "a" }], 3));
    const problem = refused(state, [{ op: "restoreFlag", key: "b" }]);
    expect(problem.type).toBe("invalid");
    expect(problem.detail).toContain('flag "b" at /prerequisites/0/flag');
    expect(
      planned(state, [
        { op: "restoreFlag", key: "b" },
        { op: "restoreFlag", key: "a" },
      ]).writes,
    ).toHaveLength(2);
  });
});

describe("segments", () => {
  test("put, patch and delete", () => {
    let { state } = planned(EMPTY, [putSegment("staff", { include: ["u1"] })], 1);
    ({ state } = planned(state, [{ op: "patchSegment", key: "staff", patch: { name: "Staff" } }], 2));
    expect(state.segments.get("staff")).toMatchObject({ segment: { name: "Staff" }, version: 2 });
    expect([...state.segments.get("staff")!.segment.include]).toEqual(["u1"]);
    ({ state } = planned(state, [{ op: "deleteSegment", key: "staff" }], 3));
    expect(state.segments.size).toBe(0);
  });

  test("deleting one in use is refused and names the users", () => {
    const state = stateOf(
      putSegment("staff"),
      put("a", { rules: [{ when: { all: [{ segment: "staff" }] }, serve: { variant: "on" } }] }),
    );
    expect(refused(state, [{ op: "deleteSegment", key: "staff" }])).toEqual({
      type: "in-use",
      detail: 'The segment "staff" is used by flag "a".',
    });
  });

  test("members are added once and removed; a member can't be both", () => {
    const state = stateOf(putSegment("staff", { include: ["u1", "u2"] }));
    const change = { op: "changeMembers", key: "staff", add: ["u3", "u1", "u3"], remove: ["u2", "nobody"] } as const;
    const after = planned(state, [{ ...change, add: [...change.add], remove: [...change.remove] }]).state;
    expect([...after.segments.get("staff")!.segment.include]).toEqual(["u1", "u3"]);
    expect(planned(state, [{ op: "changeMembers", key: "staff", add: ["u1"], remove: ["x"] }]).writes).toEqual([]);
    const both = refused(state, [{ op: "changeMembers", key: "staff", add: ["n", "u9"], remove: ["u9"] }]);
    expect(both.errors).toEqual([{ path: "/add/1", message: "is also to be removed" }]);
  });

  test.each([
    { op: "deleteSegment", key: "none" },
    { op: "patchSegment", key: "none", patch: {} },
    { op: "changeMembers", key: "none", add: ["a"], remove: [] },
  ] as const)("$op of no segment is refused", (change) => {
    const mutable = change.op === "changeMembers" ? { ...change, add: [...change.add], remove: [] } : { ...change };
    expect(refused(EMPTY, [mutable]).type).toBe("not-found");
  });
});

describe("batches", () => {
  test("references are judged after all changes, whatever their order", () => {
    const { state } = planned(EMPTY, [
      put("a", { rules: [{ when: { segment: "later" }, serve: { variant: "on" } }] }),
      putSegment("later"),
    ]);
    expect([...state.flags.keys(), ...state.segments.keys()]).toEqual(["a", "later"]);
  });

  test("one bad change and nothing is planned", () => {
    const result = plan(EMPTY, [put("a"), { op: "enableFlag", key: "none" }], stamp(1));
    expect(result).toEqual({
      ok: false,
      problem: {
        type: "not-found",
        detail: "There is no such flag.",
        errors: [{ path: "/changes/1", message: "There is no such flag." }],
      },
    });
  });

  test("issues point into the change they are about", () => {
    const problem = refused(stateOf(put("p")), [
      put("a", { prerequisites: [{ flag: "none", variants: ["on"] }] }),
      put("ok"),
      putSegment("s", { when: { segment: "nowhere" } }),
    ]);
    expect(problem.errors?.map((issue) => issue.path)).toEqual([
      "/changes/0/flag/prerequisites/0/flag",
      "/changes/2/segment/when/segment",
    ]);
    expect(
      refused(stateOf(put("p")), [put("x"), { op: "patchFlag", key: "p", patch: { shadow: 200 } }]).errors,
    ).toMatchObject([{ path: "/changes/1/patch/shadow" }]);
    expect(
      refused(stateOf(put("p")), [put("x"), { op: "setRollout", key: "p", percentage: 5, rule: "r" }]).errors,
    ).toMatchObject([{ path: "/changes/1/rule" }]);
  });

  test("a list of one points into the list, a single change doesn't", () => {
    const bad = put("a", { prerequisites: [{ flag: "none", variants: ["on"] }] });
    expect(refused(EMPTY, [bad], true).errors).toMatchObject([{ path: "/changes/0/flag/prerequisites/0/flag" }]);
    expect(refused(EMPTY, [bad]).errors).toMatchObject([{ path: "/prerequisites/0/flag" }]);
  });

  test("what breaks in a flag outside the batch names that flag", () => {
    const state = stateOf(put("a"), put("b", { prerequisites: [{ flag: "a", variants: ["off"] }] }));
    const problem = refused(state, [put("a", { variants: { on: true, no: false }, default: { variant: "no" } })]);
    expect(problem.type).toBe("invalid");
    expect(problem.errors).toHaveLength(1);
    expect(problem.errors?.[0]?.path).toBe("");
    expect(problem.errors?.[0]?.message).toContain('flag "b" at /prerequisites/0/variants/0');
    const inList = refused(state, [put("a", { variants: { on: true, no: false }, default: { variant: "no" } })], true);
    expect(inList.errors?.[0]?.path).toBe("/changes");
  });

  test("every effective change is recorded; what ends where it began plans nothing", () => {
    const state = stateOf(put("a"));
    const both = planned(state, [put("b"), { op: "disableFlag", key: "a" }, put("b")]);
    expect(both.writes.map(({ action, key }) => [action, key])).toEqual([
      ["putFlag", "b"],
      ["disableFlag", "a"],
    ]);
    const nothing = planned(state, [
      { op: "disableFlag", key: "a" },
      { op: "enableFlag", key: "a" },
    ]);
    expect(nothing.writes).toEqual([]);
    expect(nothing.state).toBe(state);
  });

  test("the state that was handed in is never changed", () => {
    const state = stateOf(put("a"), putSegment("s", { include: ["u"] }));
    const before = structuredClone([...state.flags, ...state.segments]);
    planned(state, [{ op: "disableFlag", key: "a" }, put("b"), { op: "deleteSegment", key: "s" }]);
    planned(state, [{ op: "setRollout", key: "a", percentage: 10 }]);
    expect([...state.flags, ...state.segments]).toEqual(before);
  });
});

test("what was broken before, elsewhere, is no reason to refuse an un-release", () => {
  const whole = stateOf(put("a"));
  const broken = { flag: flag("b", { prerequisites: [{ flag: "none", variants: ["on"] }] }), version: 1 };
  const stamps = { createdAt: "", updatedAt: "", updatedBy: "" };
  const state = { ...whole, flags: new Map([...whole.flags, ["b", { ...broken, ...stamps }] as const]) };
  expect(planned(state, [{ op: "disableFlag", key: "a" }]).writes).toHaveLength(1);
  expect(planned(state, [{ op: "disableFlag", key: "b" }]).writes).toHaveLength(1);
  expect(refused(state, [put("b", { ...broken.flag, description: "still broken" })]).type).toBe("invalid");
});

test("cycles are refused", () => {
  const state = stateOf(put("a"), put("b", { prerequisites: [{ flag: "a", variants: ["on"] }] }));
  expect(refused(state, [put("a", { prerequisites: [{ flag: "b", variants: ["on"] }] })]).type).toBe("invalid");
  expect(refused(EMPTY, [putSegment("s", { when: { segment: "s" } })]).type).toBe("invalid");
});
