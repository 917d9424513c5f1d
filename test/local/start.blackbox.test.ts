import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import { ROOT } from "../../scripts/build.ts";
import { isAlive, type Runtime, startRuntime } from "../support/runtime.ts";

/* `npm start`, as api.md's "Running it" promises it. */

const started: Runtime[] = [];
const directories: string[] = [];
afterEach(async () => {
  for (const runtime of started.splice(0)) await runtime.stop();
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true, force: true });
});

async function start(options: Parameters<typeof startRuntime>[0] = {}): Promise<Runtime> {
  const runtime = await startRuntime(options);
  started.push(runtime);
  return runtime;
}
async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "sluice-test-"));
  directories.push(path);
  return path;
}
const gone = (pid: number): Promise<void> => expect.poll(() => isAlive(pid)).toBe(false);
const admin = (runtime: Runtime, path: string) =>
  fetch(`${runtime.url}/admin/v1${path}`, { headers: { Authorization: `Bearer ${runtime.adminToken}` } });

/** The lines under "Try it:", run by a shell as they stand there. */
async function tryLines(output: string): Promise<unknown[]> {
  const lines = output.split("\n").filter((line) => line.startsWith("  curl "));
  expect(lines).toHaveLength(2);
  const answers = [];
  for (const line of lines) {
    const { stdout } = await promisify(execFile)("sh", ["-c", line.replace("curl -s", "curl -sS --fail-with-body")]);
    answers.push(JSON.parse(stdout));
  }
  return answers;
}

describe("the first start", () => {
  test("makes the example shop and prints all that is needed to try it", async () => {
    const runtime = await start({ seed: true, env: { ADMIN_TOKEN: "" } });
    const output = runtime.output();
    const page = await fetch(`${runtime.url}/`);
    expect([page.status, page.headers.get("Content-Type")]).toEqual([200, expect.stringMatching(/^text\/html/)]);
    const token = /^Admin token {2}(slc_admin_\S{16,})$/m.exec(output)?.[1];
    expect(output).toContain(`Dashboard    ${runtime.url}/#token=${token}\nSluice is ready on ${runtime.url}\n`);
    expect(token).toBe((await readFile(join(runtime.stateDir, "admin-token"), "utf8")).trim());
    for (const environment of ["development", "staging", "production"])
      for (const kind of ["client", "server"]) expect(output).toContain(` slc_${kind}_${environment}_`);

    const [evaluated, rolledOut] = await tryLines(output);
    expect(evaluated).toMatchObject({
      key: "one-page-checkout",
      value: true,
      variant: "on",
      reason: "TARGETING_MATCH",
    });
    expect(rolledOut).toMatchObject({ flag: { key: "one-page-checkout", default: { rollout: { percentage: 25 } } } });

    const headers = { Authorization: `Bearer ${token}` };
    const answer = await fetch(`${runtime.url}/admin/v1/environments/production/flags`, { headers });
    const { flags } = (await answer.json()) as { flags: unknown[] };
    expect(flags.length).toBeGreaterThanOrEqual(12);
  });

  test("with SEED=none makes nothing, and its two lines work too", async () => {
    const runtime = await start({ env: { SEED: "none" } });
    expect(await (await admin(runtime, "/environments")).json()).toEqual({ environments: [] });
    const [listed, made] = await tryLines(runtime.output());
    expect(listed).toEqual({ environments: [] });
    expect(made).toMatchObject({ name: "production" });
  });

  test("that was interrupted while it made the shop is taken up again", async () => {
    const stateDir = await directory();
    const child = spawn(process.execPath, [`${ROOT}scripts/start.ts`, "--built"], {
      env: {
        ...process.env,
        STATE_DIR: stateDir,
        PORT: "0",
        SEED: "",
        VISITORS: "none",
        ADMIN_TOKEN: "slc_admin_test-root",
      },
      stdio: "ignore",
    });
    // Begun: its record is there. Then killed in the middle.
    await expect
      .poll(() => readFile(join(stateDir, "example.json"), "utf8").catch(() => ""), { timeout: 30_000 })
      .not.toBe("");
    child.kill("SIGKILL");

    const runtime = await start({ stateDir, seed: true });
    const keys = runtime.output().match(/slc_(client|server)_\S+ {3}\w+$/gm) ?? [];
    expect(keys).toHaveLength(6);
    await tryLines(runtime.output());
    for (const environment of ["development", "staging", "production"]) {
      const list = (await (await admin(runtime, `/environments/${environment}/keys`)).json()) as { keys: unknown[] };
      expect(list.keys).toHaveLength(2);
    }
  });
});

describe("the living example", () => {
  const children = async (pid: number): Promise<number[]> => {
    const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid=,args="]);
    return stdout.split("\n").flatMap((line) => {
      const [own, parent] = line.trim().split(/\s+/).map(Number);
      return parent === pid && line.includes("visitors.ts") ? [own!] : [];
    });
  };

  test("has two releases that visitors decide, says how to do without, and nobody comes once it has ended", async () => {
    const runtime = await start({ seed: true, env: { VISITORS: "" } });
    expect(runtime.output()).toContain("VISITORS=none npm start");
    const paths = runtime.output().match(/\/environments\/production\/flags\/\S+\/releases\/\w+$/gm) ?? [];
    expect(paths).toHaveLength(2);
    for (const path of paths)
      expect(await (await admin(runtime, path)).json()).toMatchObject({ state: "baking", stageIndex: 0 });
    const exposures = async (): Promise<number> => {
      const answer = await admin(runtime, paths[0]!.replace(/releases.*/, "metrics"));
      const { series } = (await answer.json()) as { series: { total: { exposures: number } }[] };
      return series.reduce((sum, one) => sum + one.total.exposures, 0);
    };
    await expect.poll(exposures, { timeout: 30_000 }).toBeGreaterThan(0);

    const visitors = await children(runtime.pid);
    expect(visitors).toHaveLength(1);
    await runtime.kill();
    await gone(visitors[0]!);
  });

  test("goes on at the next start, and leaves alone what a person has changed", async () => {
    const stateDir = await directory();
    const env = { VISITORS: "" };
    const first = await start({ stateDir, seed: true, env });
    const path = /\/environments\/production\/flags\/saved-cards\/releases\/\w+$/m.exec(first.output())![0];
    const write = { Authorization: `Bearer ${first.adminToken}`, "Content-Type": "application/json" };
    const cancelled = await fetch(`${first.url}/admin/v1${path}/cancel`, { method: "POST", headers: write });
    expect(cancelled.status).toBe(200);
    await first.stop();
    const second = await start({ stateDir, seed: true, env });
    expect(second.output()).not.toContain("/flags/saved-cards/");
    const search = (runtime: Runtime) => /\/flags\/quick-search\/releases\/\w+$/m.exec(runtime.output())?.[0];
    expect(search(second)).toBe(search(first));
  });
});

describe("a later start on the same state", () => {
  test("has the same token, keys and flags, and makes nothing again, also after everything was killed", async () => {
    const stateDir = await directory();
    const first = await start({ stateDir, seed: true });
    const said = (runtime: Runtime): string => runtime.output().slice(runtime.output().indexOf("Admin token"));
    const removed = await fetch(`${first.url}/admin/v1/environments/staging?confirm=staging`, {
      method: "DELETE",
      headers: { Authorization: `Bearer ${first.adminToken}`, "Content-Type": "application/json" },
    });
    expect(removed.status).toBeLessThan(300);
    await first.kill();

    const port = Number(new URL(first.url).port);
    const second = await start({ stateDir, seed: true, port });
    expect(second.url).toBe(first.url);
    const without = (text: string) => text.replaceAll(/^Key .* staging\n/gm, "");
    expect(said(second)).toBe(without(said(first)));
    const { environments } = (await (await admin(second, "/environments")).json()) as {
      environments: { name: string }[];
    };
    expect(environments.map((one) => one.name)).toEqual(["development", "production"]);
    await tryLines(second.output());
  });
});

describe("what can't be started", () => {
  /** Runs to the end; what it printed on the error stream, and its exit code. */
  const fail = (env: Record<string, string>): Promise<{ code: number | null; error: string }> =>
    new Promise((resolve) => {
      const options = { env: { ...process.env, SEED: "none", ...env } };
      const child = execFile(process.execPath, [`${ROOT}scripts/start.ts`, "--built"], options, (_error, _out, error) =>
        resolve({ code: child.exitCode, error }),
      );
    });

  test("a port in use is one clear line and exit code 1", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((listening) => other.once("listening", listening));
    const port = (other.address() as { port: number }).port;
    const { code, error } = await fail({ PORT: String(port), STATE_DIR: await directory() });
    other.close();
    expect({ code, error }).toEqual({ code: 1, error: `Port ${port} is already in use; set PORT to another one.\n` });
  });

  test("so is state in use by another server", async () => {
    const runtime = await start();
    const { code, error } = await fail({ PORT: "0", STATE_DIR: runtime.stateDir });
    expect(code).toBe(1);
    expect(error).toMatch(/^\S+ is in use by process \d+; give this one another STATE_DIR\.\n$/);
    expect((await admin(runtime, "/environments")).status).toBe(200);
  });

  test("so is a port that is none", async () => {
    const { code, error } = await fail({ PORT: "http", STATE_DIR: await directory() });
    expect({ code, error }).toEqual({ code: 1, error: "PORT must be 0 to 65535, not http.\n" });
  });
});

/** Several runtimes at once: most of what each takes is waiting for the others of its processes. */
describe("nothing outlives it", () => {
  test("ended by SIGINT, SIGTERM or SIGHUP, or killed outright, it takes the runtime with it", async () => {
    const ends = ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"] as const;
    await Promise.all(
      ends.map(async (signal) => {
        const runtime = await start();
        const workerd = runtime.workerd();
        expect(isAlive(workerd), signal).toBe(true);
        process.kill(runtime.pid, signal);
        await gone(runtime.pid);
        await gone(workerd);
      }),
    );
  });

  test("npm ended by SIGTERM or SIGKILL, everything goes", async () => {
    const ways = [
      { signal: "SIGTERM", args: [] },
      { signal: "SIGKILL", args: ["--", "--built"] },
    ] as const;
    await Promise.all(
      ways.map(async ({ signal, args }) => {
        const stateDir = await directory();
        const npm = spawn("npm", ["start", "--silent", ...args], {
          cwd: ROOT,
          env: { ...process.env, STATE_DIR: stateDir, PORT: "0", SEED: "none", ADMIN_TOKEN: "" },
          stdio: ["ignore", "pipe", "inherit"],
        });
        let output = "";
        npm.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
        await expect.poll(() => output, { timeout: 50_000 }).toContain("Sluice is ready on ");
        const server = Number(await readFile(join(stateDir, "server.pid"), "utf8"));
        const workerd = Number(await readFile(join(stateDir, `workerd-${server}.pid`), "utf8"));
        expect([isAlive(server), isAlive(workerd)], signal).toEqual([true, true]);
        npm.kill(signal);
        await gone(server);
        await gone(workerd);
      }),
    );
  });

  test("a runtime that crashes is started again, and still ends with everything", async () => {
    const runtime = await start();
    const crashed = runtime.workerd();
    process.kill(crashed, "SIGKILL");
    await expect.poll(() => runtime.workerd()).not.toBe(crashed);
    const workerd = runtime.workerd();
    expect(isAlive(workerd)).toBe(true);
    process.kill(runtime.pid, "SIGKILL");
    await gone(workerd);
  });
});
