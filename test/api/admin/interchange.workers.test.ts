import { describe, expect, test } from "vitest";
import * as answers from "../../../src/contract/answers.ts";
import { promoted } from "../../../src/contract/restored-answers.ts";
import * as LIMITS from "../../../src/contract/limits.ts";
import { booleanFlag, environment, expectProblem, expectWritten, send, stateOf, wholeFlag } from "./client.ts";

type Loose = Record<string, unknown>;

const native = (more: Loose) => ({ format: "sluice", formatVersion: 1, ...more });
const needs = (segment: string) => [{ when: { segment }, serve: { variant: "on" } }];

async function filled(): Promise<{ name: string; path: string }> {
  const made = await environment();
  const changes = [
    { op: "putSegment", segment: { key: "inner", include: ["u"] } },
    { op: "putSegment", segment: { key: "outer", when: { segment: "inner" } } },
    { op: "putSegment", segment: { key: "spare" } },
    { op: "putFlag", flag: booleanFlag({ key: "base" }) },
    { op: "putFlag", flag: booleanFlag({ key: "named" }) },
    {
      op: "putFlag",
      flag: booleanFlag({
        key: "top",
        prerequisites: [{ flag: "base", variants: ["on"] }],
        rules: [
          {
            id: "r",
            when: { all: [{ segment: "outer" }, { flag: "named", variants: ["on"] }] },
            serve: { variant: "on" },
          },
        ],
      }),
    },
    { op: "putFlag", flag: booleanFlag({ key: "gone" }) },
    { op: "archiveFlag", key: "gone" },
  ];
  expectWritten(await send("POST", `${made.path}/changes`, { body: { changes } }), 200);
  return made;
}

async function exported(path: string): Promise<Loose> {
  const { environment: _1, revision: _2, ...rest } = answers.document.parse((await send("GET", `${path}/export`)).body);
  return rest;
}

describe("export", () => {
  test("is one document of all live flags and segments, sorted, with the revision it shows", async () => {
    const { name, path } = await filled();
    const answer = await send("GET", `${path}/export?format=sluice`);
    expect(answer.status).toBe(200);
    const document = answers.document.parse(answer.body);
    expect(document).toMatchObject({ format: "sluice", formatVersion: 1, environment: name });
    expect(answer.headers.get("ETag")).toBe(`"${document.revision}"`);
    expect(document.flags.map(({ key }) => key)).toEqual(["base", "named", "top"]);
    expect(document.segments.map(({ key }) => key)).toEqual(["inner", "outer", "spare"]);
    expect(document.flags[0]).toEqual(wholeFlag("base"));
  });

  test("and import of it elsewhere make the same environment; a second import changes nothing", async () => {
    const [from, to] = [await filled(), await environment()];
    const body = (await send("GET", `${from.path}/export`)).body;
    const answer = await send("POST", `${to.path}/import`, { body, headers: { "Sluice-Comment": "moved" } });
    expect(expectWritten(answer, 200).version).toBe(2);
    expect(answers.imported.parse(answer.body)).toMatchObject({ imported: ["base", "named", "top"], refused: [] });
    expect(await exported(to.path)).toEqual(await exported(from.path));
    const again = await send("POST", `${to.path}/import`, { body });
    expect(expectWritten(again, 200).version).toBe(2);
    expect(again.body).toMatchObject({ imported: ["base", "named", "top"], diff: [] });
    const { entries } = answers.history.parse((await send("GET", `${to.path}/audit?action=import`)).body);
    expect(entries).toHaveLength(6);
    expect(entries[0]).toMatchObject({ comment: "moved", version: 2 });
  });

  test("of an environment with a hundred thousand members is whole", async () => {
    const { path } = await environment();
    const include = Array.from({ length: 100_000 }, (_, i) => `user-${i}`);
    expectWritten(await send("PUT", `${path}/segments/many`, { body: { include } }), 201);
    const { segments } = answers.document.parse((await send("GET", `${path}/export`)).body);
    expect(segments[0]!.include).toEqual(include);
    const to = await environment();
    const answer = await send("POST", `${to.path}/promote`, { body: { from: path.split("/")[2] } });
    expect(answer.body).toEqual({ diff: [], kept: [] }); // no flag needs it
  });
});

describe("import of a long list", () => {
  test("is whole at the limit of a body, whatever its characters, and refused beyond", async () => {
    const { path } = await environment();
    // Of two bytes a character in memory, though not in UTF-8.
    const include = Array.from({ length: 64_000 }, (_, i) => `${i}中`.padEnd(256, "x"));
    const document = (list: string[]) => ({ ...native({}), segments: [{ key: "many", include: list }] });
    const text = JSON.stringify(document(include));
    const rest = LIMITS.importBytes - new TextEncoder().encode(text).length;
    expect(rest).toBeGreaterThan(0);
    const answer = await send("POST", `${path}/import`, { body: text + " ".repeat(rest) });
    expect(expectWritten(answer, 200).version).toBe(2);
    const { body } = await send("GET", `${path}/segments/many/members?limit=10000`);
    expect(body).toMatchObject({ members: include.slice(0, 10_000), count: 64_000 });
    expectProblem(await send("POST", `${path}/import`, { body: text + " ".repeat(rest + 1) }), "too-large");
  });
});

describe("formats", () => {
  test("sluice and native are two names of one", async () => {
    const { path } = await environment();
    const whole = await send("GET", `${path}/export`);
    for (const format of ["sluice", "native"]) {
      expect((await send("GET", `${path}/export?format=${format}`)).text).toBe(whole.text);
      expectWritten(await send("POST", `${path}/import?format=${format}`, { body: whole.text }), 200);
    }
  });

  test("that aren't there yet are refused by name", async () => {
    const { path } = await environment();
    for (const format of ["flagd", "unleash", "", "SLUICE"]) {
      expectProblem(await send("GET", `${path}/export?format=${format}`), "invalid", [{ path: "/format" }]);
      expectProblem(await send("POST", `${path}/import?format=${format}`, { body: native({}) }), "invalid", [
        { path: "/format" },
      ]);
    }
    for (const [body, at] of [
      [{}, ["/format", "/formatVersion"]],
      [native({ formatVersion: 2 }), ["/formatVersion"]],
      [native({ extra: 1 }), ["/extra"]],
      [{ format: "flagd", formatVersion: 1 }, ["/format"]],
    ] as const)
      expectProblem(
        await send("POST", `${path}/import`, { body }),
        "invalid",
        at.map((one) => ({ path: one })),
      );
    expectProblem(await send("POST", `${path}/import?dryRun=yes`, { body: native({}) }), "invalid", [
      { path: "/dryRun" },
    ]);
  });
});

describe("import", () => {
  const document = native({
    flags: [
      booleanFlag({ key: "good" }),
      booleanFlag({ key: "bad", default: { variant: "none" } }),
      booleanFlag({ key: "lonely", rules: needs("nowhere") }),
      booleanFlag({ key: "needs-bad", prerequisites: [{ flag: "bad", variants: ["on"] }] }),
      booleanFlag({
        key: "needs-lonely",
        rules: [{ when: { flag: "lonely", variants: ["on"] }, serve: { variant: "on" } }],
      }),
      booleanFlag({ key: "good", description: "again" }),
      7,
    ],
    segments: [{ key: "fine" }, { key: "odd", when: { attribute: "a", operator: "matches", values: ["("] } }],
  });

  test("is all or none: what isn't valid is named by its place in the document, and nothing is written", async () => {
    const { path } = await environment();
    const before = await stateOf(path);
    expectProblem(await send("POST", `${path}/import`, { body: document }), "invalid", [
      { path: "/flags/1/default/variant" },
      { path: "/flags/5/key" },
      { path: "/flags/6" },
    ]);
    // What only shows when all of it is looked at together is named in the same way.
    const flags = [booleanFlag({ key: "good" }), booleanFlag({ key: "lonely", rules: needs("nowhere") })];
    expectProblem(
      await send("POST", `${path}/import`, { body: native({ flags, segments: [{ key: "fine" }] }) }),
      "invalid",
      [{ path: "/flags/1/rules/0/when/segment" }],
    );
    expect(await stateOf(path)).toBe(before);
  });

  test("with partial=true leaves out what isn't valid and what needs it, and says so", async () => {
    const { path } = await environment();
    const answer = await send("POST", `${path}/import?partial=true`, { body: document });
    expect(expectWritten(answer, 200).version).toBe(2);
    const { imported, refused, diff } = answers.imported.parse(answer.body);
    expect(imported).toEqual(["good"]);
    expect(refused.map(({ flag, segment, path: at }) => [flag ?? segment, at])).toEqual([
      ["bad", "/flags/1/default/variant"],
      ["good", "/flags/5/key"],
      [undefined, "/flags/6"],
      ["lonely", "/flags/2/rules/0/when/segment"],
      ["needs-bad", "/flags/3/prerequisites/0/flag"],
      ["odd", "/segments/1/when/values/0"],
      ["needs-lonely", "/flags/4/rules/0/when/flag"],
    ]);
    expect(diff).toMatchObject([
      { target: { kind: "segment", key: "fine" }, before: null, after: { include: { count: 0 } } },
      { target: { kind: "flag", key: "good" }, before: null, after: { description: "" } },
    ]);
    expect((await send("GET", `${path}/flags`)).body).toMatchObject({ flags: [{ flag: { key: "good" } }] });
  });

  test("as a dry run answers as it would, and writes nothing", async () => {
    const { path } = await filled();
    const before = await stateOf(path);
    const body = native({ flags: [booleanFlag({ key: "base", enabled: false }), booleanFlag({ key: "new" })] });
    const dry = await send("POST", `${path}/import?dryRun=true`, { body });
    expect(expectWritten(dry, 200).version).toBe(2);
    expect(await stateOf(path)).toBe(before);
    const real = await send("POST", `${path}/import`, { body });
    expect(expectWritten(real, 200).version).toBe(3);
    const { preview, ...would } = answers.imported.parse(dry.body);
    expect(preview?.flags.map(({ key }) => key)).toEqual(["base", "new"]);
    expect(would).toEqual(real.body);
    expect(answers.imported.parse(dry.body).diff.map(({ target }) => target.key)).toEqual(["base", "new"]);
    const [refused, wouldBe] = [
      await send("POST", `${path}/import`, { body: document }),
      await send("POST", `${path}/import?dryRun=true`, { body: document }),
    ];
    expect([wouldBe.status, wouldBe.text]).toEqual([refused.status, refused.text]);
  });

  test("replaces flags of the same name, archived ones too, and leaves others alone", async () => {
    const { path } = await filled();
    expectWritten(
      await send("POST", `${path}/import`, { body: native({ flags: [booleanFlag({ key: "gone" })] }) }),
      200,
    );
    const { flags } = answers.flags.parse((await send("GET", `${path}/flags`)).body);
    expect(flags.map(({ flag }) => flag.key)).toEqual(["base", "gone", "named", "top"]);
  });
});

describe("promote", () => {
  test("brings along the segments and flags that the flags need, in one version", async () => {
    const [from, to] = [await filled(), await environment()];
    expectWritten(await send("PUT", `${to.path}/flags/own`, { body: booleanFlag() }), 201);
    const body = { from: from.name, flags: ["top"] };
    const dry = await send("POST", `${to.path}/promote`, { body: { ...body, dryRun: true } });
    expect(expectWritten(dry, 200).version).toBe(2);
    const answer = await send("POST", `${to.path}/promote`, { body: { ...body, comment: "go" } });
    expect(expectWritten(answer, 200).version).toBe(3);
    const { preview, ...would } = promoted.parse(dry.body);
    expect(preview).toBeDefined();
    expect(answer.body).toEqual(would);
    const { diff } = promoted.parse(answer.body);
    expect(diff.map(({ target }) => `${target.kind} ${target.key}`)).toEqual([
      "segment inner",
      "segment outer",
      "flag base",
      "flag named",
      "flag top",
    ]);
    const { flags } = answers.flags.parse((await send("GET", `${to.path}/flags`)).body);
    expect(flags.map(({ flag }) => flag.key)).toEqual(["base", "named", "own", "top"]);
    expect((await send("GET", `${to.path}/segments/inner`)).body).toMatchObject({ segment: { include: ["u"] } });
    const { versions } = answers.versions.parse((await send("GET", `${to.path}/versions?limit=1`)).body);
    expect(versions[0]!.summary).toBe("promote inner, promote outer, promote base, 2 more: go");
    const again = await send("POST", `${to.path}/promote`, { body });
    expect(expectWritten(again, 200).version).toBe(3);
    expect(again.body).toEqual({ diff: [], kept: [] });
  });

  test("without a list takes every live flag, and the segments that are needed", async () => {
    const [from, to] = [await filled(), await environment()];
    const { diff } = promoted.parse((await send("POST", `${to.path}/promote`, { body: { from: from.name } })).body);
    expect(diff.map(({ target }) => target.key)).toEqual(["inner", "outer", "base", "named", "top"]);
  });

  test("is refused for environments and flags that aren't there", async () => {
    const [from, to] = [await filled(), await environment()];
    const before = await stateOf(to.path);
    const sent = async (body: unknown) => send("POST", `${to.path}/promote`, { body });
    expectProblem(await sent({}), "invalid", [{ path: "/from" }]);
    expectProblem(await sent({ from: "none" }), "invalid", [{ path: "/from" }]);
    expectProblem(await sent({ from: to.name }), "invalid", [{ path: "/from" }]);
    expectProblem(await sent({ from: from.name, flags: ["top", "none", "gone"] }), "invalid", [
      { path: "/flags/1" },
      { path: "/flags/2" },
    ]);
    expectProblem(await sent({ from: from.name, flags: [] }), "invalid", [{ path: "/flags" }]);
    expect(await stateOf(to.path)).toBe(before);
  });

  test("needs both environments in the caller's scope, whether they exist or not", async () => {
    const [from, to] = [await filled(), await environment()];
    const made = await send("POST", "/tokens", { body: { name: "ci", role: "editor", environments: [to.name] } });
    expect(made.status).toBe(201);
    const { secret } = made.body as { secret: string };
    const headers = { Authorization: `Bearer ${secret}` };
    const refusals = await Promise.all(
      [from.name, "never-was"].map((name) => send("POST", `${to.path}/promote`, { body: { from: name }, headers })),
    );
    for (const refusal of refusals) expectProblem(refusal, "forbidden");
    expect(refusals[0]!.text).toBe(refusals[1]!.text);
    const back = await send("POST", `${from.path}/promote`, { body: { from: to.name }, headers });
    expectProblem(back, "forbidden");
  });
});
