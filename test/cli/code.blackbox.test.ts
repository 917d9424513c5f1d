import { mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../../scripts/build.ts";
import { admin } from "../support/admin.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";
import { Shell } from "./sluice.ts";
import { runJob, scriptsOf, workflow } from "./workflow.ts";

/* Flags as code against a started Sluice: diff, apply, pull and test. */

let runtime: Runtime;
let shell: Shell;
let access: Record<string, string>;
beforeAll(async () => {
  runtime = await startRuntime();
  shell = await Shell.open();
  await admin(runtime, "POST", "/environments", { name: "staging" });
  access = { SLUICE_URL: runtime.url, SLUICE_TOKEN: runtime.adminToken, SLUICE_ENVIRONMENT: "staging" };
});
afterAll(async () => {
  await shell?.close();
  await runtime?.stop();
});
const sluice = (...args: string[]) => shell.run(args, { env: access });
const path = (...parts: string[]) => join(shell.folder, "code", ...parts);
const put = async (file: string, content: unknown) => {
  await mkdir(path("flags"), { recursive: true });
  await mkdir(path("segments"), { recursive: true });
  await writeFile(path(file), typeof content === "string" ? content : JSON.stringify(content));
};
const BOOLEAN = { type: "boolean", variants: { on: true, off: false } };
const rollout = (percentage: number) => ({
  rollout: { percentage, split: [{ variant: "on", weight: 1 }], otherwise: "off" },
});

test("files are applied as one version, and then nothing differs; pull writes what diff takes", async () => {
  await put("segments/staff.yaml", "key: staff\ninclude: [ada, bob]\n");
  await put(
    "flags/checkout.yaml",
    `key: checkout\ntype: boolean\nvariants: { on: true, off: false }\nrules:\n  - id: staff\n    when: { segment: staff }\n    serve: { variant: on }\ndefault: { variant: off }\n`,
  );
  await put("flags/banner.json", { key: "banner", ...BOOLEAN, default: rollout(10) });
  expect(await sluice("diff", "-f", path())).toMatchObject({ exit: 2 });
  const { body: before } = await admin<{ version: number }>(runtime, "GET", "/environments/staging");
  expect(await sluice("apply", "-f", path(), "--comment", "from git")).toMatchObject({ exit: 0 });
  const { body: after } = await admin<{ version: number }>(runtime, "GET", "/environments/staging");
  expect(after.version).toBe(before.version + 1);
  expect(await sluice("diff", "-f", path(), "--no-json")).toMatchObject({ exit: 0, out: "No difference.\n" });
  expect(await sluice("apply", "-f", path())).toMatchObject({ exit: 0 });
  const { body: still } = await admin<{ version: number }>(runtime, "GET", "/environments/staging");
  expect(still.version).toBe(after.version);

  expect(await sluice("pull", join(shell.folder, "pulled"))).toMatchObject({ exit: 0 });
  expect(await readdir(join(shell.folder, "pulled/flags"))).toEqual(["banner.json", "checkout.json"]);
  expect(await sluice("diff", "-f", join(shell.folder, "pulled"), "--prune")).toMatchObject({ exit: 0 });
  const first = await readFile(join(shell.folder, "pulled/flags/banner.json"), "utf8");
  await sluice("pull", join(shell.folder, "pulled"));
  expect(await readFile(join(shell.folder, "pulled/flags/banner.json"), "utf8")).toBe(first);
});

test("a file that is gone deletes nothing without --prune, and archives with it", async () => {
  await rm(path("flags/banner.json"));
  expect(await sluice("diff", "-f", path())).toMatchObject({ exit: 0 });
  expect(await sluice("diff", "-f", path(), "--prune", "--no-json")).toMatchObject({
    exit: 2,
    out: expect.stringContaining("- flag banner is archived"),
  });
  expect(await sluice("apply", "-f", path(), "--prune")).toMatchObject({ exit: 0 });
  await put("flags/banner.json", { key: "banner", ...BOOLEAN, default: rollout(10) });
  expect(await sluice("apply", "-f", path())).toMatchObject({
    exit: 5,
    err: expect.stringContaining("sluice restore banner"),
  });
  await rm(path("flags/banner.json"));
});

test("what is refused is told by file and place, and nothing is written", async () => {
  await put("flags/broken.json", { key: "broken", ...BOOLEAN, default: { variant: "nowhere" } });
  expect(await sluice("diff", "-f", path())).toMatchObject({
    exit: 3,
    err: expect.stringContaining("flags/broken.json/default"),
  });
  expect(await sluice("apply", "-f", path())).toMatchObject({ exit: 3 });
  await put("flags/broken.json", '{ "key": "broken", "key": "twice" }');
  expect(await sluice("diff", "-f", path())).toMatchObject({
    exit: 3,
    err: expect.stringMatching(/broken\.json: line 1, column \d+/),
  });
  await put("flags/broken.json", "[]");
  expect(await sluice("diff", "-f", path())).toMatchObject({
    exit: 3,
    err: expect.stringContaining("must be an object"),
  });
  await put("flags/broken.json", { key: "checkout" });
  expect(await sluice("diff", "-f", path())).toMatchObject({
    exit: 3,
    err: expect.stringContaining("the same flag as"),
  });
  await rm(path("flags/broken.json"));
  await writeFile(path("stray.json"), "{}");
  expect(await sluice("diff", "-f", path())).toMatchObject({
    exit: 3,
    err: expect.stringContaining("belongs into the folder"),
  });
  await rm(path("stray.json"));
  expect(await sluice("diff", "-f", join(shell.folder, "nowhere"))).toMatchObject({ exit: 64 });
});

test("a live release keeps its share through apply, and isn't suspended by it", async () => {
  await admin(runtime, "PUT", "/environments/staging/flags/released", { ...BOOLEAN, default: rollout(0) });
  const plan = { stages: [{ name: "half", percentage: 50, minBake: "1h" }], guardrails: [] };
  const { body: release } = await admin<{ id: string }>(
    runtime,
    "POST",
    "/environments/staging/flags/released/releases",
    { plan },
  );
  await put("flags/released.json", { key: "released", ...BOOLEAN, default: rollout(0), description: "from a file" });
  const told = await sluice("diff", "-f", path(), "--no-json");
  expect(told).toMatchObject({ exit: 2, out: expect.stringContaining("the share of default is held by the release") });
  expect(await sluice("apply", "-f", path())).toMatchObject({ exit: 0 });
  const { body: view } = await admin<{ flag: unknown; release: unknown }>(
    runtime,
    "GET",
    "/environments/staging/flags/released",
  );
  expect(view).toMatchObject({
    flag: { description: "from a file", default: rollout(50) },
    release: { id: release.id, state: "baking" },
  });
  expect(await sluice("apply", "-f", path())).toMatchObject({ exit: 0 });
});

test("cases are held against what is live, against an earlier state, and against files without a server", async () => {
  await put(
    "flags/checkout.yaml",
    `key: checkout\ntype: boolean\nvariants: { on: true, off: false }\nrules:\n  - id: staff\n    when: { segment: staff }\n    serve: { variant: on }\ndefault: { variant: off }\n`,
  );
  const cases = join(shell.folder, "cases.yaml");
  await writeFile(
    cases,
    `- { flag: checkout, context: { targetingKey: ada }, expect: on }\n- { flag: checkout, context: { targetingKey: eve }, expect: { value: false } }\n- { name: nobody, flag: checkout, expect: off }\n`,
  );
  const live = await sluice("test", cases);
  expect(live).toMatchObject({ exit: 0, out: expect.stringMatching(/^TAP version 14\n1\.\.3\nok 1 - /) });
  const offline = await shell.run(["test", cases, "--files", path()]);
  expect(offline).toMatchObject({ exit: 0, out: live.out });
  await writeFile(
    cases,
    "- { flag: checkout, context: { targetingKey: eve }, expect: on }\n- { flag: nowhere, expect: on }\n",
  );
  const wrong = await sluice("test", cases, "--format", "junit");
  expect(wrong).toMatchObject({ exit: 1, out: expect.stringMatching(/failures="2"/) });
  expect(wrong.out).toContain("expected {&quot;variant&quot;:&quot;on&quot;}");
  await writeFile(cases, "- { context: {} }");
  expect(await sluice("test", cases)).toMatchObject({ exit: 3, err: expect.stringContaining("Case 1") });
});

test("release watch ends with the release: 2 for one that was taken back", async () => {
  const watching = sluice("release", "watch", "released");
  await admin(runtime, "POST", `/environments/staging/flags/released/releases/${(await latest()).id}/unrelease`, {});
  const ended = await watching;
  expect(ended.exit).toBe(2);
  expect(JSON.parse(ended.out)).toMatchObject({ state: "unreleased" });
  expect(await sluice("release", "watch", "checkout")).toMatchObject({
    exit: 1,
    err: expect.stringContaining("never been released"),
  });
});

describe("examples/github-actions", () => {
  let project: string;
  let env: Record<string, string>;
  beforeAll(async () => {
    await admin(runtime, "POST", "/environments", { name: "production" });
    project = join(shell.folder, "project");
    const bin = join(project, "node_modules/.bin");
    await mkdir(bin, { recursive: true });
    await mkdir(join(project, "flags-as-code/flags"), { recursive: true });
    await symlink(join(ROOT, "dist/package/sluice.mjs"), join(bin, "sluice"));
    await writeFile(join(project, "package.json"), "{}");
    await writeFile(
      join(project, "shop.ts"),
      `client.getBooleanValue("shipped", false); client.getBooleanValue("typo", false);`,
    );
    const flag = { key: "shipped", ...BOOLEAN, default: rollout(0) };
    await writeFile(join(project, "flags-as-code/flags/shipped.json"), JSON.stringify(flag));
    const cases = "- { flag: shipped, context: { targetingKey: ada }, expect: 'off' }\n";
    await writeFile(join(project, "cases.yaml"), cases);
    // GitHub's own command: what it is told to say is kept.
    await writeFile(join(bin, "gh"), `#!/bin/sh\nprintf '%s\\n' "$@" > gh.txt\n`, { mode: 0o755 });
    env = {
      ...shell.env,
      PATH: `${bin}:${shell.env["PATH"]}`,
      GITHUB_REPOSITORY: "shop/shop",
      GITHUB_SHA: "0123abc",
      GITHUB_SERVER_URL: "https://github.example",
      GITHUB_RUN_ID: "7",
      GITHUB_ENV: join(project, "github.env"),
      GITHUB_STEP_SUMMARY: join(project, "summary.md"),
    };
  });
  const run = async (name: string, job: string, more: Record<string, string> = {}) => {
    const tokens = ["VIEWER", "EDITOR", "OPERATOR"].map((role) => [`secrets.SLUICE_${role}_TOKEN`, runtime.adminToken]);
    const values = {
      "secrets.SLUICE_ADMIN_TOKEN": runtime.adminToken,
      "vars.SLUICE_URL": runtime.url,
      ...Object.fromEntries(tokens),
      "github.token": "x",
      ...more,
    };
    return runJob((await workflow(name)).jobs[job]!, { folder: project, env, values });
  };
  const exits = (ran: { exit: number }[]) => ran.map(({ exit }) => exit);

  test("nothing that others write stands in a script, and each has the rights that it says", async () => {
    const files = (await readdir(join(ROOT, "examples/github-actions"))).filter((one) => one.endsWith(".yml"));
    const readme = await readFile(join(ROOT, "examples/github-actions/README.md"), "utf8");
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) {
      const one = await workflow(file);
      expect(one.permissions).toMatchObject({ contents: "read" });
      for (const script of scriptsOf(one)) expect(script).not.toContain("\u0024{{");
      for (const script of scriptsOf(one)) expect(script).not.toMatch(/npx (?!--no )/);
      expect(readme).toContain(`(${file})`);
    }
  });

  test("a pull request is told what it would change and what its code asks for", async () => {
    const ran = await run("flags-diff.yml", "diff", { "github.event.pull_request.number": "12" });
    expect([exits(ran), ran.map(({ output }) => output).join("")]).toEqual([[0, 0, 0, 0], expect.any(String)]);
    expect((await readFile(join(project, "gh.txt"), "utf8")).split("\n").slice(0, 3)).toEqual(["pr", "comment", "12"]);
    const comment = await readFile(join(project, "comment.md"), "utf8");
    expect(comment).toMatch(/^<!-- sluice refs -->/);
    expect(comment).toContain("| `typo` | `shop.ts:1` | certain |");
    expect(comment).toMatch(/^ {4}\+ flag shipped$/m);
  });

  test("main is applied to staging and production, and a second time changes nothing", async () => {
    for (const job of ["staging", "production"])
      expect(new Set(exits(await run("flags-apply.yml", job)))).toEqual(new Set([0]));
    const log = "/environments/production/audit?limit=1";
    expect((await admin(runtime, "GET", log)).body).toMatchObject({ entries: [{ comment: "shop/shop@0123abc" }] });
    const version = async () =>
      (await admin<{ version: number }>(runtime, "GET", "/environments/production")).body.version;
    const before = await version();
    await run("flags-apply.yml", "production");
    expect(await version()).toBe(before);
  });

  test("a pull request has an environment of its own, with keys that no log shows, until it is closed", async () => {
    const pull = { "github.event.pull_request.number": "12" };
    const began = await run("environment.yml", "begin", pull);
    const text = began.map(({ output }) => output).join("");
    expect([exits(began), text]).toEqual([
      [0],
      expect.stringMatching(/::add-mask::slc_client_\S+\n::add-mask::slc_server_/),
    ]);
    const key = /SLUICE_SERVER_KEY=(slc_server_\S+)/.exec(await readFile(join(project, "github.env"), "utf8"))![1]!;
    expect(text.split(key)).toHaveLength(2);
    expect(await readdir(project)).not.toContain("environment.json");
    const asked = await fetch(`${runtime.url}/ofrep/v1/evaluate/flags`, {
      method: "POST",
      headers: { Authorization: `Bearer ${key}` },
      body: "{}",
    });
    expect(asked.status).toBe(200);
    expect(exits(await run("environment.yml", "end", pull))).toEqual([0]);
    expect((await admin(runtime, "GET", "/environments/pr-12")).status).toBe(404);
  });

  test("a release that is taken back fails its pipeline with 2, and its report is in the summary", async () => {
    const inputs = { "inputs.flag": "shipped", "inputs.plan": "standard" };
    const at = "/environments/production/flags/shipped/releases";
    const going = run("release.yml", "release", inputs);
    const live = () => admin<{ releases: { id: string }[] }>(runtime, "GET", `${at}?limit=1`);
    await expect.poll(async () => (await live()).body.releases.length).toBe(1);
    const { id } = (await live()).body.releases[0]!;
    await admin(runtime, "POST", `${at}/${id}/unrelease`, {});
    const ran = await going;
    expect([exits(ran), ran.map(({ output }) => output).join("")]).toEqual([[0, 2, 0], expect.any(String)]);
    expect(await readFile(join(project, "summary.md"), "utf8")).toContain("unreleased");
  });
});

async function latest(): Promise<{ id: string }> {
  const { body } = await admin<{ releases: { id: string }[] }>(
    runtime,
    "GET",
    "/environments/staging/flags/released/releases?limit=1",
  );
  return body.releases[0]!;
}
