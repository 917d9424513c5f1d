import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { about, Copy, type Outcome } from "./copy.ts";

/* The compiler keeps the climates: what a room doesn't know, it can't use; what is above it, it can't see. */

const PURE = ["contract", "core"];
const WORKERS = ["snapshot", "durable", "relay", "metrics", "judging", "environment", "workspace", "api", "gate"];
/** From the bottom up: a room may see only rooms before it. */
const ROOMS = [...PURE, ...WORKERS];

const PLATFORM: Record<string, string> = {
  "kv.ts": "export const read = (kv: KVNamespace): unknown => kv.get('x');",
  "network.ts": 'export const get = (): unknown => fetch("https://example.com");',
  "timer.ts": "export const soon = (): unknown => setTimeout(() => undefined, 1);",
  "random.ts": "export const id = (): unknown => crypto.randomUUID();",
  "console.ts": "export const say = (): void => console.log(1);",
  "encoder.ts": "export const bytes = (): unknown => new TextEncoder();",
  "node.ts": 'import { readFileSync } from "node:fs";\nexport const read = readFileSync;',
};
const BROWSER: Record<string, string> = {
  "document.ts": "export const title = (): unknown => document.title;",
  "storage.ts": "export const kept = (): unknown => localStorage;",
  "node.ts": PLATFORM["node.ts"]!,
};

describe("the compiler", { timeout: 240_000 }, () => {
  let copy: Copy;
  const outcomes = new Map<string, Outcome>();
  const errorsOf = (room: string, file: string): string[] => about(outcomes.get(room)!, `src/${room}/${file}`);

  beforeAll(async () => {
    // api refers to interchange as well, whose climate is that of the pure rooms.
    copy = await Copy.make([...ROOMS, "interchange"].map((room) => `src/${room}/tsconfig.json`));
    const files: Record<string, string> = {};
    for (const room of ROOMS) {
      files[`src/${room}/clean.ts`] = "export const twice = (n: number): number => 2 * n;";
      const bad = PURE.includes(room) ? PLATFORM : BROWSER;
      for (const [file, code] of Object.entries(bad)) files[`src/${room}/${file}`] = code;
      for (const above of ROOMS.slice(ROOMS.indexOf(room) + 1))
        files[`src/${room}/up-${above}.ts`] = `export { twice as again } from "../${above}/clean.ts";`;
    }
    for (const room of WORKERS)
      files[`src/${room}/platform.ts`] =
        "export const read = async (kv: KVNamespace): Promise<string | null> => { console.log(crypto.randomUUID()); return kv.get('x'); };";
    await copy.write(files);
    for (const room of ROOMS) {
      // One by one and without references built, so that errors below don't hide those above.
      outcomes.set(room, await copy.run("tsc", "-p", `src/${room}`, "--noEmit", "--pretty", "false"));
    }
  }, 240_000);
  afterAll(() => copy.remove());

  test.each(ROOMS)("lets clean code in %s pass", (room) => {
    expect(errorsOf(room, "clean.ts")).toEqual([]);
  });
  test.each(WORKERS)("knows the platform in %s", (room) => {
    expect(errorsOf(room, "platform.ts")).toEqual([]);
  });
  for (const room of PURE)
    test.each(Object.keys(PLATFORM))(`knows nothing of the platform in ${room}: %s`, (file) => {
      expect(errorsOf(room, file).join("\n")).toMatch(/error TS(2304|2580|2584|2591|2307): Cannot find/);
    });
  for (const room of WORKERS)
    test.each(Object.keys(BROWSER))(`knows nothing of browsers and Node in ${room}: %s`, (file) => {
      expect(errorsOf(room, file).join("\n")).toMatch(/error TS(2304|2580|2584|2591|2307): Cannot find/);
    });
  for (const room of ROOMS.slice(0, -1))
    test.each(ROOMS.slice(ROOMS.indexOf(room) + 1))(`refuses in ${room} an import of %s, which is above`, (above) => {
      expect(errorsOf(room, `up-${above}.ts`).join("\n")).toMatch(/error TS(6059|6307)/);
    });
});
