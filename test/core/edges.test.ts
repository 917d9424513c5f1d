import fc from "fast-check";
import { expect, test } from "vitest";
import { type Flag, flag as flagSchema } from "../../src/contract/flag.ts";
import { segment as segmentSchema } from "../../src/contract/segment.ts";
import { compile } from "../../src/core/compile.ts";
import { evaluateAll } from "../../src/core/evaluate.ts";
import { runs } from "../support/counts.ts";
import { bodies, publish } from "./publish.ts";

const START = Date.UTC(2026, 0, 1);
const at = (ms: number): string => new Date(START + ms).toISOString();

type Window = { from?: string | null; until?: string | null };

function windowed(key: string, windows: Window[], enabled = true): Flag {
  return flagSchema.parse({
    key,
    type: "string",
    variants: { a: "a", b: "b", none: "none" },
    enabled,
    rules: windows.map((window, i) => ({
      id: `r${i}`,
      when: { all: [] },
      window,
      serve: { variant: i % 2 === 0 ? "a" : "b" },
    })),
    default: { variant: "none" },
  });
}

test("the next edge is the first begin or end of any window that is still to come", () => {
  const snapshot = publish(
    [windowed("f", [{ from: at(100), until: at(300) }]), windowed("g", [{ until: at(200) }, { from: at(300) }])],
    [],
  );
  const edges = [-1000, 99, 100, 199, 200, 299, 300, 9000].map((now) => snapshot.nextEdge(START + now));
  expect(edges).toEqual([100, 100, 200, 200, 300, 300, undefined, undefined].map((edge) => edge && START + edge));
});

test("windows in conditions have edges too, however deep they are, and in segments", () => {
  const when = { not: { any: [{ window: { from: at(150), until: null } }, { segment: "s" }] } };
  const flag = flagSchema.parse({
    key: "f",
    type: "boolean",
    variants: { on: true, off: false },
    rules: [{ when, serve: { variant: "on" } }],
    default: { variant: "off" },
  });
  const segment = segmentSchema.parse({ key: "s", when: { all: [{ window: { until: at(250) } }] } });
  const snapshot = publish([flag], [segment]);
  expect([0, 150, 250].map((now) => snapshot.nextEdge(START + now))).toEqual([START + 150, START + 250, undefined]);
});

test("an edge within a millisecond has been passed at its end", () => {
  const edge = publish([windowed("f", [{ from: "2026-01-01T00:00:00.0004Z" }])], []).nextEdge(START);
  expect(edge).toBe(START + 1);
});

test("there is none without windows, in flags that are off, and in what can't be read", () => {
  expect(publish([windowed("f", [{}])], []).nextEdge(0)).toBeUndefined();
  expect(publish([windowed("f", [{ from: at(1) }], false)], []).nextEdge(0)).toBeUndefined();
  const { body } = bodies([windowed("f", [{ from: at(1) }]), windowed("g", [{ from: at(2) }])], []);
  const broken = structuredClone(body);
  Object.assign(broken.flags[0]!.flag, { rules: [{ window: { from: "soon" } }, null] });
  Object.assign(broken.flags, { 2: null });
  expect(compile(broken, null).nextEdge(0)).toBe(START + 2);
});

test("between two edges no answer changes; over one that decides, it does", () => {
  const time = fc.option(fc.nat(1000), { nil: null });
  const window = fc
    .tuple(time, time)
    .filter(([from, until]) => from === null || until === null || from < until)
    .map(([from, until]) => ({ from: from === null ? null : at(from), until: until === null ? null : at(until) }));
  const flags = fc.array(fc.array(window, { maxLength: 3 }), { maxLength: 4 });
  fc.assert(
    fc.property(flags, fc.array(fc.nat(1000), { maxLength: 6 }), (list, offsets) => {
      const snapshot = publish(
        list.map((windows, i) => windowed(`f${i}`, windows)),
        [],
      );
      const answer = (now: number): string => evaluateAll(snapshot, "server", {}, now).flags;
      for (const offset of offsets) {
        const now = START + offset;
        const next = snapshot.nextEdge(now) ?? START + 5000;
        expect(next).toBeGreaterThan(now);
        for (const later of [now + 1, Math.floor((now + next) / 2), next - 1])
          if (later < next) expect(answer(later)).toBe(answer(now));
      }
    }),
    { numRuns: runs(2000) },
  );
  const one = publish([windowed("f", [{ from: at(5), until: at(9) }])], []);
  const seen = [4, 5, 8, 9].map((ms) => evaluateAll(one, "server", {}, START + ms).flags.includes('"value":"a"'));
  expect(seen).toEqual([false, true, true, false]);
});

test("a key is found by its id", () => {
  const { body } = bodies([], []);
  const key = { id: "k1", kind: "client" as const, hash: "ab".repeat(32), origins: [] };
  const snapshot = compile({ ...body, keys: [key] }, null);
  expect(snapshot.keyById("k1")).toEqual(key);
  expect(snapshot.keyById("k2")).toBeUndefined();
});
