import { spawn } from "node:child_process";
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { ROOT } from "./build.ts";

/*
 * `npm run prove`: the long proofs at full counts, and a dated record of what came out in docs/proofs. A proof is a test
 * file that counts with test/support/counts.ts. Arguments select files by a part of their path.
 */

type Assertion = {
  title: string;
  ancestorTitles: string[];
  status: "passed" | "failed" | "skipped" | "pending" | "todo";
  duration?: number;
  meta?: { proof?: string[] };
};
type Report = {
  success: boolean;
  testResults: { name: string; status: string; message: string; assertionResults: Assertion[] }[];
};

const REPORT = `${ROOT}dist/proof-results.json`;

export function proofs(wanted: readonly string[]): string[] {
  return globSync("test/**/*.test.ts", { cwd: ROOT })
    .filter((file) => readFileSync(ROOT + file, "utf8").includes("support/counts.ts"))
    .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
    .toSorted();
}

/** Runs the files with full counts, showing progress as it goes; returns undefined when all passed, else how it ended. */
async function run(files: string[]): Promise<string | undefined> {
  rmSync(REPORT, { force: true });
  const vitest = `${ROOT}node_modules/vitest/vitest.mjs`;
  const reporters = ["--reporter=default", "--reporter=./test/support/report.ts", "--reporter=json"];
  const child = spawn(process.execPath, [vitest, "run", ...reporters, `--outputFile.json=${REPORT}`, ...files], {
    cwd: ROOT,
    env: { ...process.env, PROVE: "1" },
    stdio: "inherit",
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) =>
    child.once("exit", (code, signal) => resolve(code === 0 ? undefined : `with ${signal ?? `exit code ${code}`}`)),
  );
}

/** The record as Markdown: what was counted, and what failed. Nothing of the machine is in it but how long things took. */
export function record(report: Report, date: string): string {
  const all = report.testResults.flatMap((file) => file.assertionResults);
  const passed = all.filter((one) => one.status === "passed").length;
  const lines = [
    `# Proofs of ${date}`,
    "",
    "What `npm run prove` counted at full counts.",
    "",
    `${passed} of ${all.length} tests in ${report.testResults.length} files passed.`,
    "",
  ];
  const files = report.testResults.map((file) => ({ ...file, path: relative(ROOT, file.name) }));
  for (const { path, status, message, assertionResults } of files.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    const rows = assertionResults.filter((one) => one.meta?.proof || one.status === "failed").map(row);
    const broken = status === "failed" && !assertionResults.some((one) => one.status === "failed");
    if (rows.length === 0 && !broken) continue;
    lines.push(`## ${path}`, "");
    if (broken) lines.push(`Could not be run: ${message.split("\n", 1)[0]}`, "");
    if (rows.length > 0)
      lines.push("| promise | counted | result | seconds |", "| --- | --- | --- | ---: |", ...rows, "");
  }
  return lines.join("\n");
}

function row({ ancestorTitles, title, meta, status, duration = 0 }: Assertion): string {
  const cells = [[...ancestorTitles, title].join(": "), meta?.proof?.join("; ") ?? "", status];
  const texts = [...cells, (duration / 1000).toFixed(1)].map((cell) => cell.replaceAll("|", "\\|"));
  return `| ${texts.join(" | ").replaceAll(/\s+/g, " ")} |`;
}

if (import.meta.main) {
  const wanted = process.argv.slice(2);
  const files = proofs(wanted);
  console.log(`${files.length} files with proofs:\n${files.map((file) => `  ${file}`).join("\n")}`);
  const ended = files.length > 0 ? await run(files) : "without files";
  if (ended !== undefined) process.exitCode = 1;
  if (!existsSync(REPORT)) throw new Error(`The proofs ended ${ended} and without a report.`);
  const now = new Date();
  const two = (n: number): string => String(n).padStart(2, "0");
  const date = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const report: Report = JSON.parse(readFileSync(REPORT, "utf8"));
  mkdirSync(`${ROOT}docs/proofs`, { recursive: true });
  // A selection is for whoever is working on it; only the whole is a record.
  const file = wanted.length === 0 ? `${ROOT}docs/proofs/${date}.md` : `${ROOT}dist/proofs.md`;
  writeFileSync(file, record(report, date));
  console.log(`Written to ${relative(ROOT, file)}`);
}
