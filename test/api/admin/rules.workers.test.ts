import { describe, expect, test } from "vitest";
import { type Answer, booleanFlag, environment, expectProblem, expectWritten, send, stateOf } from "./client.ts";

/* One rule of a flag by itself, and merge patches from one form of a thing to another. */

type View = { flag: { rules: { id: string; name: string; when: unknown; serve: unknown }[]; default: unknown } };
const rulesIn = ({ body }: Answer) => (body as View).flag.rules;
const idsIn = (answer: Answer) => rulesIn(answer).map(({ id }) => id);
const variant = (name: string) => ({ serve: { variant: name } });
const rollout = (more: Record<string, unknown> = {}) => ({
  percentage: 20,
  split: [{ variant: "on", weight: 1 }],
  otherwise: "off",
  by: "user.id",
  ...more,
});

async function withRules(...ids: string[]): Promise<{ path: string; flag: string; rules: string }> {
  const { path } = await environment();
  const flag = `${path}/flags/f`;
  const rules = ids.map((id) => ({ id, ...variant("on") }));
  expectWritten(await send("PUT", flag, { body: booleanFlag({ rules }) }), 201);
  return { path, flag, rules: `${flag}/rules` };
}

describe("one rule by itself", () => {
  test("is added last, or before another, with an id of its own or one that is made", async () => {
    const { rules, flag } = await withRules("a", "b");
    const last = await send("POST", rules, { body: { rule: variant("off"), comment: "why" } });
    expectWritten(last, 200);
    expect(idsIn(last)).toEqual(["a", "b", "rule-3"]);
    const first = await send("POST", rules, { body: { rule: { id: "x/y", ...variant("off") }, before: "a" } });
    expect(idsIn(first)).toEqual(["x/y", "a", "b", "rule-3"]);
    expect((await send("GET", flag)).body).toEqual(first.body);
    const { entries } = (await send("GET", `${flag}/history`)).body as {
      entries: { action: string; comment: string }[];
    };
    expect(entries.map(({ action, comment }) => [action, comment]).slice(0, 2)).toEqual([
      ["addRule", ""],
      ["addRule", "why"],
    ]);
  });

  test("is changed by a merge patch, and keeps its id and place", async () => {
    const { rules } = await withRules("a", "x/y", "c");
    const one = `${rules}/${encodeURIComponent("x/y")}`;
    const changed = await send("PATCH", one, {
      body: { name: "n", when: { segment: "s" }, serve: { rollout: rollout() } },
    });
    expectProblem(changed, "invalid", [{ path: "/when/segment" }]);
    await send("PUT", `${rules.replace(/flags.*/, "segments/s")}`, { body: {} });
    const then = await send("PATCH", one, {
      body: { name: "n", when: { segment: "s" }, serve: { rollout: rollout() } },
    });
    expectWritten(then, 200);
    expect(idsIn(then)).toEqual(["a", "x/y", "c"]);
    expect(rulesIn(then)[1]).toMatchObject({
      name: "n",
      when: { segment: "s" },
      serve: { rollout: { percentage: 20 } },
    });
    const back = await send("PATCH", one, { body: { name: null, when: null, serve: { variant: "off" } } });
    expect(rulesIn(back)[1]).toMatchObject({ name: "", when: { all: [] }, serve: { variant: "off" } });
    expectProblem(await send("PATCH", one, { body: { id: "other" } }), "invalid", [{ path: "/id" }]);
    expect((await send("PATCH", one, { body: { id: "x/y" } })).status).toBe(200);
  });

  test("is taken out; the others are put in another order", async () => {
    const { rules } = await withRules("a", "b", "c");
    expect(idsIn(await send("DELETE", `${rules}/b`, { body: { comment: "gone" } }))).toEqual(["a", "c"]);
    expectProblem(await send("DELETE", `${rules}/b`), "not-found");
    const turned = await send("PUT", rules, { body: { order: ["c", "a"] } });
    expectWritten(turned, 200);
    expect(idsIn(turned)).toEqual(["c", "a"]);
  });

  test("is refused with the place in what was sent, and nothing is written", async () => {
    const { path, rules } = await withRules("a", "b");
    const before = await stateOf(path);
    const add = async (body: unknown) => send("POST", rules, { body });
    expectProblem(await add({ rule: { id: "a", ...variant("on") } }), "invalid", [{ path: "/rule/id" }]);
    expectProblem(await add({ rule: variant("on"), before: "z" }), "invalid", [{ path: "/before" }]);
    expectProblem(await add({ rule: variant("z") }), "invalid", [{ path: "/rule/serve/variant" }]);
    expectProblem(await add({ rule: { ...variant("on"), x: 1 } }), "invalid", [{ path: "/rule/x" }]);
    expectProblem(await add({}), "invalid", [{ path: "/rule" }]);
    expectProblem(await add({ rule: { id: "release:abcdefghijkl:x", ...variant("on") } }), "invalid", [
      { path: "/rule/id" },
    ]);
    expectProblem(await add({ rule: { when: { segment: "none" }, ...variant("on") } }), "invalid", [
      { path: "/rule/when/segment" },
    ]);
    expectProblem(await send("PATCH", `${rules}/b`, { body: { serve: { variant: "z" } } }), "invalid", [
      { path: "/serve/variant" },
    ]);
    expectProblem(await send("PATCH", `${rules}/b`, { body: [] }), "invalid", [{ path: "" }]);
    expectProblem(await send("PATCH", `${rules}/z`, { body: {} }), "not-found");
    for (const [order, at] of [
      [["a"], "/order"],
      [["a", "b", "a"], "/order/2"],
      [["a", "z"], "/order/1"],
      [undefined, "/order"],
    ] as const)
      expectProblem(await send("PUT", rules, { body: { order } }), "invalid", [{ path: at }]);
    expectProblem(await send("POST", `${path}/flags/none/rules`, { body: { rule: variant("on") } }), "not-found");
    const read = await send("GET", rules);
    expectProblem(read, "method-not-allowed");
    expect(read.headers.get("Allow")).toBe("POST, PUT");
    expect(await stateOf(path)).toBe(before);
  });
});

describe("a merge patch from one form to another", () => {
  test.each<[string, unknown, unknown, unknown]>([
    ["a rollout to a variant", { rollout: rollout() }, { variant: "on" }, { variant: "on" }],
    ["a variant to a rollout", { variant: "on" }, { rollout: rollout() }, { rollout: rollout() }],
    ["a rollout to the code's default", { rollout: rollout() }, { codeDefault: true }, { codeDefault: true }],
    ["the code's default to a variant", { codeDefault: true }, { variant: "off" }, { variant: "off" }],
    ["the form by hand", { rollout: rollout() }, { variant: "on", rollout: null }, { variant: "on" }],
    [
      "a share to ranges, with all else as it was",
      { rollout: rollout() },
      { rollout: { ranges: [{ variant: "on", from: 0, to: 0.5 }] } },
      { rollout: { ranges: [{ variant: "on", from: 0, to: 0.5 }], otherwise: "off", by: "user.id" } },
    ],
    [
      "within the form",
      { rollout: rollout() },
      { rollout: { percentage: 30 } },
      { rollout: rollout({ percentage: 30 }) },
    ],
  ])("of what is served: %s", async (_, from, patch, to) => {
    const { path } = await environment();
    expectWritten(await send("PUT", `${path}/flags/f`, { body: booleanFlag({ default: from }) }), 201);
    const answer = await send("PATCH", `${path}/flags/f`, { body: { default: patch } });
    expectWritten(answer, 200);
    const served = (answer.body as View).flag.default as Record<string, object>;
    expect(served).toMatchObject(to as object);
    expect(Object.keys(served)).toEqual(Object.keys(to as object));
  });

  test("of a condition: a rule's and a segment's", async () => {
    const { path, rules } = await withRules("a");
    const conditions = [
      { attribute: "country", operator: "in", values: ["DE"], ignoreCase: true },
      { not: { attribute: "plan", operator: "exists", values: [] } },
      { not: { any: [] } },
      { all: [{ attribute: "country", operator: "exists", values: [] }] },
      { bucket: { by: "targetingKey", hash: "murmur3", salt: "s", from: 0, to: 5 } },
      { window: { from: "2026-01-01T00:00:00Z", until: null } },
    ];
    expectWritten(await send("PUT", `${path}/segments/s`, { body: {} }), 201);
    for (const when of conditions) {
      expect(rulesIn(await send("PATCH", `${rules}/a`, { body: { when } }))[0]?.when).toEqual(when);
      const segment = await send("PATCH", `${path}/segments/s`, { body: { when } });
      expect((segment.body as { segment: { when: unknown } }).segment.when).toEqual(when);
    }
    const [clause] = conditions;
    await send("PATCH", `${rules}/a`, { body: { when: clause } });
    const more = await send("PATCH", `${rules}/a`, { body: { when: { values: ["AT"] } } });
    expect(rulesIn(more)[0]?.when).toEqual({ ...clause, values: ["AT"] });
  });

  test("that names two forms is refused", async () => {
    const { path } = await environment();
    await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
    const both = { default: { variant: "on", codeDefault: true } };
    expect((await send("PATCH", `${path}/flags/f`, { body: both })).status).toBe(422);
  });
});
