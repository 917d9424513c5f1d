import { expect, test } from "vitest";
import { listSegments } from "../../src/environment/read/list.ts";
import { hold } from "../../src/environment/store/member-list.ts";
import { segment } from "./build.ts";
import { EMPTY, type State, type StoredSegment } from "../../src/environment/store/state.ts";

test("a page ends early when what is on it is long, but is never empty", () => {
  const include = Array.from({ length: 130_000 }, (_, i) => `somebody-with-a-name-${i}`);
  const stored = (key: string, long: boolean): [string, StoredSegment] => {
    const stamps = { version: 1, createdAt: "", updatedAt: "", updatedBy: "" };
    return [key, { segment: hold({ ...segment(key), include: long ? include : [] }), ...stamps }];
  };
  const segments = new Map(["d", "b", "a", "c", "e"].map((key) => stored(key, key < "d")));
  const state: State = { ...EMPTY, segments };
  const pages: string[][] = [];
  for (let after: string | undefined; ;) {
    const { segments: page, next } = listSegments(state, { limit: 500, ...(after !== undefined && { after }) });
    pages.push(page.map((view) => view.segment.key));
    if (next === undefined) break;
    after = next;
  }
  expect(pages).toEqual([
    ["a", "b"],
    ["c", "d", "e"],
  ]);
});
