import type { Change } from "../../src/contract/change.ts";
import { type Flag, flag as flagSchema } from "../../src/contract/flag.ts";
import { type Segment, segment as segmentSchema } from "../../src/contract/segment.ts";
import { plan, type Plan } from "../../src/environment/write/plan-write.ts";
import { EMPTY, type Stamp, type State } from "../../src/environment/store/state.ts";

/* Flags, segments and states for tests, from as few words as the schema allows. */

type Loose = Record<string, unknown>;

/** A boolean flag that serves `off`, unless said otherwise. */
export function flag(key: string, more: Loose = {}): Flag {
  return flagSchema.parse({
    key,
    type: "boolean",
    variants: { on: true, off: false },
    default: { variant: "off" },
    ...more,
  });
}

export function textFlag(key: string, more: Loose = {}): Flag {
  return flag(key, { type: "string", variants: { a: "A", b: "B", c: "C" }, default: { variant: "a" }, ...more });
}

export function segment(key: string, more: Loose = {}): Segment {
  return segmentSchema.parse({ key, ...more });
}

export const put = (key: string, more?: Loose): Change => ({ op: "putFlag", flag: flag(key, more) });
export const putSegment = (key: string, more?: Loose): Change => ({ op: "putSegment", segment: segment(key, more) });

export function stamp(version: number): Stamp {
  return { version, at: Date.UTC(2026, 0, 1) + version * 1000, by: "Ada" };
}

/** Makes changes that are expected to go through, as version 1. */
export function stateOf(...changes: Change[]): State {
  return planned(EMPTY, changes, 1).state;
}

/** Makes changes that are expected to go through. */
export function planned(state: State, changes: Change[], version = 2): Extract<Plan, { ok: true }> {
  const result = plan(state, changes, stamp(version));
  if (!result.ok) throw new Error(JSON.stringify(result.problem));
  return result;
}

/** Makes changes that are expected to be refused. */
export function refused(state: State, changes: Change[], batch?: boolean) {
  const result = plan(state, changes, stamp(2), batch);
  if (result.ok) throw new Error("was not refused");
  return result.problem;
}
