import { describe, expect, test } from "vitest";
import * as answers from "../../../src/contract/answers.ts";
import { booleanFlag, environment, expectProblem, expectWritten, send, stateOf } from "./client.ts";

const half = { rollout: { percentage: 50, split: [{ variant: "on", weight: 1 }], otherwise: "off" } };

async function shop(): Promise<string> {
  const { path } = await environment();
  const changes = [
    { op: "putSegment", segment: { key: "staff", include: ["ada"] } },
    {
      op: "putFlag",
      flag: booleanFlag({
        key: "checkout",
        rules: [{ id: "staff", when: { segment: "staff" }, serve: { variant: "on" } }],
      }),
    },
    {
      op: "putFlag",
      flag: booleanFlag({
        key: "banner",
        prerequisites: [{ flag: "checkout", variants: ["on"] }],
        default: { variant: "on" },
      }),
    },
    { op: "putFlag", flag: booleanFlag({ key: "other" }) },
  ];
  expectWritten(await send("POST", `${path}/changes`, { body: { changes } }), 200);
  return path;
}

describe("evaluate", () => {
  test("says what every live flag serves to a context, and why", async () => {
    const path = await shop();
    expectWritten(await send("DELETE", `${path}/flags/other`), 200);
    const answer = await send("POST", `${path}/evaluate`, { body: { context: { targetingKey: "ada" } } });
    expect(answer.status).toBe(200);
    expect(answer.headers.has("Sluice-Version")).toBe(false);
    const { flags } = answers.explanations.parse(answer.body);
    expect(flags.map(({ trace, ...served }) => [served, trace.length])).toEqual([
      [{ key: "banner", value: true, variant: "on", reason: "STATIC" }, 3],
      [{ key: "checkout", value: true, variant: "on", reason: "TARGETING_MATCH", ruleId: "staff" }, 2],
    ]);
  });

  test("takes one flag; an unknown or archived one is 404", async () => {
    const path = await shop();
    const answer = await send("POST", `${path}/evaluate`, { body: { context: {}, flag: "banner" } });
    const { flags } = answers.explanations.parse(answer.body);
    expect(flags).toMatchObject([
      {
        key: "banner",
        reason: "DISABLED",
        trace: [{ held: true }, { step: "prerequisite", flag: "checkout", held: false }],
      },
    ]);
    expectProblem(await send("POST", `${path}/evaluate`, { body: { context: {}, flag: "none" } }), "not-found");
    await send("DELETE", `${path}/flags/other`);
    expectProblem(await send("POST", `${path}/evaluate`, { body: { context: {}, flag: "other" } }), "not-found");
  });

  test("takes contexts as an evaluation does, and refuses others", async () => {
    const path = await shop();
    const sent = async (context: unknown) => send("POST", `${path}/evaluate`, { body: { context } });
    for (const bad of [
      undefined,
      null,
      [],
      "x",
      JSON.parse(`${'{"a":'.repeat(11)}1${"}".repeat(11)}`),
      { a: "x".repeat(70_000) },
    ])
      expectProblem(await sent(bad), "invalid", [{ path: "/context" }]);
    const odd = await sent({ targetingKey: { not: "a text" } });
    expect(answers.explanations.parse(odd.body).flags).toHaveLength(3);
    expectProblem(await send("POST", `${path}/evaluate`, { body: { context: {}, flags: ["a"] } }), "invalid", [
      { path: "/flags" },
    ]);
  });
});

describe("preview", () => {
  const contexts = [{ targetingKey: "ada" }, { targetingKey: "bob" }, {}];

  test("counts for which contexts which flags would change, and writes nothing", async () => {
    const path = await shop();
    const before = await stateOf(path);
    const changes = [
      { op: "putSegment", segment: { key: "staff", include: ["bob"] } },
      { op: "enableFlag", key: "other" },
    ];
    const answer = await send("POST", `${path}/preview`, { body: { changes, contexts } });
    expect(answer.status).toBe(200);
    const on = { value: true, variant: "on" };
    const off = { value: false, variant: "off" };
    const staff = { reason: "TARGETING_MATCH", ruleId: "staff" };
    expect(answers.effects.parse(answer.body)).toEqual({
      flags: [
        {
          key: "banner",
          changed: 2,
          of: 3,
          examples: [
            { context: { targetingKey: "ada" }, before: { ...on, reason: "STATIC" }, after: { reason: "DISABLED" } },
            { context: { targetingKey: "bob" }, before: { reason: "DISABLED" }, after: { ...on, reason: "STATIC" } },
          ],
        },
        {
          key: "checkout",
          changed: 2,
          of: 3,
          examples: [
            { context: { targetingKey: "ada" }, before: { ...on, ...staff }, after: { ...off, reason: "DEFAULT" } },
            { context: { targetingKey: "bob" }, before: { ...off, reason: "DEFAULT" }, after: { ...on, ...staff } },
          ],
        },
        { key: "other", changed: 0, of: 3, examples: [] },
      ],
    });
    expect(await stateOf(path)).toBe(before);
  });

  test("shows at most five examples, and flags that come or go as null", async () => {
    const path = await shop();
    const many = Array.from({ length: 1000 }, (_, i) => ({ targetingKey: `user-${i}` }));
    const changes = [
      { op: "putFlag", flag: booleanFlag({ key: "new" }) },
      { op: "archiveFlag", key: "other" },
      { op: "patchFlag", key: "checkout", patch: { default: { variant: null, ...half } } },
    ];
    const answer = await send("POST", `${path}/preview`, { body: { changes, contexts: many } });
    const { flags } = answers.effects.parse(answer.body);
    const of = (key: string) => flags.find((flag) => flag.key === key)!;
    expect(of("new")).toMatchObject({
      changed: 1000,
      of: 1000,
      examples: [{ before: null, after: { variant: "off" } }, {}, {}, {}, {}],
    });
    expect(of("new").examples).toHaveLength(5);
    expect(of("other")).toMatchObject({ changed: 1000, examples: [{ after: null }, {}, {}, {}, {}] });
    // Half of the users, give or take five standard deviations.
    expect(Math.abs(of("checkout").changed - 500)).toBeLessThan(80);
    expect(of("banner").changed).toBe(of("checkout").changed);
  });

  test("is refused as the write would be", async () => {
    const path = await shop();
    for (const changes of [
      [{ op: "enableFlag", key: "none" }],
      [{ op: "deleteSegment", key: "staff" }],
      [
        {
          op: "patchFlag",
          key: "checkout",
          patch: { rules: [{ when: { segment: "none" }, serve: { variant: "on" } }] },
        },
      ],
      [],
      [{ op: "explode" }],
    ]) {
      const written = await send("POST", `${path}/changes`, { body: { changes } });
      const tried = await send("POST", `${path}/preview`, { body: { changes, contexts } });
      expect(written.status).toBeGreaterThanOrEqual(400);
      expect([tried.status, tried.text]).toEqual([written.status, written.text]);
    }
    const long = Array.from({ length: 1001 }, () => ({ op: "enableFlag", key: "other" }));
    expectProblem(await send("POST", `${path}/preview`, { body: { changes: long } }), "too-large");
    const changes = [{ op: "disableFlag", key: "other" }];
    const crowd = Array.from({ length: 1001 }, () => ({}));
    expectProblem(await send("POST", `${path}/preview`, { body: { changes, contexts: crowd } }), "invalid", [
      { path: "/contexts" },
    ]);
    expectProblem(await send("POST", `${path}/preview`, { body: { changes, contexts: [{}, 7] } }), "invalid", [
      { path: "/contexts/1" },
    ]);
  });

  test("without contexts, and no sample of recent ones, finds nothing to compare", async () => {
    const path = await shop();
    const answer = await send("POST", `${path}/preview`, { body: { changes: [{ op: "disableFlag", key: "other" }] } });
    expect(answers.effects.parse(answer.body)).toEqual({ flags: [{ key: "other", changed: 0, of: 0, examples: [] }] });
  });
});
