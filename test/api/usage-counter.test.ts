import { beforeEach, describe, expect, test } from "vitest";
import { flag as flagSchema } from "../../src/contract/flag.ts";
import * as LIMITS from "../../src/contract/limits.ts";
import type { PublishedSampling } from "../../src/contract/sampling.ts";
import { compile, type Snapshot } from "../../src/core/compile.ts";
import { UsageCounter } from "../../src/api/usage-counter.ts";
import type { UsageReport } from "../../src/environment/rpc.ts";
import { bodies } from "../core/publish.ts";

const INTERVAL = 600_000;
const flag = (key: string) =>
  flagSchema.parse({ key, type: "boolean", variants: { on: true, off: false }, default: { variant: "off" } });

function snapshot(version: number, sampling?: PublishedSampling): Snapshot {
  const { body, members } = bodies([flag("a"), flag("b")], [], version);
  return compile({ ...body, ...(sampling && { sampling }) }, members);
}

let sent: { object: string; report: UsageReport }[];
let failing: boolean;
let counter: UsageCounter;
let works: Promise<unknown>[];
const ctx = { waitUntil: (work: Promise<unknown>) => void works.push(work) };

beforeEach(() => {
  sent = [];
  works = [];
  failing = false;
  counter = new UsageCounter({
    intervalMs: INTERVAL,
    random: () => 0.5,
    send: async (object, report) => {
      if (failing) throw new Error("not now");
      sent.push({ object, report });
    },
  });
});

const single = (of: Snapshot, key: string, now: number, context = {}): void =>
  counter.single(of, of.flag(key, "server")!, context, now, ctx);
const settled = (): Promise<unknown> => Promise.all(works);

describe("what an isolate evaluated", () => {
  test("is told at the first evaluation, and then at most once an interval", async () => {
    const one = snapshot(1);
    single(one, "a", 1_000);
    single(one, "a", 1_001);
    await settled();
    single(one, "b", 1_000 + INTERVAL - 1);
    expect(works).toHaveLength(1);
    single(one, "b", 1_000 + INTERVAL);
    await settled();
    expect(sent.map(({ object }) => object)).toEqual(Array(2).fill("production/abcdefghijkl"));
    expect(sent.map(({ report }) => report.flags)).toEqual([
      [["a", 1_001]],
      [
        ["a", 1_001],
        ["b", 1_000 + INTERVAL],
      ],
    ]);
    single(one, "b", 1_000 + 2 * INTERVAL);
    await settled();
    expect(sent.at(-1)!.report.flags).toEqual([["b", 1_000 + 2 * INTERVAL]]);
  });

  test("is told of bulk evaluations by audience", async () => {
    const one = snapshot(1);
    counter.bulk(one, "client", {}, 5, ctx);
    counter.bulk(one, "server", {}, 6, ctx);
    await settled();
    expect(sent[0]!.report).toEqual({ flags: [], bulk: { client: 5, server: 6 }, contexts: [], salt: "" });
  });

  test("is not lost when a newer version comes, or a report fails", async () => {
    single(snapshot(1), "a", 1_000);
    await settled();
    const first = snapshot(2);
    single(first, "a", 2_000);
    single(first, "b", 3_000);
    failing = true;
    single(snapshot(3), "a", 1_000 + INTERVAL);
    await settled();
    expect(sent).toHaveLength(1);
    failing = false;
    single(snapshot(4), "a", 1_000 + 2 * INTERVAL);
    await settled();
    expect(new Map(sent[1]!.report.flags)).toEqual(
      new Map([
        ["a", 1_000 + 2 * INTERVAL],
        ["b", 3_000],
      ]),
    );
  });
});

describe("contexts", () => {
  const sampling = { redact: ["email"], hash: [], salt: "s1" };

  test("are kept only where the environment wants it, redacted, and at most a hundred", async () => {
    single(snapshot(1), "a", 1, { targetingKey: "ada" });
    await settled();
    expect(sent[0]!.report.contexts).toEqual([]);
    const wanted = snapshot(2, sampling);
    for (let i = 0; i < 300; i++) single(wanted, "a", 2 + i, { targetingKey: "ada", email: "a@b.c", n: i });
    counter.bulk(wanted, "server", { targetingKey: "bob" }, 1 + INTERVAL, ctx);
    await settled();
    const { contexts, salt } = sent[1]!.report;
    expect(salt).toBe("s1");
    expect(contexts).toHaveLength(100);
    expect(JSON.stringify(contexts)).not.toMatch(/ada|bob|a@b\.c/);
    expect(contexts[0]).toMatchObject({ targetingKey: expect.stringMatching(/^sha256:/) });
  });

  test("that were taken under one setting aren't told under another", async () => {
    single(snapshot(1, sampling), "a", 1, { n: 1 });
    await settled();
    single(snapshot(2, sampling), "a", 2, { n: 2 });
    const other = snapshot(3, { ...sampling, salt: "s2" });
    single(other, "a", 3, { n: 3 });
    single(other, "a", 1 + INTERVAL, { n: 4 });
    await settled();
    expect(sent.map(({ report }) => report.contexts)).toEqual([[{ n: 1 }], [{ n: 3 }, { n: 4 }]]);
    single(snapshot(4), "a", 1 + 2 * INTERVAL, { n: 5 });
    await settled();
    expect(sent.at(-1)!.report).toMatchObject({ contexts: [], salt: "" });
  });
});

test("what it holds of environments is bounded: the one that wasn't asked for the longest is forgotten", async () => {
  const of = (n: number): Snapshot => Object.assign(snapshot(1), { environment: `e${n}` });
  for (let n = 0; n <= LIMITS.heldEnvironments; n++) counter.bulk(of(n), "client", {}, 1_000 + n, ctx);
  await settled();
  expect(sent).toHaveLength(LIMITS.heldEnvironments + 1);
  counter.bulk(of(LIMITS.heldEnvironments), "client", {}, 2_000, ctx); // held: reported already
  counter.bulk(of(0), "client", {}, 2_000, ctx);
  await settled();
  expect(sent.slice(LIMITS.heldEnvironments + 1).map(({ object }) => object)).toEqual([sent[0]!.object]);
});
