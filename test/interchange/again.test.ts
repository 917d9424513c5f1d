import { expect, test } from "vitest";
import { readChoices } from "../../src/interchange/choices.ts";
import { convertWith, type NativeDocument } from "../../src/interchange/convert.ts";
import { importGrowthBook } from "../../src/interchange/growthbook/importer.ts";
import { guess } from "../../src/interchange/guess.ts";
import { reconcile, type Reconciled } from "../../src/interchange/reconcile.ts";
import { importUnleash } from "../../src/interchange/unleash/importer.ts";

/* An import again, when the source, people here, or both have changed something since; and what a person chooses. */

const features = (values: Record<string, unknown>): object => ({
  features: Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      { defaultValue: value, rules: [{ force: "other", condition: { $savedGroup: { id: "g" } } }] },
    ]),
  ),
  savedGroups: { g: { type: "condition", condition: { plan: "pro" } } },
});
const convert = (values: Record<string, unknown>) =>
  convertWith(importGrowthBook, "growthbook", { main: features(values) });
const nothing = { flags: [], segments: [] };
const statuses = ({ flags, segments }: Reconciled) =>
  Object.fromEntries([...flags, ...segments].map(({ source, status }) => [source, status]));

/** What the environment has after an import, with what people then did to some flags. */
function after(document: NativeDocument, changed: readonly string[] = []): NativeDocument {
  // The order of an object's properties isn't kept by whatever stores it.
  const flags = document.flags.map((flag) => Object.fromEntries(Object.entries(flag).toReversed()) as typeof flag);
  return {
    ...document,
    flags: flags.map((flag) => (changed.includes(flag.key) ? { ...flag, description: "changed here" } : flag)),
  };
}

test("the second import of the same file changes nothing", () => {
  const first = reconcile(convert({ a: "x", b: "y" }), nothing);
  expect(statuses(first.report)).toEqual({ a: "imported", b: "imported", g: "imported" });
  const second = reconcile(convert({ a: "x", b: "y" }), after(first.document!));
  expect(second.document).toMatchObject({ flags: [], segments: [] });
  expect(statuses(second.report)).toEqual({ a: "unchanged", b: "unchanged", g: "unchanged" });
  expect(second.report.summary.flags).toMatchObject({ imported: 0, unchanged: 2, conflict: 0 });
});

test("of three sides, what only one changed is that one's, and what both changed is a conflict", () => {
  const first = reconcile(convert({ theirs: "x", ours: "x", both: "x", neither: "x", gone: "x" }), nothing);
  const since = JSON.parse(JSON.stringify(first.report)) as unknown;
  const here = after(first.document!, ["ours", "both"]);
  const now = { theirs: "y", ours: "x", both: "y", neither: "x", fresh: "z" };
  const again = reconcile(convert(now), here, { since });
  expect(statuses(again.report)).toEqual({
    theirs: "imported",
    ours: "unchanged",
    both: "conflict",
    neither: "unchanged",
    fresh: "imported",
    g: "unchanged",
  });
  expect(again.document!.flags.map(({ key }) => key)).toEqual(["theirs", "fresh"]);
  expect(again.report.gone).toEqual([{ kind: "flag", source: "gone" }]);
  expect(again.report.summary.flags).toEqual({ imported: 2, unchanged: 2, refused: 0, skipped: 0, conflict: 1 });

  const chosen = reconcile(convert(now), here, { since, theirs: ["both"] });
  expect(chosen.document!.flags.map(({ key }) => key)).toEqual(["theirs", "both", "fresh"]);
  // Without the third side the source wins, and the difference is shown.
  expect(reconcile(convert(now), here).document!.flags.map(({ key }) => key)).toEqual([
    "theirs",
    "ours",
    "both",
    "fresh",
  ]);
});

test("a flag of ours that the earlier import didn't make isn't replaced without being asked for", () => {
  const first = reconcile(convert({ a: "x" }), nothing);
  const made = reconcile(convert({ b: "ours" }), nothing).document!;
  const here = { ...first.document!, flags: [...first.document!.flags, ...made.flags] };
  const again = reconcile(convert({ a: "x", b: "y" }), here, { since: first.report });
  expect(statuses(again.report)).toMatchObject({ a: "unchanged", b: "conflict" });
});

test("what was deleted here since, and changed in the source, is a conflict; what is no report is told", () => {
  const first = reconcile(convert({ a: "x" }), nothing);
  const again = reconcile(convert({ a: "y" }), { ...first.document!, flags: [] }, { since: first.report });
  expect(statuses(again.report)).toMatchObject({ a: "conflict", g: "unchanged" });
  for (const since of [null, 1, {}, { flags: {}, segments: [] }])
    expect(() => reconcile(convert({ a: "x" }), nothing, { since })).toThrow(TypeError);
});

test("what is typed becomes choices, or is told to be none", () => {
  expect(
    readChoices({
      accept: " anonymous, regex",
      map: "remoteAddress=client.ip, a=b",
      static: 'env=prod,n=5,on=true,t="5"',
      id: "keep",
      variants: "enabled",
      clientSide: "a,b",
      prefix: "",
      sticky: true,
    }),
  ).toEqual({
    accept: ["anonymous", "regex"],
    map: { remoteAddress: "client.ip", a: "b" },
    static: { env: "prod", n: 5, on: true, t: "5" },
    id: "keep",
    variants: "enabled",
    clientSide: ["a", "b"],
    sticky: true,
  });
  for (const typed of [
    { accept: "x" },
    { map: "a" },
    { static: "=1" },
    { id: "x" },
    { variants: "x" },
    { engine: "c" },
  ])
    expect(() => readChoices(typed)).toThrow(RangeError);
});

test("attributes are renamed and decided as chosen", () => {
  const main = {
    features: [
      {
        name: "f",
        enabled: true,
        strategies: [
          {
            name: "default",
            constraints: [
              { contextName: "environment", operator: "IN", values: ["prod"] },
              { contextName: "remoteAddress", operator: "IN", values: ["1.2.3.4"] },
              { contextName: "userId", operator: "IN", values: ["u"] },
            ],
          },
        ],
      },
    ],
  };
  const options = readChoices({ map: "remoteAddress=client.ip", static: "environment=prod", id: "keep" });
  const { document } = convertWith(importUnleash, "unleash", { main }, options);
  expect(document!.flags[0]!.rules[0]!.when).toMatchObject({
    all: [{ attribute: "client.ip" }, { attribute: "userId" }],
  });
});

test("a document tells whose it is", () => {
  const of = (document: unknown): unknown => guess(JSON.stringify(document));
  expect(of({ format: "sluice", formatVersion: 1 })).toBe("native");
  expect(of({ flags: { a: { state: "ENABLED", variants: { on: true } } } })).toBe("flagd");
  expect(of({ flags: { a: { variations: [true] } }, segments: {} })).toBe("launchdarkly");
  const payload = { flags: { a: { variations: [true] } } };
  const page = { items: [{ key: "a", variations: [{ value: true }], environments: {} }] };
  const theirs = [
    { path: "/", data: payload },
    { flagValues: { a: 1 } },
    page.items[0],
    [page],
    { events: [{ event: "put-object" }] },
  ];
  for (const document of theirs) expect(of(document)).toBe("launchdarkly");
  expect([of({ feature_states: [] }), of([{ feature_states: [] }])]).toEqual(["flagsmith", "flagsmith"]);
  expect([of({ ff: { d: [] } }), of({ splits: [] })]).toEqual(["split", "split"]);
  expect([of({ version: 2, features: [] }), of({ events: [{ type: "hydration" }] })]).toEqual(["unleash", "unleash"]);
  expect(of({ features: { a: {} } })).toBe("growthbook");
  expect(of({ p: {}, f: { a: {} } })).toBe("configcat");
  expect([of({}), of([]), guess("{")]).toEqual([undefined, undefined, undefined]);
});
