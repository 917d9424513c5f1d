import { expect, test } from "vitest";
import { flag as flagSchema, type Flag } from "../../src/contract/flag.ts";
import type { SnapshotBody, SnapshotDelta } from "../../src/contract/snapshot.ts";
import { compile } from "../../src/core/compile.ts";
import { evaluateAll } from "../../src/core/evaluate.ts";
import { bodies } from "./publish.ts";

/* What a run spends depends on the body alone, and not on the version that a snapshot was patched from. */

const clause = (n: number, i = 0) => ({ attribute: "x", operator: "contains", values: [`z${n}.${i}`] });
function asks(key: string, when: object): Flag {
  return flagSchema.parse({
    key,
    type: "boolean",
    variants: { on: true, off: false },
    rules: [{ when, serve: { variant: "on" } }],
    default: { variant: "off" },
  });
}

const copy = <T>(one: T): T => JSON.parse(JSON.stringify(one)) as T;

test.each([10_000, 20_000, 30_000, 40_000, 50_000, 60_000])("patched and fresh answer alike, texts of %i", (length) => {
  // Each `a` is decided twice, for itself and for its `b`; only before the delta a `c` had the same clauses.
  const any = (n: number) => ({ any: Array.from({ length: 40 }, (_, i) => clause(n, i)) });
  const pairs = (twin: boolean) =>
    Array.from({ length: 12 }, (_, n) => [
      asks(`a${n}`, any(n)),
      asks(`b${n}`, { flag: `a${n}`, variants: ["on"] }),
      asks(`c${n}`, twin ? any(n) : { attribute: "y", operator: "in", values: ["1"] }),
    ]).flat();
  const before = bodies(
    pairs(true).sort((a, b) => (a.key < b.key ? -1 : 1)),
    [],
    7,
  ).body;
  const after = bodies(
    pairs(false).sort((a, b) => (a.key < b.key ? -1 : 1)),
    [],
    8,
  ).body;
  const context = { x: "q".repeat(length) };
  const held = compile(copy(before), null);
  evaluateAll(held, "server", context, 0);
  const delta: SnapshotDelta = {
    format: before.format,
    environment: before.environment,
    incarnation: before.incarnation,
    version: 8,
    at: 0,
    since: 7,
    flags: copy(after.flags.filter(({ flag }) => flag.key.startsWith("c"))),
    segments: [],
    removed: { flags: [], segments: [] },
  };
  const patched = held.following([delta], null);
  // a `version` of the flags that weren't touched stays what it was
  const fresh: SnapshotBody = copy({
    ...after,
    flags: after.flags.map((one) => (one.flag.key.startsWith("c") ? one : { ...one, version: 7 })),
  });
  const a = evaluateAll(patched, "server", context, 0);
  const b = evaluateAll(compile(fresh, null), "server", context, 0);
  const errors = (t: string) => (JSON.parse(t) as { errorCode?: string }[]).filter((one) => one.errorCode).length;
  expect({ errors: errors(a.flags), hash: a.hash }).toEqual({ errors: errors(b.flags), hash: b.hash });
});
