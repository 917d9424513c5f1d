import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { about, Copy, type Outcome } from "./copy.ts";

/* Each rule of .oxlintrc.json that holds the house together is seen failing on code that breaks it. */

/** Who may import whom, as architecture.md has it; everything not named here must be refused. */
const MAY_IMPORT: Record<string, string[]> = {
  contract: [],
  core: ["contract"],
  snapshot: ["contract", "core"],
  durable: ["contract", "core", "snapshot"],
  metrics: ["contract", "core", "durable", "snapshot"],
  relay: ["contract", "core", "durable", "snapshot"],
  judging: ["contract", "core", "metrics", "snapshot"],
  environment: ["contract", "core", "durable", "snapshot", "metrics", "relay", "judging"],
  workspace: ["contract", "core", "durable", "snapshot", "metrics", "relay"],
  api: [
    "contract",
    "core",
    "durable",
    "snapshot",
    "metrics",
    "relay",
    "judging",
    "environment",
    "workspace",
    "interchange",
  ],
  gate: ["contract", "core", "snapshot", "metrics"],
  clients: ["contract", "core"],
  dashboard: ["contract", "core", "interchange"],
  cli: ["contract", "core", "interchange"],
  interchange: ["contract", "core"],
};
const ROOMS = Object.keys(MAY_IMPORT);
/** The same of the folders within the environment's room. The words of its RPC are everybody's. */
const FOLDERS: Record<string, string[]> = {
  store: [],
  write: ["store"],
  notify: ["store", "write"],
  publish: ["store", "write"],
  release: ["store", "write", "notify"],
  read: ["store", "write", "release"],
  consent: ["store", "write", "notify", "release", "read"],
};
const PURE = ["contract", "core"];

const CLEAN = `
export function later(now: number): Date { return new Date(now + Date.parse("2026-01-01T00:00:00Z") + Math.floor(1.5)); }
export async function wait(promise: Promise<void>): Promise<void> { await promise; }
`;

/** Bad code by what is wrong with it, and what the linter must say of it. */
const FORBIDDEN_IN_PURE_ROOMS: Record<string, [code: string, message: RegExp]> = {
  "the clock": ["export const at = () => Date.now();", /Date\.now makes the result depend/],
  "the clock, by its computed name": ['export const at = () => Date["now"]();', /Date\.now makes/],
  "the clock, taken apart": ["export const { now } = Date;", /Taking functions out of Date/],
  "a date of now": ["export const at = () => new Date();", /new Date\(\) makes/],
  "a date of now, as text": ["export const at = () => Date();", /Date\(\) makes/],
  chance: ["export const any = () => Math.random();", /Math\.random makes/],
  "the network": ['export const get = () => fetch("https://example.com");', /'fetch'/],
  "random bytes": ["export const id = () => crypto.randomUUID();", /'crypto'/],
  "a timer": ["export const soon = (f: () => void) => setTimeout(f, 1);", /'setTimeout'/],
  "a precise clock": ["export const at = () => performance.now();", /'performance'/],
  "the console": ["export const say = () => console.log(1);", /console/],
  "the global object": ["export const all = () => globalThis;", /'globalThis'/],
};

const FORBIDDEN_EVERYWHERE: Record<string, [code: string, message: RegExp]> = {
  "a promise that nobody waits for": [
    "async function work(): Promise<void> { await Promise.resolve(); }\nexport function start(): void { work(); }",
    /no-floating-promises/,
  ],
  "a promise as a condition": [
    "export async function f(p: Promise<boolean>): Promise<number> { await p; if (p) return 1; return 2; }",
    /no-misused-promises/,
  ],
  any: ["export const f = (x: any): unknown => x;", /no-explicit-any/],
  "a default export": ["export default 1;", /no-default-export/],
  "a suppressed type error": ["// @ts-ignore\nexport const x: number = 1;", /ban-ts-comment/],
  "a barrel": ['export * from "./clean.ts";', /no-barrel-file/],
  "a union that isn't handled whole": [
    'export function f(x: "a" | "b"): number { switch (x) { case "a": return 1; } return 0; }',
    /switch-exhaustiveness-check/,
  ],
  "an alarm that nobody waits for": [
    "type S = { setAlarm(at: number): Promise<void> };\nexport function f(s: S): void { void s.setAlarm(1); }",
    /setAlarm must be waited for/,
  ],
  "a transaction that memory doesn't follow": [
    "type S = { transactionSync(work: () => void): void };\nexport function f(s: S): void { s.transactionSync(() => {}); }",
    /Use Transactions of src\/durable/,
  ],
  "too long a file": [`export const x = [\n${"  1,\n".repeat(400)}];`, /max-lines/],
};

const fileName = (what: string): string => `${what.replaceAll(/[^a-z]+/g, "-")}.ts`;

describe("the linter", { timeout: 240_000 }, () => {
  let copy: Copy;
  let outcome: Outcome;

  beforeAll(async () => {
    copy = await Copy.make(ROOMS.map((room) => `src/${room}/tsconfig.json`));
    const files: Record<string, string> = {};
    for (const room of ROOMS) {
      const imports = ROOMS.filter((other) => other !== room).map((other) => `import "../${other}/clean.ts";`);
      files[`src/${room}/clean.ts`] = CLEAN;
      files[`src/${room}/imports.ts`] = [...imports, 'import "../worker.ts";', 'import "../../scripts/x.ts";'].join(
        "\n",
      );
      files[`src/${room}/reexport.ts`] =
        'export type { X } from "../api/clean.ts";\nexport const y = import("../api/clean.ts");';
      files[`src/${room}/packages.ts`] = 'import "left-pad";\nimport "zod-to-json";\nimport "node:fs";';
    }
    for (const [what, [code]] of Object.entries(FORBIDDEN_IN_PURE_ROOMS))
      for (const room of PURE) files[`src/${room}/${fileName(what)}`] = code;
    for (const [what, [code]] of Object.entries(FORBIDDEN_EVERYWHERE)) files[`src/api/${fileName(what)}`] = code;
    files["src/api/one.ts"] = 'import { two } from "./two.ts";\nexport const one = (): number => two;';
    files["src/api/two.ts"] = 'import { one } from "./one.ts";\nexport const two = one();';
    for (const folder of Object.keys(FOLDERS)) {
      const others = Object.keys(FOLDERS).filter((other) => other !== folder);
      const imports = [...others.map((other) => `../${other}/clean.ts`), "../environment.ts", "../rpc.ts"];
      files[`src/environment/${folder}/imports.ts`] = imports.map((path) => `import "${path}";`).join("\n");
    }
    files["src/environment/attic/x.ts"] = 'import "../store/clean.ts";';
    files["src/attic/x.ts"] = 'import "../core/clean.ts";';
    files["src/worker.ts"] = 'import "./api/clean.ts";\nimport "./workspace/clean.ts";\nexport default {};';
    await copy.write(files);
    outcome = await copy.run("oxlint", "--format", "unix", "src");
  }, 240_000);
  afterAll(() => copy.remove());

  test("fails on this code at all", () => expect(outcome.failed).toBe(true));

  test.each(ROOMS)("lets clean code in %s pass", (room) => {
    expect(about(outcome, `src/${room}/clean.ts`)).toEqual([]);
  });
  test("lets the composition root import every room and export by default", () => {
    expect(about(outcome, "src/worker.ts")).toEqual([]);
  });

  test.each(ROOMS)("lets %s import only the rooms of the table", (room) => {
    const refused = about(outcome, `src/${room}/imports.ts`).map(
      (line) => /may not import (.+?)\. \[/.exec(line)?.[1] ?? line,
    );
    const others = ROOMS.filter((other) => other !== room && !MAY_IMPORT[room]!.includes(other));
    expect(refused.toSorted()).toEqual([...others, "what is outside src", "worker.ts"].toSorted());
  });
  test.each(ROOMS.filter((room) => room !== "api"))("refuses upward re-exports and dynamic imports in %s", (room) => {
    expect(about(outcome, `src/${room}/reexport.ts`)).toHaveLength(2);
  });
  test.each(ROOMS)("lets %s import only the packages of the table", (room) => {
    const lines = about(outcome, `src/${room}/packages.ts`);
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line).toMatch(/may not import the package/);
  });
  test("refuses a room that the table doesn't know", () => {
    expect(about(outcome, "src/attic/x.ts").join()).toMatch(/is no room/);
  });

  test.each(Object.keys(FOLDERS))("lets environment/%s import only folders below it", (folder) => {
    const refused = about(outcome, `src/environment/${folder}/imports.ts`).map(
      (line) => /may not import (?:environment\/)?(.+?)(?:: arrows run one way)?\. \[/.exec(line)?.[1] ?? line,
    );
    const others = Object.keys(FOLDERS).filter((other) => other !== folder && !FOLDERS[folder]!.includes(other));
    expect(refused.toSorted()).toEqual([...others, "environment.ts"].toSorted());
  });
  test("refuses a folder of the environment's room that the table doesn't know", () => {
    expect(about(outcome, "src/environment/attic/x.ts").join()).toMatch(/is no folder/);
  });

  for (const room of PURE)
    test.each(Object.entries(FORBIDDEN_IN_PURE_ROOMS))(`refuses in ${room}: %s`, (what, [, message]) => {
      expect(about(outcome, `src/${room}/${fileName(what)}`).join("\n")).toMatch(message);
    });
  test.each(Object.entries(FORBIDDEN_EVERYWHERE))("refuses %s", (what, [, message]) => {
    expect(about(outcome, `src/api/${fileName(what)}`).join("\n")).toMatch(message);
  });
  test("refuses imports in a circle", () => {
    expect(about(outcome, "src/api/one.ts").join("\n")).toMatch(/no-cycle/);
  });
});
