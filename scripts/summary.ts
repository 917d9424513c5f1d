import { readFileSync } from "node:fs";

/*
 * The last line of a run of tests: `N passed, N failed`, from vitest's JSON report. A file that failed without a failed
 * test (it could not be loaded) counts as one; so does a report that isn't there. Fails when anything failed.
 */

type Report = {
  success: boolean;
  numPassedTests: number;
  testResults: { status: string; assertionResults: { status: string }[] }[];
};

export function summary(report: Report): { passed: number; failed: number } {
  const failures = report.testResults.map(({ status, assertionResults }) => {
    const count = assertionResults.filter((one) => one.status === "failed").length;
    return status === "failed" ? Math.max(1, count) : count;
  });
  const failed = failures.reduce((sum, count) => sum + count, 0);
  return { passed: report.numPassedTests, failed: failed === 0 && !report.success ? 1 : failed };
}

function read(file: string): { passed: number; failed: number } {
  try {
    return summary(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return { passed: 0, failed: 1 };
  }
}

if (import.meta.main) {
  const { passed, failed } = read(process.argv[2] ?? "");
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}
