import fc from "fast-check";
import { expect, test } from "vitest";
import { utf8Length } from "../../src/contract/json.ts";
import { Page, MemberList } from "../../src/environment/store/member-list.ts";
import { Random } from "../support/random.ts";
import { note, runs } from "../support/counts.ts";

const member = (n: number): string => `${n}-`.padEnd(36, "äb🙂".slice(0, 1 + (n % 3)));
const range = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => member(from + i));

/** A list whose pages are read from a store, as after a start. */
function stored(list: MemberList): { list: MemberList; reads: () => number } {
  const texts = new Map<string, Uint8Array>();
  let reads = 0;
  list.keep(
    (ref, text) => texts.set(ref, text),
    (ref) => texts.get(ref)!,
  );
  const again = MemberList.from(JSON.parse(JSON.stringify(list.entry)), (ref) => {
    reads += 1;
    return texts.get(ref)!;
  });
  return { list: again, reads: () => reads };
}

test("a list changes as an array would, and is the same pages as one that was made of what is left", () => {
  let shared = 0;
  let pages = 0;
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 12_000 }),
      fc.array(fc.record({ from: fc.nat(12_000), to: fc.nat(13_000), every: fc.integer({ min: 1, max: 3_000 }) }), {
        maxLength: 4,
      }),
      fc.array(fc.nat(13_000), { maxLength: 20 }),
      (size, removals, additions) => {
        const all = range(0, size);
        const { list } = stored(MemberList.of(all));
        const remove = new Set(
          removals.flatMap(({ from, to, every }) => range(from, Math.max(from, to)).filter((_, i) => i % every === 0)),
        );
        const add = additions.map(member).filter((one) => !remove.has(one));
        const expected = [...new Set([...all.filter((one) => !remove.has(one)), ...add])];
        const changed = list.changed(add, remove);
        expect([...changed]).toEqual(expected);
        expect(changed.length).toBe(expected.length);
        expect(changed.bytes).toBe(expected.reduce((sum, one) => sum + utf8Length(JSON.stringify(one)) + 1, 0));
        const made = MemberList.of(expected);
        expect(changed.equals(made)).toBe(true);
        expect(made.pages.map(({ ref, length, bytes }) => [ref, length, bytes])).toEqual(
          changed.pages.map(({ ref, length, bytes }) => [ref, length, bytes]),
        );
        expect(changed.equals(list)).toBe(JSON.stringify(all) === JSON.stringify(expected));
        expect([...changed.text()].join("")).toBe(JSON.stringify(expected));
        const known = new Set(list.pages.map(({ ref }) => ref));
        pages += changed.pages.length;
        shared += changed.pages.filter(({ ref }) => known.has(ref)).length;
      },
    ),
    { seed: 20_261_123, numRuns: runs(400) },
  );
  note(`${shared} of ${pages} pages were shared`);
  expect(shared).toBeGreaterThan(pages / 10);
});

test("a part of a list is what an array's would be, and reads no more than it needs", () => {
  const all = range(0, 30_000);
  const { list, reads } = stored(MemberList.of(all));
  expect(list.pages.length).toBeGreaterThan(4);
  const random = new Random(7);
  for (let run = 0; run < 50; run++) {
    const from = random.below(31_000);
    const limit = 1 + random.below(3_000);
    const before = reads();
    expect(list.slice(from, limit)).toEqual(all.slice(from, from + limit));
    expect(reads() - before).toBeLessThan(list.pages.length);
  }
});

test("a change of one member reads and makes few pages of many, once the digests are known", () => {
  const { list, reads } = stored(MemberList.of(range(0, 100_000)));
  for (const _ of list.digests());
  const before = reads();
  const [one, other] = [list.changed([member(200_000)], new Set()), list.changed([], new Set([member(50_000)]))];
  expect(reads() - before).toBeLessThan(8);
  const known = new Set(list.pages.map(({ ref }) => ref));
  for (const changed of [one, other]) {
    expect(changed.pages.length).toBeGreaterThan(25);
    expect(changed.pages.filter(({ ref }) => !known.has(ref)).length).toBeLessThan(4);
  }
});

test("no page is longer than a row may be, whatever is on it", () => {
  const worst = Array.from({ length: 4_000 }, (_, i) => String(i).padEnd(256, "\u0001"));
  const list = MemberList.of(worst);
  expect([...list]).toEqual(worst);
  for (const page of list.pages) {
    expect(page).toBeInstanceOf(Page);
    expect(utf8Length(page.text)).toBeLessThan(512 * 1024);
  }
});
