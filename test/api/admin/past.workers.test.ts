import { describe, expect, test } from "vitest";
import { booleanFlag, environment, expectProblem, send } from "./client.ts";

/* Back in time: what a flag served then, one flag's earlier state, a whole version, and what promotions leave alone. */

const PLAN = {
  stages: [
    { name: "ten", percentage: 10, minBake: "1d" },
    { name: "all", percentage: 100 },
  ],
};
const at10 = { rollout: { percentage: 10, split: [{ variant: "on", weight: 1 }], otherwise: "off" } };
type Served = { flags: { key: string; variant: string; trace: unknown[] }[] };
type Diff = { target: { key: string }; changes: { path: string; before: unknown; after: unknown }[] }[];
type Restored = { diff: Diff; kept: { flag: string; paths: string[] }[]; preview?: { flags: { key: string }[] } };

const variants = ({ body }: { body: unknown }): Record<string, string> =>
  Object.fromEntries((body as Served).flags.map(({ key, variant }) => [key, variant]));

describe("evaluate at", () => {
  test("a version: that state with its segments and members; an instant: the newest state of then", async () => {
    const { path } = await environment();
    await send("PUT", `${path}/segments/s`, { body: { include: ["ann"] } }); // 2
    const rules = [{ when: { segment: "s" }, serve: { variant: "on" } }];
    await send("PUT", `${path}/flags/f`, { body: booleanFlag({ rules }) }); // 3
    await send("POST", `${path}/segments/s/members`, { body: { remove: ["ann"], add: ["bob"] } }); // 4
    const third = new Date().toISOString();
    await new Promise((resolve) => setTimeout(resolve, 5)); // an instant between two versions
    await send("PUT", `${path}/flags/g`, { body: booleanFlag() }); // 5
    await send("DELETE", `${path}/flags/f`); // 6
    const asks = async (at: unknown, targetingKey = "ann", flag?: string) =>
      send("POST", `${path}/evaluate`, { body: { context: { targetingKey }, at, ...(flag && { flag }) } });
    expect(variants(await asks(3))).toEqual({ f: "on" });
    expect(variants(await asks(3, "ann", "f"))).toEqual({ f: "on" });
    expect(variants(await asks(4))).toEqual({ f: "off" });
    expect(variants(await asks(5, "bob"))).toEqual({ f: "on", g: "off" });
    expect(variants(await asks(third, "bob"))).toEqual({ f: "on" });
    expect(variants(await asks("2999-01-01T00:00:00Z"))).toEqual({ g: "off" });
    expectProblem(await asks(7), "not-found");
    expectProblem(await asks("2020-01-01T00:00:00Z"), "not-found");
    expectProblem(await asks(6, "ann", "f"), "not-found");
    for (const at of [0, -1, 1.5, "yesterday", null]) expect((await asks(at)).status).toBe(422);
  });

  test("an instant judges windows then, a version judges them now", async () => {
    const { path } = await environment();
    const window = { from: "2998-01-01T00:00:00Z", until: null };
    await send("PUT", `${path}/flags/f`, { body: booleanFlag({ rules: [{ window, serve: { variant: "on" } }] }) });
    const asks = async (at: unknown) => send("POST", `${path}/evaluate`, { body: { context: {}, at } });
    expect(variants(await asks(2))).toEqual({ f: "off" });
    expect(variants(await asks("2999-01-01T00:00:00Z"))).toEqual({ f: "on" });
  });
});

describe("restoring a version", () => {
  test("a dry run writes nothing, and says what would differ and for whom", async () => {
    const { path } = await environment();
    await send("PATCH", path, { body: { sampling: { enabled: true } } }); // 2
    await send("PUT", `${path}/flags/f`, { body: booleanFlag() }); // 3
    await send("PUT", `${path}/flags/f/rollout`, { body: { percentage: 50 } }); // 4
    const dry = await send("POST", `${path}/versions/3/restore`, { body: { dryRun: true } });
    expect(dry.status).toBe(200);
    const { diff, kept, preview } = dry.body as Restored;
    expect(diff).toMatchObject([{ target: { key: "f" }, changes: [{ path: "/default" }] }]);
    expect(kept).toEqual([]);
    expect(preview!.flags).toMatchObject([{ key: "f", changed: 0, of: 0 }]);
    expect(dry.headers.get("Sluice-Version")).toBe("4");
    const made = await send("POST", `${path}/versions/3/restore`);
    expect((made.body as Restored).diff).toEqual(diff);
    expect(made.headers.get("Sluice-Version")).toBe("5");
  });

  test("keeps flags that are being released, and names them, unless their releases are to be cancelled", async () => {
    const { path } = await environment();
    for (const key of ["a", "b"]) await send("PUT", `${path}/flags/${key}`, { body: booleanFlag() }); // 2, 3
    const made = await send("POST", `${path}/flags/a/releases`, { body: { plan: PLAN } }); // 4
    await send("DELETE", `${path}/flags/b`); // 5
    await send("PUT", `${path}/flags/new`, { body: booleanFlag() }); // 6
    const release = `${path}/flags/a/releases/${(made.body as { id: string }).id}`;
    const keeping = await send("POST", `${path}/versions/3/restore`);
    expect((keeping.body as Restored).kept).toEqual([{ flag: "a", paths: [""] }]);
    expect((await send("GET", release)).body).toMatchObject({ state: "baking", percentage: 10 });
    expect((await send("GET", `${path}/flags/b`)).body).not.toHaveProperty("archivedAt");
    expect((await send("GET", `${path}/flags/new`)).body).toHaveProperty("archivedAt");
    const dry = await send("POST", `${path}/versions/3/restore`, { body: { releases: "cancel", dryRun: true } });
    expect((dry.body as Restored).diff).toMatchObject([{ target: { key: "a" } }]);
    expect((await send("GET", release)).body).toMatchObject({ state: "baking" });
    const cancelling = await send("POST", `${path}/versions/3/restore`, { body: { releases: "cancel" } });
    expect(cancelling.status).toBe(200);
    expect((cancelling.body as Restored).kept).toEqual([]);
    expect((await send("GET", release)).body).toMatchObject({ state: "cancelled" });
    expect((await send("GET", `${path}/flags/a`)).body).toMatchObject({ flag: { default: { variant: "off" } } });
    expect((await send("GET", `${path}/audit/verify`)).body).toMatchObject({ ok: true });
  });

  test("cancels nothing where the rest waits for consent, and nothing at a stale If-Match", async () => {
    const { path } = await environment();
    await send("PUT", `${path}/flags/a`, { body: booleanFlag() });
    const made = await send("POST", `${path}/flags/a/releases`, { body: { plan: PLAN } });
    const release = `${path}/flags/a/releases/${(made.body as { id: string }).id}`;
    const body = { releases: "cancel" };
    const stale = await send("POST", `${path}/versions/2/restore`, { body, headers: { "If-Match": '"other.1"' } });
    expectProblem(stale, "version-conflict");
    await send("PATCH", path, { body: { requiresApproval: 1 } });
    expectProblem(await send("POST", `${path}/versions/2/restore`, { body }), "conflict");
    expect((await send("GET", release)).body).toMatchObject({ state: "baking" });
  });
});

describe("one flag's earlier state", () => {
  test("comes back by itself; the others stay", async () => {
    const { path } = await environment();
    await send("PUT", `${path}/flags/f`, { body: booleanFlag({ owner: "ann" }) }); // 2
    await send("PUT", `${path}/flags/g`, { body: booleanFlag() }); // 3
    await send("PUT", `${path}/flags/f`, { body: booleanFlag({ owner: "bob" }) }); // 4
    const dry = await send("POST", `${path}/flags/f/restore`, { body: { version: 2, dryRun: true } });
    expect(dry.status).toBe(200);
    expect(dry.body).toMatchObject({
      flag: { owner: "ann" },
      diff: [{ changes: [{ path: "/owner", before: "bob", after: "ann" }] }],
      preview: { flags: [{ key: "f" }] },
    });
    expect((await send("GET", `${path}/flags/f`)).body).toMatchObject({ flag: { owner: "bob" }, version: 4 });
    const made = await send("POST", `${path}/flags/f/restore`, { body: { version: 3 } });
    expect(made.body).toMatchObject({ flag: { owner: "ann" }, version: 5 });
    expect(made.body).not.toHaveProperty("diff");
    expect((await send("GET", `${path}/flags/g`)).body).toMatchObject({ version: 3 });
    expect((await send("GET", `${path}/flags/f/history`)).body).toMatchObject({
      entries: [{ action: "restoreFlag" }, {}, {}],
    });
  });

  test("also out of the archive; 409 during a release; 404 where there was none", async () => {
    const { path } = await environment();
    await send("PUT", `${path}/flags/f`, { body: booleanFlag({ owner: "ann" }) }); // 2
    await send("DELETE", `${path}/flags/f`); // 3
    expectProblem(await send("POST", `${path}/flags/f/restore`, { body: { version: 3 } }), "not-found");
    expectProblem(await send("POST", `${path}/flags/f/restore`, { body: { version: 99 } }), "not-found");
    expectProblem(await send("POST", `${path}/flags/never/restore`, { body: { version: 2 } }), "not-found");
    const back = await send("POST", `${path}/flags/f/restore`, { body: { version: 2 } });
    expect(back.body).toMatchObject({ flag: { owner: "ann" } });
    expect(back.body).not.toHaveProperty("archivedAt");
    await send("POST", `${path}/flags/f/releases`, { body: { plan: PLAN } });
    expectProblem(await send("POST", `${path}/flags/f/restore`, { body: { version: 2 } }), "conflict");
    for (const version of [0, "2", 1.5])
      expect((await send("POST", `${path}/flags/f/restore`, { body: { version } })).status).toBe(422);
  });
});

describe("a promotion", () => {
  /** Two environments in which the same flags stand elsewhere. */
  async function apart(there: object, here: object): Promise<{ path: string; from: string }> {
    const [source, target] = [await environment(), await environment()];
    await send("PUT", `${source.path}/flags/f`, { body: booleanFlag(there as Record<string, unknown>) });
    await send("PUT", `${target.path}/flags/f`, { body: booleanFlag(here as Record<string, unknown>) });
    return { path: target.path, from: source.name };
  }

  test("keeps the shares and `enabled` of here, says so, and brings the rest", async () => {
    const rule = (percentage: number) => ({ id: "r", serve: { rollout: { ...at10.rollout, percentage } } });
    const { path, from } = await apart(
      { owner: "new", default: at10, rules: [rule(5)] },
      { owner: "old", default: { rollout: { ...at10.rollout, percentage: 100 } }, rules: [rule(60)], enabled: false },
    );
    const dry = await send("POST", `${path}/promote`, { body: { from, dryRun: true } });
    expect(dry.body).toMatchObject({ preview: { flags: [{ key: "f" }] } });
    const made = await send("POST", `${path}/promote`, { body: { from } });
    expect((made.body as Restored).kept).toEqual([
      { flag: "f", paths: ["/enabled", "/default/rollout/percentage", "/rules/0/serve/rollout/percentage"] },
    ]);
    expect((made.body as Restored).diff).toMatchObject([
      { changes: [{ path: "/owner", before: "old", after: "new" }] },
    ]);
    expect((await send("GET", `${path}/flags/f`)).body).toMatchObject({
      flag: { owner: "new", enabled: false, default: { rollout: { percentage: 100 } } },
    });
    await send("POST", `${path}/promote`, { body: { from, include: ["share", "enabled"] } });
    expect((await send("GET", `${path}/flags/f`)).body).toMatchObject({
      flag: { enabled: true, default: { rollout: { percentage: 10 } } },
    });
  });

  test.each([
    ["nobody gets it here", { variant: "off" }, 0],
    ["everybody gets it here", { variant: "on" }, 100],
  ])("a rollout of there is taken on so that still %s", async (_, here, percentage) => {
    const { path, from } = await apart({ default: at10 }, { default: here });
    const { kept } = (await send("POST", `${path}/promote`, { body: { from } })).body as Restored;
    expect(kept).toEqual([{ flag: "f", paths: ["/default/rollout/percentage"] }]);
    expect((await send("GET", `${path}/flags/f`)).body).toMatchObject({
      flag: { default: { rollout: { percentage } } },
    });
  });

  test("a rollout of here stays where there everybody gets it", async () => {
    const { path, from } = await apart({ default: { variant: "on" } }, { default: at10 });
    const { kept } = (await send("POST", `${path}/promote`, { body: { from } })).body as Restored;
    expect(kept).toEqual([{ flag: "f", paths: ["/default"] }]);
    expect((await send("GET", `${path}/flags/f`)).body).toMatchObject({
      flag: { default: { rollout: { percentage: 10 } } },
    });
  });

  test("leaves alone what is being released here, and refuses it by name", async () => {
    const { path, from } = await apart({ owner: "new" }, { owner: "old" });
    await send("POST", `${path}/flags/f/releases`, { body: { plan: PLAN } });
    expectProblem(await send("POST", `${path}/promote`, { body: { from, flags: ["f"] } }), "conflict");
    const { kept, diff } = (await send("POST", `${path}/promote`, { body: { from } })).body as Restored;
    expect({ kept, diff }).toEqual({ kept: [{ flag: "f", paths: [""] }], diff: [] });
    expect((await send("GET", `${path}/flags/f`)).body).toMatchObject({ flag: { owner: "old" } });
  });

  test("a new flag comes as it is there", async () => {
    const [source, target] = [await environment(), await environment()];
    await send("PUT", `${source.path}/flags/f`, { body: booleanFlag({ default: at10 }) });
    const made = await send("POST", `${target.path}/promote`, { body: { from: source.name } });
    expect((made.body as Restored).kept).toEqual([]);
    expect((await send("GET", `${target.path}/flags/f`)).body).toMatchObject({
      flag: { default: { rollout: { percentage: 10 } } },
    });
  });
});

test("a dry run of an import says for whom it would change something", async () => {
  const { path } = await environment();
  const document = {
    format: "sluice",
    formatVersion: 1,
    flags: [
      { key: "f", ...booleanFlag() },
      { key: "g", ...booleanFlag({ rules: [{ when: { segment: "none" }, serve: { variant: "on" } }] }) },
    ],
  };
  const dry = await send("POST", `${path}/import?dryRun=true&partial=true`, { body: document });
  expect(dry.body).toMatchObject({ imported: ["f"], preview: { flags: [{ key: "f", changed: 0, of: 0 }] } });
});
