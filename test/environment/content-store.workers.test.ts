import { describe, expect, test } from "vitest";
import { ContentStore } from "../../src/environment/store/content-store.ts";
import { created } from "./object.ts";

const lines = (count: number, from = 0): string =>
  JSON.stringify(Array.from({ length: count }, (_, i) => `user-${((from + i) * 2_654_435_761) % 4_294_967_296}`));

describe("texts", () => {
  test("come back as they were put, short and long, with any character", async () => {
    const here = await created();
    await here.inside((storage) => {
      const texts = new ContentStore(storage.sql);
      for (const text of ["", "{}", "ä🙂\u0000", lines(200_000)])
        expect(texts.get(texts.put(text)) === text).toBe(true);
    });
  });

  test("are stored once, in rows of at most 512 KiB", async () => {
    const here = await created();
    await here.inside((storage) => {
      const texts = new ContentStore(storage.sql);
      const rows = (): number => storage.sql.exec<{ n: number }>("SELECT count(*) AS n FROM texts").one().n;
      const long = lines(200_000);
      const ref = texts.put(long);
      const count = rows();
      expect(count).toBeGreaterThan(5);
      expect(texts.put(long)).toBe(ref);
      expect(rows()).toBe(count);
      const most = storage.sql.exec<{ n: number }>("SELECT max(length(content)) AS n FROM texts").one().n;
      expect(most).toBeLessThanOrEqual(512 * 1024);
      // One member more costs a part or two and the list of parts, not the whole text.
      expect(texts.put(long.replace(",", ',"somebody-new",'))).not.toBe(ref);
      expect(rows() - count).toBeLessThanOrEqual(4);
    });
  });

  test("that are missing are a loss that is not passed over", async () => {
    const here = await created();
    await here.inside((storage) => {
      expect(() => new ContentStore(storage.sql).get("0".repeat(64))).toThrow();
    });
  });
});
