import { describe, expect, test } from "vitest";
import {
  booleanFlag,
  environment,
  expectProblem,
  expectWritten,
  flagView,
  send,
  stateOf,
  wholeFlag,
} from "./client.ts";

const ALWAYS = { name: "", when: { all: [] }, window: { from: null, until: null } };
const rolloutOf = (key: string, changes: Record<string, unknown>) => ({
  rollout: { otherwise: null, by: "targetingKey", salt: key, hash: "murmur3", absent: "otherwise", ...changes },
});
const strings = (changes: Record<string, unknown> = {}) => ({
  type: "string",
  variants: { a: "A", b: "B", c: "C" },
  default: { variant: "c" },
  ...changes,
});

async function withFlag(flag: Record<string, unknown>): Promise<{
  rollout: (body: unknown) => ReturnType<typeof send>;
  path: string;
}> {
  const { path } = await environment();
  expectWritten(await send("PUT", `${path}/flags/f`, { body: flag }), 201);
  return { path, rollout: (body) => send("PUT", `${path}/flags/f/rollout`, { body }) };
}

describe("PUT rollout of a boolean flag", () => {
  test("a fixed false becomes a rollout of the true variant with the false one for the rest", async () => {
    const { rollout } = await withFlag(booleanFlag());
    const answer = await rollout({ percentage: 25 });
    const { version } = expectWritten(answer, 200);
    const served = rolloutOf("f", { percentage: 25, split: [{ variant: "on", weight: 1 }], otherwise: "off" });
    expect(answer.body).toEqual(flagView(wholeFlag("f", { default: served }), version));
  });

  test("a fixed true becomes the same", async () => {
    const { rollout } = await withFlag(booleanFlag({ default: { variant: "on" } }));
    const answer = await rollout({ percentage: 25 });
    const served = rolloutOf("f", { percentage: 25, split: [{ variant: "on", weight: 1 }], otherwise: "off" });
    expect(answer.body).toMatchObject({ flag: { default: served } });
  });

  test("a rule by its id is rolled out, and the rest of the flag stays", async () => {
    const rules = ["staff", "ramp"].map((id) => ({ id, ...ALWAYS, serve: { variant: "off" } }));
    const { rollout } = await withFlag(booleanFlag({ rules, owner: "me" }));
    const answer = await rollout({ percentage: 1, rule: "ramp" });
    const { version } = expectWritten(answer, 200);
    const serve = rolloutOf("f", { percentage: 1, split: [{ variant: "on", weight: 1 }], otherwise: "off" });
    const after = wholeFlag("f", { owner: "me", rules: [rules[0], { ...rules[1], serve }] });
    expect(answer.body).toEqual(flagView(after, version));
  });

  test("422: without one true and one false variant it must be told", async () => {
    for (const variants of [
      { on: true, yes: true, off: false },
      { off: false, no: false },
    ]) {
      const { path, rollout } = await withFlag(booleanFlag({ variants }));
      const before = await stateOf(path);
      expectProblem(await rollout({ percentage: 25 }), "invalid", [{ path: "/split" }]);
      expect(await stateOf(path)).toBe(before);
      expectWritten(await rollout({ percentage: 25, split: [{ variant: Object.keys(variants)[0], weight: 1 }] }), 200);
    }
  });
});

describe("PUT rollout of other types", () => {
  test("needs a split once; the variant served before is for the rest", async () => {
    const { path, rollout } = await withFlag(strings());
    const before = await stateOf(path);
    expectProblem(await rollout({ percentage: 25 }), "invalid", [{ path: "/split" }]);
    expect(await stateOf(path)).toBe(before);

    const split = [
      { variant: "a", weight: 2 },
      { variant: "b", weight: 1 },
    ];
    const first = await rollout({ percentage: 25, split });
    expect(first.body).toMatchObject({
      flag: { default: rolloutOf("f", { percentage: 25, split, otherwise: "c" }) },
    });
    const second = await rollout({ percentage: 50 });
    expect(second.body).toMatchObject({
      flag: { default: rolloutOf("f", { percentage: 50, split, otherwise: "c" }) },
    });
    const other = [{ variant: "b", weight: 1 }];
    expect((await rollout({ percentage: 50, split: other })).body).toMatchObject({
      flag: { default: rolloutOf("f", { percentage: 50, split: other, otherwise: "c" }) },
    });
  });

  test("422: a split must name variants of the flag, each once, with a weight above 0", async () => {
    const { path, rollout } = await withFlag(strings());
    const before = await stateOf(path);
    for (const [split, ...paths] of [
      [[{ variant: "z", weight: 1 }], "/split/0/variant"],
      [[{ variant: "a", weight: 0 }], "/split"],
      [[], "/split", "/split"],
      [[{ variant: "a", weight: 1.5 }], "/split/0/weight"],
      [[{ variant: "a", weight: -1 }], "/split/0/weight", "/split"],
      [[{ variant: "a", weight: 1_000_001 }], "/split/0/weight"],
      [[1, 2].map(() => ({ variant: "a", weight: 1 })), "/split"],
      [[{ variant: "a", weight: 1, share: 1 }], "/split/0/share"],
    ] as const)
      expectProblem(
        await rollout({ percentage: 25, split }),
        "invalid",
        paths.map((at) => ({ path: at })),
      );
    expect(await stateOf(path)).toBe(before);
  });
});

describe("PUT rollout of what is rolled out", () => {
  test("changes the percentage and moves nobody: by, salt, hash, split and the rest stay", async () => {
    const kept = {
      split: [{ variant: "on", weight: 7 }],
      otherwise: null,
      by: ["user", "visitor"],
      salt: "old",
      absent: "skip",
    };
    const { rollout } = await withFlag(booleanFlag({ default: rolloutOf("f", { percentage: 1, ...kept }) }));
    const answer = await rollout({ percentage: 2 });
    expect(answer.body).toMatchObject({ flag: { default: rolloutOf("f", { percentage: 2, ...kept }) } });
  });

  test.each([0, 0.001, 33.333, 99.999, 100])("%d is a percentage", async (percentage) => {
    const { rollout } = await withFlag(booleanFlag());
    const answer = await rollout({ percentage });
    expectWritten(answer, 200);
    expect(answer.body).toMatchObject({ flag: { default: { rollout: { percentage } } } });
  });

  test.each([100.001, 101, -0.001, -1, 0.0005, 33.3333, "25", null, true, [25], {}])(
    "422: %j is none",
    async (percentage) => {
      const { path, rollout } = await withFlag(booleanFlag());
      const before = await stateOf(path);
      expectProblem(await rollout({ percentage }), "invalid", [{ path: "/percentage" }]);
      expect(await stateOf(path)).toBe(before);
    },
  );

  test("422: without a percentage there is nothing to set", async () => {
    const { rollout } = await withFlag(booleanFlag());
    expectProblem(await rollout({}), "invalid", [{ path: "/percentage" }]);
    expectProblem(await rollout({ percentage: 1, share: 2 }), "invalid", [{ path: "/share" }]);
  });

  test("422: a rule that there isn't", async () => {
    const { path, rollout } = await withFlag(booleanFlag({ rules: [{ id: "staff", serve: { variant: "on" } }] }));
    const before = await stateOf(path);
    for (const rule of ["ramp", "rule-1", "", 0, null])
      expectProblem(await rollout({ percentage: 25, rule }), "invalid", [{ path: "/rule" }]);
    expect(await stateOf(path)).toBe(before);
  });

  test("422: ranges have no percentage until a split takes their place", async () => {
    const ranges = [{ variant: "on", from: 0, to: 0.5 }];
    const { rollout } = await withFlag(booleanFlag({ default: { rollout: { ranges, otherwise: "off" } } }));
    expectProblem(await rollout({ percentage: 25 }), "invalid", [{ path: "/split" }]);
    const split = [{ variant: "on", weight: 1 }];
    expect((await rollout({ percentage: 25, split })).body).toMatchObject({
      flag: { default: rolloutOf("f", { percentage: 25, split, otherwise: "off" }) },
    });
  });

  test("422: the default in the code can't take part", async () => {
    const { rollout } = await withFlag(booleanFlag({ default: { codeDefault: true } }));
    expectProblem(await rollout({ percentage: 25 }), "invalid", [{ path: "" }]);
  });

  test("200: the same percentage again changes nothing", async () => {
    const { rollout } = await withFlag(booleanFlag());
    const first = expectWritten(await rollout({ percentage: 25 }), 200);
    expect(expectWritten(await rollout({ percentage: 25 }), 200)).toEqual(first);
  });

  test("404: there is no flag. 409: it is archived", async () => {
    const { path, rollout } = await withFlag(booleanFlag());
    expectProblem(await send("PUT", `${path}/flags/g/rollout`, { body: { percentage: 1 } }), "not-found");
    await send("DELETE", `${path}/flags/f`);
    expectProblem(await rollout({ percentage: 1 }), "archived");
  });
});
