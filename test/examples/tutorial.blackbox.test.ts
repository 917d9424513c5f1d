import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT } from "../../scripts/build.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";

/*
 * docs/start/tutorial.md, its commands as they stand there, but for where the server is, in one shell. Under PROVE=1 to
 * the end of the release; else twenty customers come and nobody waits for the minute to be judged.
 */

const WHOLE = process.env["PROVE"] === "1";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await startRuntime({ seed: true });
  await writeFile(join(runtime.stateDir, "admin-token"), runtime.adminToken);
});
afterAll(() => runtime?.stop());

test("each command of the tutorial does what it says", { timeout: WHOLE ? 400_000 : 60_000 }, async () => {
  const text = await readFile(join(ROOT, "docs/start/tutorial.md"), "utf8");
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block!);
  expect(blocks.shift()).toBe("npm ci && npm start\n");
  const commands = blocks.flatMap((block) => {
    if (block.includes("release watch"))
      return WHOLE ? [`ended=0; ${block.trim()} || ended=$?; test $ended = 2\n`] : [];
    return [WHOLE ? block : block.replace("seq 200", "seq 20")];
  });
  const script = [
    "set -eu",
    // What npx finds in a checkout; another test sees that it does.
    `npx() { test "$1 $2" = "--no sluice"; shift 2; "${process.execPath}" "${ROOT}dist/package/sluice.mjs" "$@"; }`,
    ...commands,
  ]
    .join("\n")
    .replaceAll("http://127.0.0.1:8787", runtime.url)
    .replaceAll(".sluice/", `${runtime.stateDir}/`);
  const { stdout } = await promisify(execFile)("sh", ["-c", script], { env: { ...process.env } });
  expect(stdout).toContain('"value":false');
  expect(stdout).toContain("big-button");

  const headers = { Authorization: `Bearer ${runtime.adminToken}` };
  const path = `${runtime.url}/admin/v1/environments/staging/flags/big-button`;
  const { releases } = (await (await fetch(`${path}/releases`, { headers })).json()) as {
    releases: { state: string }[];
  };
  expect(releases.map(({ state }) => state)).toEqual([WHOLE ? "unreleased" : "baking"]);
  const { series } = (await (await fetch(`${path}/metrics`, { headers })).json()) as {
    series: { variant: string; cohort?: string; total: { exposures: number; outcomes: Record<string, unknown> } }[];
  };
  const sum = (of: typeof series) => of.reduce((all, one) => all + one.total.exposures, 0);
  expect(sum(series)).toBe(WHOLE ? 200 : 20);
  expect(series.every(({ cohort }) => cohort !== undefined)).toBe(true);
});
