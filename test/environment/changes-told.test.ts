import { expect, test } from "vitest";
import { flag as flagSchema } from "../../src/contract/flag.ts";
import { changesTold } from "../../src/environment/read/changes-told.ts";
import { bodyOf } from "../../src/environment/notify/notices.ts";

const flag = (key: string, share: number) =>
  flagSchema.parse({
    key,
    type: "boolean",
    variants: { on: true, off: false },
    default: { rollout: { percentage: share, split: [{ variant: "on", weight: 1 }], otherwise: "off" } },
    description: share > 50 ? "d".repeat(2_000) : "",
  });
const actor = { id: "t1", name: "Ada", via: "token" as const };
const head = { name: "production", incarnation: "k3v9k3v9k3v9", version: 7, at: 0, createdAt: 0 };
const change = (key: string, from: number, to: number | null) => ({
  action: "setRollout",
  kind: "flag" as const,
  key,
  before: flag(key, from),
  after: to === null ? null : flag(key, to),
});

test("a message says who changed what, in a sentence, and where; long values are left out", () => {
  const [told] = changesTold({ head }, [change("checkout", 25, 50)], actor, "as agreed");
  expect(told).toEqual({
    type: "flag.changed",
    timestamp: "1970-01-01T00:00:00.000Z",
    data: {
      environment: "production",
      text: "Ada changed the flag checkout in production. On for 50 % of everybody; off for the rest. Before: On for 25 % of everybody; off for the rest. as agreed",
      actor,
      flag: "checkout",
      version: 7,
      changes: [{ path: "/default/rollout/percentage", before: 25, after: 50 }],
    },
  });
  expect(JSON.parse(bodyOf(told!, "slack"))).toEqual({ text: told!.data.text });
  const [long] = changesTold({ head }, [change("checkout", 25, 60)], actor, "");
  expect(long!.data.changes).toContainEqual({ path: "/description" });
  const [archived] = changesTold({ head }, [change("checkout", 25, null)], actor, "");
  expect(archived).toMatchObject({ type: "flag.archived", data: { flag: "checkout" } });
});

test("of very many changes the last message counts the rest", () => {
  const many = Array.from({ length: 53 }, (_, n) => change(`f${n}`, 1, 2));
  const told = changesTold({ head }, many, actor, "");
  expect(told).toHaveLength(50);
  expect(told.at(-1)!.data.text).toMatch(/ And 3 more\.$/);
});
