import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT } from "../../scripts/build.ts";
import { Project } from "../support/edge.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";

/* Another project's `wrangler dev` binds FlagService of what `npm start` has started: the example, as its package starts it. */

let project: Project;
let runtime: Runtime;
let registry: string;
let dev: ChildProcess | undefined;
beforeAll(async () => {
  registry = await mkdtemp(join(tmpdir(), "sluice-registry-"));
  [project, runtime] = await Promise.all([
    Project.install("edge-middleware"),
    startRuntime({ seed: true, env: { WRANGLER_REGISTRY_PATH: registry } }),
  ]);
});
afterAll(async () => {
  if (dev?.exitCode === null) {
    const ended = new Promise((resolve) => dev!.once("exit", resolve));
    dev.kill("SIGTERM");
    await ended;
  }
  await runtime?.stop();
  await project?.remove();
  await rm(registry, { recursive: true, force: true });
});

test("the example answers by the flags of the example shop", async () => {
  const [program, ...args] = project.scripts["start"]!.split(" ");
  expect(program).toBe("wrangler");
  const wrangler = join(ROOT, "node_modules/wrangler/bin/wrangler.js");
  dev = spawn(process.execPath, [wrangler, ...args, "--port", "0", "--inspector-port", "0"], {
    cwd: project.directory,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, WRANGLER_REGISTRY_PATH: registry, WRANGLER_SEND_METRICS: "false", CI: "true" },
  });
  let output = "";
  for (const stream of [dev.stdout!, dev.stderr!])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const ready = /Ready on (http:\S+)/;
  await expect.poll(() => output, { timeout: 50_000 }).toMatch(ready);
  const url = ready.exec(output)![1]!.replace("localhost", "127.0.0.1");
  expect(output).toMatch(/env\.FLAGS \(sluice#FlagService\) .*\[connected\]/);

  const evaluated = await (await fetch(`${url}/flags/one-page-checkout`)).json();
  expect(evaluated).toMatchObject({ key: "one-page-checkout", variant: expect.stringMatching(/^(on|off)$/) });
  const page = await fetch(url);
  expect(await page.text()).toMatch(/The (stable|canary) shop at \//);
  expect(page.headers.get("Cache-Control")).toBe("private, no-cache");
}, 90_000);
