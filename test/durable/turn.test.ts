import { expect, test } from "vitest";
import { Line, takeTurns } from "../../src/durable/turn.ts";

/** Work of many slices, which notes each. */
const long =
  (name: string, seen: string[], slices = 5) =>
  async (): Promise<string> => {
    for (let slice = 0; slice < slices; slice++) {
      seen.push(name);
      await takeTurns();
    }
    return name;
  };

test("long questions are answered one after another, and what is short waits for a slice of one", async () => {
  const line = new Line(20, 10_000);
  const seen: string[] = [];
  const names = Array.from({ length: 16 }, (_, n) => `q${n}`);
  const answers = names.map((name) => line.answer(long(name, seen)));
  await takeTurns();
  seen.push("write");
  expect(await Promise.all(answers)).toEqual(names);
  expect(seen.indexOf("write")).toBeLessThanOrEqual(2);
  expect(seen.filter((one) => one !== "write")).toEqual(names.flatMap((name) => Array<string>(5).fill(name)));
});

test("so many wait, and so long; one that fails lets the next one go on", async () => {
  let now = 0;
  const line = new Line(2, 100, () => now);
  const failing = line.answer(async () => {
    await takeTurns();
    throw new Error("no");
  });
  const [second, third, fourth] = ["b", "c", "d"].map((name) =>
    line.answer(async () => {
      now += 101;
      return name;
    }),
  );
  await expect(failing).rejects.toThrow("no");
  expect(await Promise.all([second, third, fourth])).toEqual(["b", undefined, undefined]);
  expect(await line.answer(() => "e")).toBe("e");
});
