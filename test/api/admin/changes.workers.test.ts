import { describe, expect, test } from "vitest";
import { booleanFlag, environment, expectProblem, expectWritten, send, stateOf, TIME } from "./client.ts";

const put = (key: string, changes: Record<string, unknown> = {}) => ({
  op: "putFlag",
  flag: booleanFlag({ key, ...changes }),
});

describe("POST changes", () => {
  test("200: all of them in one version, whatever their order", async () => {
    const { name, path } = await environment();
    const start = (await send("GET", path)).body as { version: number };
    const needs = { prerequisites: [{ flag: "base", variants: ["on"] }] };
    const changes = [
      put("user", { ...needs, rules: [{ when: { segment: "staff" }, serve: { variant: "on" } }] }),
      put("base"),
      { op: "putSegment", segment: { key: "staff" } },
      { op: "patchFlag", key: "base", patch: { owner: "me" } },
      { op: "setRollout", key: "base", percentage: 5 },
      { op: "disableFlag", key: "user" },
      put("gone"),
      { op: "archiveFlag", key: "gone" },
      { op: "putSegment", segment: { key: "brief" } },
      { op: "deleteSegment", key: "brief" },
    ];
    const answer = await send("POST", `${path}/changes`, { body: { changes, comment: "All at once" } });
    const { version, revision, etag } = expectWritten(answer, 200);
    expect(version).toBe(start.version + 1);
    expect(etag).toBe(`"${revision}"`);
    expect(answer.body).toEqual({
      name,
      description: "",
      version,
      revision,
      flags: 2,
      propagated: { relays: 0, of: 0 },
      sampling: { enabled: false, redact: [], hash: [] },
      requiresApproval: 0,
      approvalBy: "any",
      production: false,
      sites: [],
      createdAt: TIME,
    });
    for (const [key, more] of [
      ["user", { enabled: false }],
      ["base", { owner: "me", default: { rollout: { percentage: 5 } } }],
    ] as const)
      expect((await send("GET", `${path}/flags/${key}`)).body).toMatchObject({ version, flag: more });
    expect((await send("GET", `${path}/segments/brief`)).status).toBe(404);
    expect((await send("GET", `${path}/flags/base/history`)).body).toMatchObject({
      entries: expect.toSatisfy((entries: { comment: string; version: number }[]) =>
        entries.every((entry) => entry.comment === "All at once" && entry.version === version),
      ) as unknown,
    });
  });

  test("none, when one can't be made: the issues say which", async () => {
    const { path } = await environment();
    await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
    const before = await stateOf(path);
    const fine = put("g");
    for (const [bad, type, ...paths] of [
      [{ op: "enableFlag", key: "nothing" }, "not-found", "/changes/1"],
      [{ op: "patchFlag", key: "f", patch: { key: "x" } }, "invalid", "/changes/1/patch/key"],
      [{ op: "setRollout", key: "f", percentage: 101 }, "invalid", "/changes/1/percentage"],
      [{ op: "setRollout", key: "f", percentage: 1, rule: "ramp" }, "invalid", "/changes/1/rule"],
      [
        put("h", { prerequisites: [{ flag: "i", variants: ["on"] }] }),
        "invalid",
        "/changes/1/flag/prerequisites/0/flag",
      ],
      [put("h", { default: { variant: "maybe" } }), "invalid", "/changes/1/flag/default/variant"],
      [
        { op: "putSegment", segment: { key: "s", when: { segment: "t" } } },
        "invalid",
        "/changes/1/segment/when/segment",
      ],
      [{ op: "restoreFlag", key: "f" }, "invalid", "/changes/1/op"],
      [{ op: "enableFlag", key: "f", more: 1 }, "invalid", "/changes/1/more"],
      [{ op: "enableFlag" }, "invalid", "/changes/1/key"],
      ["enableFlag", "invalid", "/changes/1"],
    ] as const)
      expectProblem(
        await send("POST", `${path}/changes`, { body: { changes: [fine, bad] } }),
        type,
        paths.map((at) => ({ path: at })),
      );
    expect(await stateOf(path)).toBe(before);
  });

  test("422: an empty batch, or none", async () => {
    const { path } = await environment();
    for (const body of [undefined, {}, { changes: [] }, { changes: {} }, { changes: null }])
      expectProblem(await send("POST", `${path}/changes`, { body }), "invalid", [{ path: "/changes" }]);
  });

  test("1 000 changes are taken, 1 001 are 413", async () => {
    const { path } = await environment();
    const changes = Array.from({ length: 1001 }, (_, i) => ({ op: "putSegment", segment: { key: `s${i}` } }));
    const before = await stateOf(path);
    expectProblem(await send("POST", `${path}/changes`, { body: { changes } }), "too-large");
    expect(await stateOf(path)).toBe(before);
    expectWritten(await send("POST", `${path}/changes`, { body: { changes: changes.slice(1) } }), 200);
  });

  test("200: what changes nothing in the end makes no version", async () => {
    const { path } = await environment();
    const first = expectWritten(await send("PUT", `${path}/flags/f`, { body: booleanFlag() }), 201);
    const changes = [
      { op: "disableFlag", key: "f" },
      { op: "enableFlag", key: "f" },
    ];
    const answer = expectWritten(await send("POST", `${path}/changes`, { body: { changes } }), 200);
    expect(answer.version).toBe(first.version);
  });

  test("If-Match is held against the environment, also for a batch of one", async () => {
    const { path } = await environment();
    const old = (await send("GET", path)).headers.get("ETag")!;
    await send("PUT", `${path}/flags/other`, { body: booleanFlag() });
    const before = await stateOf(path);
    const post = (tag: string) =>
      send("POST", `${path}/changes`, { body: { changes: [put("f")] }, headers: { "If-Match": tag } });
    expectProblem(await post(old), "version-conflict");
    expect(await stateOf(path)).toBe(before);
    const { etag } = expectWritten(await post((await send("GET", path)).headers.get("ETag")!), 200);
    expect((await send("GET", path)).headers.get("ETag")).toBe(etag);
  });
});
