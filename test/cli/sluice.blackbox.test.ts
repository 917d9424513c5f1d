import { execFile } from "node:child_process";
import { createCipheriv } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { copyFile, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../../scripts/build.ts";
import { PRINTED, propertiesOf } from "../../src/cli/printed.ts";
import { admin } from "../support/admin.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";
import { PROGRAMS } from "./refs/programs.ts";
import { Shell } from "./sluice.ts";

/* The `sluice` command against a started Sluice: what each command prints, to people and to pipes, and how it ends. */

let runtime: Runtime;
let shell: Shell;
let access: Record<string, string>;
beforeAll(async () => {
  runtime = await startRuntime();
  shell = await Shell.open();
  for (const name of ["staging", "production"]) await admin(runtime, "POST", "/environments", { name });
  access = { SLUICE_URL: runtime.url, SLUICE_TOKEN: runtime.adminToken, SLUICE_ENVIRONMENT: "staging" };
});
afterAll(async () => {
  await shell?.close();
  await runtime?.stop();
});
const sluice = (...args: string[]) => shell.run(args, { env: access });
const json = async (...args: string[]) => JSON.parse((await sluice(...args)).out);

describe("who asks", () => {
  test("login keeps the token for its origin, readable by its owner alone, and says who it is", async () => {
    const done = await shell.run(["login", runtime.url], { input: `${runtime.adminToken}\n` });
    expect(done).toMatchObject({ exit: 0, err: "" });
    expect(JSON.parse(done.out)).toMatchObject({ url: runtime.url, role: "admin" });
    const file = join(shell.folder, "config/profiles.json");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(shell.folder, "config"))).mode & 0o777).toBe(0o700);
    expect(await readdir(join(shell.folder, "config"))).toEqual(["profiles.json"]);
    expect(JSON.parse((await shell.run(["whoami"])).out)).toMatchObject({ url: runtime.url });
    expect((await shell.run(["whoami", "--no-json"])).out).toMatch(/\(admin in every environment\), at http/);
    expect((await shell.run(["logout"])).exit).toBe(0);
    expect(await readFile(file, "utf8")).not.toContain(runtime.adminToken);
    expect(await shell.run(["whoami"])).toMatchObject({ exit: 64, err: expect.stringContaining("sluice login") });
  });

  test("a wrong token isn't kept, and no token is taken as an argument", async () => {
    expect(await shell.run(["login", runtime.url], { input: "slc_admin_wrong" })).toMatchObject({ exit: 1, out: "" });
    expect((await shell.run(["login", runtime.url, runtime.adminToken])).exit).toBe(64);
    expect((await shell.run(["whoami"])).exit).toBe(64);
  });

  test("SLUICE_TOKEN goes only where SLUICE_URL or --url says, never where a repository says", async () => {
    const asked: string[] = [];
    const other = createServer((request, response) => {
      asked.push(request.headers.authorization ?? "");
      response.end("{}");
    });
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    try {
      await writeFile(join(shell.folder, "sluice.json"), JSON.stringify({ url, environment: "staging" }));
      expect(await shell.run(["whoami"], { env: { SLUICE_TOKEN: runtime.adminToken } })).toMatchObject({ exit: 64 });
      await shell.run(["login", runtime.url], { input: runtime.adminToken });
      expect(await shell.run(["flags"])).toMatchObject({
        exit: 64,
        err: expect.stringContaining("Nobody is logged in to"),
      });
      expect(asked).toEqual([]);
      // A redirect isn't followed.
      other.removeAllListeners("request");
      other.on("request", (_, response) => response.writeHead(302, { Location: `${runtime.url}/admin/v1/me` }).end());
      const redirected = await shell.run(["whoami"], { env: { SLUICE_URL: url, SLUICE_TOKEN: "slc_admin_x" } });
      expect(redirected).toMatchObject({ exit: 1, err: expect.stringContaining("redirect") });
    } finally {
      await writeFile(join(shell.folder, "sluice.json"), "{}");
      await shell.run(["logout"]);
      other.closeAllConnections();
      other.close();
    }
  });

  test.each<[string, string]>([
    ["{", "is not JSON"],
    ['{"token":"x"}', "must not have a token"],
    ['{"adress":"x"}', "may have url and environment"],
    ['{"url":1}', "must be texts"],
  ])("a sluice.json of %s is refused with a reason", async (text, why) => {
    await writeFile(join(shell.folder, "sluice.json"), text);
    expect(await shell.run(["whoami"])).toMatchObject({ exit: 64, err: expect.stringContaining(why) });
    await writeFile(join(shell.folder, "sluice.json"), "{}");
  });
});

describe("flags", () => {
  test("a flag is made, rolled out, explained, disabled, archived and restored", async () => {
    expect(await json("create", "new-checkout", "--client-side")).toMatchObject({
      flag: { key: "new-checkout", clientSide: true, default: { variant: "off" } },
      propagated: { relays: expect.any(Number) },
    });
    expect((await sluice("create", "new-checkout")).exit).toBe(5);
    expect((await sluice("rollout", "new-checkout", "25")).exit).toBe(0);
    expect(await json("flag", "new-checkout")).toMatchObject({ flag: { default: { rollout: { percentage: 25 } } } });
    expect((await sluice("flag", "new-checkout", "--no-json")).out).toMatch(/everybody else → 25 % on, else off/);
    expect((await sluice("explain", "new-checkout", "-c", "customer-1", "--no-json")).out).toMatch(
      /new-checkout → o(n|ff) =/,
    );
    expect((await sluice("off", "new-checkout")).exit).toBe(0);
    expect((await sluice("flags", "--no-json")).out).toMatch(/new-checkout\s+disabled\s+25 % on, else off/);
    expect((await sluice("on", "new-checkout")).exit).toBe(0);
    expect((await sluice("unrelease", "new-checkout")).exit).toBe(0);
    expect(await json("flag", "new-checkout")).toMatchObject({ flag: { default: { rollout: { percentage: 0 } } } });
    expect(await sluice("unrelease", "new-checkout")).toMatchObject({
      exit: 5,
      err: expect.stringContaining("sluice off"),
    });
    expect((await sluice("archive", "new-checkout")).exit).toBe(0);
    expect((await json("flags")).flags).toEqual([]);
    expect((await sluice("restore", "new-checkout")).exit).toBe(0);
    expect(await json("audit", "--flag", "new-checkout")).toMatchObject({
      entries: expect.arrayContaining([expect.objectContaining({ action: "setRollout" })]),
    });
    expect(await sluice("verify", "--no-json")).toMatchObject({
      exit: 0,
      out: expect.stringContaining("The log is whole"),
    });
  });

  test.each<[string[], number, RegExp]>([
    [["rollout", "new-checkout", "101"], 3, /\/percentage/],
    [["rollout", "new-checkout", "lots"], 64, /no percentage/],
    [["rollout", "nowhere", "5"], 1, /./],
    [["create", "banner", "--type", "string"], 64, /needs its variants/],
    [["create", "banner", "--type", "string", "--variant", "none"], 64, /name=value/],
    [["explain", "new-checkout", "-c", "{broken"], 64, /not JSON/],
    [["flag"], 64, /missing required argument/],
    [["flags", "--colour"], 64, /unknown option/],
    [["flags", "-e", "nowhere"], 1, /./],
  ])("%j ends with %i and says why", async (args, exit, why) => {
    const ended = await sluice(...args);
    expect(ended).toMatchObject({ exit, out: "" });
    expect(ended.err).toMatch(why);
  });

  test("production is asked for, and where nobody can be asked --yes has to say so", async () => {
    await sluice("create", "careful", "-e", "production");
    const refused = await sluice("rollout", "careful", "10", "-e", "production");
    expect(refused).toMatchObject({ exit: 64, err: expect.stringContaining("--yes") });
    expect(await json("flag", "careful", "-e", "production")).toMatchObject({ flag: { default: { variant: "off" } } });
    expect(
      (await sluice("rollout", "careful", "10", "-e", "production", "--yes", "--comment", "first 10 %")).exit,
    ).toBe(0);
    const { entries } = await json("audit", "--flag", "careful", "-e", "production", "--limit", "1");
    expect(entries).toMatchObject([{ comment: "first 10 %" }]);
  });

  test("names are printed without what would steer a terminal", async () => {
    await admin(runtime, "PUT", "/environments/staging/flags/owned", {
      type: "boolean",
      variants: { on: true, off: false },
      default: { variant: "off" },
      owner: "a\u001b]0;title\u0007b",
    });
    const { out } = await sluice("flags", "--no-json");
    expect(out).toContain("a\ufffd]0;title\ufffdb");
  });
});

test("an environment is made from another, promoted into, and deleted", async () => {
  expect((await sluice("env", "create", "branch-1", "--from", "staging")).exit).toBe(0);
  expect((await sluice("create", "only-here", "-e", "branch-1")).exit).toBe(0);
  expect((await sluice("promote", "--from", "branch-1", "--to", "staging", "--dry-run")).exit).toBe(2);
  expect((await sluice("promote", "--from", "branch-1", "--to", "staging", "--yes")).exit).toBe(0);
  expect((await sluice("promote", "--from", "branch-1", "--to", "staging", "--dry-run")).exit).toBe(0);
  expect((await json("env", "list")).environments.map(({ name }: { name: string }) => name)).toContain("branch-1");
  expect((await sluice("status", "--no-json")).out).toMatch(/staging {2}\d+ flags, version \d+/);
  expect((await sluice("env", "delete", "branch-1")).exit).toBe(64);
  expect((await sluice("env", "delete", "branch-1", "--yes")).exit).toBe(0);
});

test("a document that was exported is imported elsewhere, and then nothing differs", async () => {
  const file = join(shell.folder, "flags.json");
  expect((await sluice("export", "-o", file)).exit).toBe(0);
  expect((await sluice("import", file, "-e", "production", "--dry-run")).exit).toBe(2);
  expect((await sluice("import", file, "-e", "production", "--yes")).exit).toBe(0);
  expect((await sluice("import", file, "-e", "production", "--dry-run")).exit).toBe(0);
  await writeFile(file, '{"format":"sluice","formatVersion":1,"flags":[{"key":"x"}]}');
  expect(await sluice("import", file)).toMatchObject({ exit: 3, err: expect.stringMatching(/\/flags\/0/) });
  expect((await sluice("import", join(shell.folder, "nowhere.json"))).exit).toBe(64);
});

test("completion knows commands, environments and flags", async () => {
  const found = async (...words: string[]) =>
    (await sluice("__complete", "--", ...words)).out.split("\n").filter(Boolean);
  expect(await found("re")).toEqual(["restore", "release", "refs"]);
  expect(await found("release", "w")).toEqual(["watch"]);
  // Completion gives up on a server that is slow, and says nothing then.
  await expect.poll(() => found("flag", "new")).toEqual(["new-checkout"]);
  await expect.poll(() => found("--env", "pro")).toEqual(["production"]);
  await expect.poll(() => found("dev", "--pull", "pro")).toEqual(["production"]);
  expect(await found("refs", "--m")).toEqual(["--markdown"]);
  for (const one of ["bash", "zsh", "fish"]) expect((await sluice("completion", one)).out).toContain("__complete");
  expect((await sluice("completion", "tcsh")).exit).toBe(64);
});

test("help has examples and exit codes, and every command says what it is for", async () => {
  const { exit, out } = await shell.run(["--help"]);
  expect(exit).toBe(0);
  expect(out).toMatch(/4 waits for consent/);
  expect((await shell.run(["rollout", "--help"])).out).toMatch(/Examples:/);
  expect((await shell.run(["--version"])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test("refs: what code asks for and isn't there, what nobody asks for, and a comment for a pull request", async () => {
  const code = join(shell.folder, "code");
  for (const { file, text } of PROGRAMS) {
    await mkdir(dirname(join(code, file)), { recursive: true });
    await writeFile(join(code, file), text);
  }
  await writeFile(join(code, "broken.ts"), `const = ; <<< getBooleanValue("from-broken", false)`);
  await writeFile(join(code, "odd\nForged.ts"), `c.getBooleanValue("line\\nForged", false)`);
  const never = { type: "boolean", variants: { on: true, off: false }, default: { variant: "off" } };
  for (const key of ["dark-mode", "nobody-asks"])
    await admin(runtime, "PUT", `/environments/staging/flags/${key}`, never);
  const found = await sluice("refs", "code");
  expect([found.exit, found.err]).toEqual([2, ""]);
  const whole = JSON.parse(found.out);
  expect(whole.missing).toContainEqual(
    expect.objectContaining({ key: "missing-one", file: "src/nest.controller.ts", line: 3, confidence: "certain" }),
  );
  expect(whole.missing.map(({ key }: { key: string }) => key)).not.toContain("dark-mode");
  expect(whole.unasked).toContain("nobody-asks");
  expect(whole.unasked).not.toContain("dark-mode");
  expect(whole.removable).toContainEqual(
    expect.objectContaining({
      key: "nobody-asks",
      readiness: "not",
      reason: expect.stringContaining("less than a day"),
    }),
  );
  expect(whole.environments.toSorted()).toEqual(["production", "staging"]);
  const text = (await sluice("refs", "code", "--no-json")).out;
  expect(text).toMatch(/Asked for, and not there\n {2}\S+ at /);
  expect(text).toContain("line\ufffdForged at odd\ufffdForged.ts:1:19, certain");
  const comment = await sluice("refs", "code", "--markdown");
  expect(comment).toMatchObject({ exit: 2, out: expect.stringMatching(/^<!-- sluice refs -->\n/) });
  expect(comment.out).toContain("| `missing-one` | `src/nest.controller.ts:3` | certain |");
  await mkdir(join(shell.folder, "empty"), { recursive: true });
  expect(await sluice("refs", "empty")).toMatchObject({ exit: 0, err: "" });
  expect((await sluice("refs", "nowhere")).exit).toBe(64);
});

test("what is printed in a pipe has the properties that the reference names, and no others", async () => {
  await mkdir(join(shell.folder, "empty"), { recursive: true });
  await admin(runtime, "PUT", "/environments/staging/flags/printed", {
    type: "boolean",
    variants: { on: true, off: false },
    default: { variant: "off" },
  });
  const asked = [
    "whoami",
    "status",
    "env list",
    "flags",
    "explain printed -c ada",
    "audit",
    "verify",
    "stale",
    "refs empty",
  ];
  const wrong = await Promise.all(
    asked.map(async (line) => {
      const name = Object.keys(PRINTED).find((one) => line === one || line.startsWith(`${one} `))!;
      const said = propertiesOf(PRINTED[name]!);
      const { out, err } = await sluice(...line.split(" "));
      expect([line, err]).toEqual([line, ""]);
      const printed = Object.keys(JSON.parse(out) as object);
      const missing = said.filter((one) => !one.optional && !printed.includes(one.name)).map((one) => one.name);
      const more = printed.filter((key) => !said.some((one) => one.name === key));
      return missing.length + more.length > 0 ? [{ line, missing, more }] : [];
    }),
  );
  expect(wrong.flat()).toEqual([]);
});

describe("dev", () => {
  test("is Sluice on this machine with an environment's flags, overrides and keys of its own, gone at its end", async () => {
    await admin(runtime, "PUT", "/environments/staging/flags/pulled", {
      type: "string",
      variants: { a: "A", b: "B" },
      default: { variant: "a" },
      rules: [{ when: { all: [] }, serve: { variant: "a" } }],
    });
    const { version } = (await admin<{ version: number }>(runtime, "GET", "/environments/staging")).body;
    const args = ["dev", "--built", "--port", "0", "--pull", "staging", "--set", "pulled=b"];
    const { child, said, exit } = shell.start(args, access);
    try {
      await expect.poll(said, { timeout: 45_000 }).toContain("}\n");
      const { url, adminToken, environments } = JSON.parse(said());
      expect(adminToken).not.toBe(runtime.adminToken);
      expect(environments).toMatchObject([{ environment: "staging", keys: { client: expect.any(String) } }]);
      const asked = await fetch(`${url}/ofrep/v1/evaluate/flags/pulled`, {
        method: "POST",
        headers: { Authorization: `Bearer ${environments[0].keys.server}`, "Content-Type": "application/json" },
        body: '{"context":{"targetingKey":"ada"}}',
      });
      expect(await asked.json()).toMatchObject({ value: "B" });
      expect((await readdir(shell.folder)).filter((one) => one.startsWith("sluice-dev-"))).toHaveLength(1);
    } finally {
      child.kill("SIGTERM");
    }
    expect(await exit).toBe(0);
    expect((await readdir(shell.folder)).filter((one) => one.startsWith("sluice-dev-"))).toEqual([]);
    // Where it was pulled from, nothing was written.
    expect((await admin(runtime, "GET", "/environments/staging")).body).toMatchObject({ version });
  });

  test("from the package, which has no runtime, it says so; and what can't be is refused before anything starts", async () => {
    const away = join(shell.folder, "node_modules/sluice/sluice.mjs");
    await mkdir(dirname(away), { recursive: true });
    await copyFile(join(ROOT, "dist/package/sluice.mjs"), away);
    const { error } = await promisify(execFile)(process.execPath, [away, "dev"], {
      env: shell.env as NodeJS.ProcessEnv,
    }).then(
      () => ({ error: undefined }),
      (failure: { code: number; stderr: string }) => ({ error: failure }),
    );
    expect(error).toMatchObject({ code: 64, stderr: expect.stringContaining("runs in a checkout") });
    expect((await sluice("dev", "--set", "x")).exit).toBe(64);
    expect((await sluice("dev", "--port", "70000")).exit).toBe(64);
    expect((await sluice("dev", "--pull", "nowhere")).exit).toBe(1);
  });
});

test("an import again leaves alone what people changed here, and asks where both sides did", async () => {
  const file = join(shell.folder, "features.json");
  const report = join(shell.folder, "report.json");
  const write = (value: string) =>
    writeFile(file, JSON.stringify({ features: { "gb-a": { defaultValue: value }, "gb-b": { defaultValue: value } } }));
  const again = (...more: string[]) => sluice("import", file, "--report", report, "--since", report, ...more);
  await write("x");
  expect((await sluice("import", file, "--report", report)).exit).toBe(0);
  expect(await sluice("import", file, "--dry-run")).toMatchObject({ exit: 0 });
  expect((await sluice("off", "gb-b")).exit).toBe(0);
  expect(await again()).toMatchObject({ exit: 0 });
  await write("y");
  expect((await again("--no-json")).err).toMatch(/gb-b[\s\S]*conflict[\s\S]*1 were changed on both sides/);
  const flags = async () => JSON.parse((await sluice("export")).out).flags as { key: string; enabled: boolean }[];
  expect((await flags()).filter(({ key }) => key.startsWith("gb-"))).toMatchObject([
    { enabled: true, variants: { v1: "y" } },
    { enabled: false, variants: { v1: "x" } },
  ]);
  expect((await again("--theirs", "gb-b")).exit).toBe(0);
  expect((await flags()).find(({ key }) => key === "gb-b")).toMatchObject({ enabled: true, variants: { v1: "y" } });
  await writeFile(report, "{}");
  expect((await again()).exit).toBe(64);
  for (const wrong of [
    ["--map", "a"],
    ["--id", "x"],
    ["--accept", "nothing"],
    ["--members", "x"],
  ])
    expect((await sluice("import", file, ...wrong)).exit).toBe(64);
});

test("GrowthBook's encrypted payload is opened with its key, and with no other", async () => {
  const file = join(shell.folder, "encrypted.json");
  const [key, vector] = [Buffer.alloc(16, 7), Buffer.alloc(16, 9)];
  const cipher = createCipheriv("aes-128-cbc", key, vector);
  const sealed =
    cipher.update(JSON.stringify({ sealed: { defaultValue: true } }), "utf8", "base64") + cipher.final("base64");
  await writeFile(file, JSON.stringify({ features: {}, encryptedFeatures: `${vector.toString("base64")}.${sealed}` }));
  expect(await sluice("import", file)).toMatchObject({ exit: 3, err: expect.stringContaining("encrypted") });
  const opened = (with_: Buffer) => sluice("import", file, "--decryption-key", with_.toString("base64"), "--dry-run");
  expect((await opened(Buffer.alloc(16, 8))).exit).toBe(3);
  expect(await opened(key)).toMatchObject({ exit: 2, out: expect.stringContaining("sealed") });
});

test("another system's file is converted here: refused with the reason, or imported and told of in the log", async () => {
  const file = join(shell.folder, "flagd.json");
  const flags = { "from-flagd": { state: "ENABLED", variants: { on: true, off: false }, defaultVariant: "on" } };
  await writeFile(file, JSON.stringify({ flags }));
  expect((await sluice("import", file, "--format", "flagd", "--dry-run")).exit).toBe(2);
  expect((await sluice("import", file, "--format", "flagd")).exit).toBe(0);
  expect(await sluice("import", file, "--format", "flagd")).toMatchObject({ exit: 0 });
  const { entries } = await json("audit", "--flag", "from-flagd", "--limit", "1");
  expect(entries).toMatchObject([{ comment: expect.stringMatching(/^Import from flagd, sha256 [0-9a-f]{64}/) }]);
  expect(await sluice("explain", "from-flagd", "-c", "ada", "--no-json")).toMatchObject({
    out: expect.stringContaining("→ on"),
  });
  await writeFile(file, "{");
  expect(await sluice("import", file, "--format", "flagd")).toMatchObject({
    exit: 3,
    err: expect.stringContaining("Nothing was imported"),
  });
  expect(await sluice("import", file, "--format", "toggles")).toMatchObject({ exit: 64 });
  const out = await sluice("export", "--format", "flagd", "--partial");
  expect(JSON.parse(out.out).flags["from-flagd"]).toMatchObject({ defaultVariant: "on" });
  const manifest = await sluice("export", "--format", "manifest");
  expect(JSON.parse(manifest.out).flags["from-flagd"]).toMatchObject({ flagType: "boolean" });
});
