import { exports } from "cloudflare:workers";
import { describe, expect, test, vi } from "vitest";
import * as answers from "../../../src/contract/answers.ts";
import { booleanFlag, environment, expectProblem, expectWritten, send, TIME } from "./client.ts";

/* What is known of evaluations: when flags were last evaluated, and, where it is wanted, a sample of contexts. */

async function shop(): Promise<{ path: string; evaluate: (route: string, context?: unknown) => Promise<void> }> {
  const { path } = await environment();
  for (const key of ["one", "other"])
    expectWritten(await send("PUT", `${path}/flags/${key}`, { body: booleanFlag() }), 201);
  const made = await send("POST", `${path}/keys`, { body: { kind: "server", name: "k" } });
  const { secret } = answers.newKeyView.parse(made.body);
  const evaluate = async (route: string, context: unknown = {}): Promise<void> => {
    const response = await exports.default.fetch(
      new Request(`https://sluice.test/ofrep/v1/evaluate/flags${route}`, {
        method: "POST",
        headers: { Authorization: `Bearer ${secret}` },
        body: JSON.stringify({ context }),
      }),
    );
    expect(response.status).toBe(200);
    await response.text();
  };
  return { path, evaluate };
}

const view = async (path: string, key: string) =>
  answers.flagView.parse((await send("GET", `${path}/flags/${key}`)).body);

describe("the last evaluation of a flag", () => {
  test("shows when it was evaluated by itself, and only then", async () => {
    const { path, evaluate } = await shop();
    expect(await view(path, "one")).not.toHaveProperty("lastEvaluatedAt");
    await evaluate("/one");
    await expect.poll(() => view(path, "one")).toHaveProperty("lastEvaluatedAt", TIME);
    expect(await view(path, "other")).not.toHaveProperty("lastEvaluatedAt");
    const { flags } = answers.flags.parse((await send("GET", `${path}/flags`)).body);
    expect(flags.map((one) => "lastEvaluatedAt" in one)).toEqual([true, false]);
  });

  test("shows for all flags when they were evaluated together, not for those made later", async () => {
    const { path, evaluate } = await shop();
    await evaluate("");
    await expect.poll(() => view(path, "other")).toHaveProperty("lastEvaluatedAt", TIME);
    const created = Date.parse((await view(path, "other")).lastEvaluatedAt!) + 1;
    await expect.poll(() => Date.now()).toBeGreaterThan(created);
    await send("PUT", `${path}/flags/later`, { body: booleanFlag() });
    expect(await view(path, "later")).not.toHaveProperty("lastEvaluatedAt");
  });

  test("makes no version and no entry in the log", async () => {
    const { path, evaluate } = await shop();
    // Evaluating brings a relay into being, which is no write.
    const state = async (): Promise<unknown[]> => {
      const { propagated: _, ...view } = answers.environmentView.parse((await send("GET", path)).body);
      return [view, (await send("GET", `${path}/audit`)).text];
    };
    const before = await state();
    await evaluate("/one");
    await expect.poll(() => view(path, "one")).toHaveProperty("lastEvaluatedAt");
    expect(await state()).toEqual(before);
  });
});

test("flags that nobody evaluates become stale, show why, and are found by that state", async () => {
  const { path } = await shop();
  const stale = async (): Promise<string[]> =>
    answers.flags.parse((await send("GET", `${path}/flags?state=stale`)).body).flags.map(({ flag }) => flag.key);
  expect(await stale()).toEqual([]);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 15 * 86_400_000 });
  try {
    expect(await stale()).toEqual(["one", "other"]);
    expect((await view(path, "one")).stale).toEqual({ since: TIME, why: "dead" });
  } finally {
    vi.useRealTimers();
  }
});

describe("the sample of contexts", () => {
  const changes = [{ op: "disableFlag", key: "one" }];
  const sampled = async (path: string) => {
    const patch = { key: "one", op: "patchFlag", patch: { default: { variant: "on" } } };
    const { flags } = answers.effects.parse(
      (await send("POST", `${path}/preview`, { body: { changes: [patch] } })).body,
    );
    return flags[0]!;
  };

  test("is off at first; a change of its setting makes a version, shows, and is in the log", async () => {
    const { path } = await shop();
    const at = answers.environmentView.parse((await send("GET", path)).body);
    expect(at.sampling).toEqual({ enabled: false, redact: [], hash: [] });
    const on = await send("PATCH", path, { body: { sampling: { enabled: true, redact: ["email"] }, comment: "try" } });
    expect(expectWritten(on, 200).version).toBe(at.version + 1);
    expect(on.body).toMatchObject({ sampling: { enabled: true, redact: ["email"], hash: [] } });
    const more = await send("PATCH", path, { body: { sampling: { hash: ["plan"] }, description: "shop" } });
    expect(more.body).toMatchObject({
      version: at.version + 2,
      description: "shop",
      sampling: { enabled: true, redact: ["email"], hash: ["plan"] },
    });
    const same = await send("PATCH", path, { body: { sampling: { enabled: true } } });
    expect(expectWritten(same, 200).version).toBe(at.version + 2);
    const { entries } = answers.history.parse((await send("GET", `${path}/audit?action=patchEnvironment`)).body);
    expect(entries[1]).toMatchObject({
      comment: "try",
      target: { kind: "environment" },
      before: { sampling: { enabled: false } },
      after: { sampling: { enabled: true, redact: ["email"] } },
    });
    expect(JSON.stringify(entries)).not.toContain("salt");
    expect(answers.verdict.parse((await send("GET", `${path}/audit/verify`)).body)).toMatchObject({ ok: true });
    for (const [sampling, where] of [
      [true, "/sampling"],
      [{ enable: true }, "/sampling/enable"],
      [{ redact: "email" }, "/sampling/redact"],
      [{ hash: [""] }, "/sampling/hash/0"],
    ] as const)
      expectProblem(await send("PATCH", path, { body: { sampling } }), "invalid", [{ path: where }]);
    const stale = { "If-Match": on.headers.get("ETag")! };
    expectProblem(
      await send("PATCH", path, { body: { sampling: { enabled: false } }, headers: stale }),
      "version-conflict",
    );
  });

  test("is what a preview without contexts looks at, and never tells who it was", async () => {
    const { path, evaluate } = await shop();
    await send("PATCH", path, { body: { sampling: { enabled: true, redact: ["email"], hash: ["plan"] } } });
    await evaluate("/one", { targetingKey: "ada", email: "ada@example.com", plan: "pro", country: "DE" });
    await expect.poll(() => sampled(path)).toMatchObject({ changed: 1, of: 1 });
    const hash: unknown = expect.stringMatching(/^sha256:[0-9a-f]{32}$/);
    expect((await sampled(path)).examples[0]!.context).toEqual({ targetingKey: hash, plan: hash, country: "DE" });
    const given = await send("POST", `${path}/preview`, { body: { changes, contexts: [{}, {}] } });
    expect(given.body).toMatchObject({ flags: [{ of: 2 }] });
  });

  test("is forgotten when its setting changes, and after seven days", async () => {
    const { path, evaluate } = await shop();
    await send("PATCH", path, { body: { sampling: { enabled: true } } });
    await evaluate("/one", { country: "DE" });
    await expect.poll(() => sampled(path)).toMatchObject({ of: 1 });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 7 * 86_400_000 + 1 });
    try {
      expect(await sampled(path)).toMatchObject({ of: 0 });
    } finally {
      vi.useRealTimers();
    }
    expect(await sampled(path)).toMatchObject({ of: 1 });
    await send("PATCH", path, { body: { sampling: { redact: ["country"] } } });
    expect(await sampled(path)).toMatchObject({ of: 0 });
  });

  test("isn't taken where nobody asked for it", async () => {
    const { path, evaluate } = await shop();
    await evaluate("/one", { country: "DE" });
    await expect.poll(() => view(path, "one")).toHaveProperty("lastEvaluatedAt");
    await send("PATCH", path, { body: { sampling: { enabled: true } } });
    expect(await sampled(path)).toMatchObject({ of: 0 });
  });
});
