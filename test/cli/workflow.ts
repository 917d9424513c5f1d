import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { ROOT } from "../../scripts/build.ts";

/* A job of a workflow, run step by step as GitHub's runner would, without what only GitHub has: actions and `npm ci`. */

type Step = { name?: string; uses?: string; run?: string; if?: string; env?: Record<string, string> };
type Job = { env?: Record<string, string>; steps: Step[] };
export type Workflow = { jobs: Record<string, Job>; permissions: unknown };
/** What a step ended with, and what it printed. */
export type Ran = { step: string; exit: number; output: string };

export async function workflow(name: string): Promise<Workflow> {
  return parse(await readFile(join(ROOT, "examples/github-actions", name), "utf8")) as Workflow;
}

/** Scripts of a job. What a caller of GitHub may write never stands in one: it would be run. */
export function scriptsOf({ jobs }: Workflow): string[] {
  return Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => (run === undefined ? [] : [run])));
}

/**
 * Runs the steps up to the first that fails; those with a condition only when it holds then.
 * @param values what expressions stand for, such as `secrets.SLUICE_TOKEN`
 */
export async function runJob(
  job: Job,
  { folder, env, values }: { folder: string; env: Record<string, string>; values: Record<string, string> },
): Promise<Ran[]> {
  const ran: Ran[] = [];
  let failed = false;
  for (const step of job.steps) {
    const { run } = step;
    const wanted = step.if === undefined ? !failed : step.if === "always()";
    if (run === undefined || run === "npm ci" || !wanted) continue;
    const ended = await bash(run, folder, { ...env, ...resolved(job.env, values), ...resolved(step.env, values) });
    failed ||= ended.exit !== 0;
    ran.push({ step: step.name ?? run, ...ended });
  }
  return ran;
}

function resolved(env: Record<string, string> = {}, values: Record<string, string>): Record<string, string> {
  const one = (text: string): string =>
    text.replaceAll(/\$\{\{\s*([\w.]+)\s*\}\}/g, (_, name: string) => {
      const value = values[name];
      if (value === undefined) throw new Error(`Nothing is given for ${name}.`);
      return value;
    });
  return Object.fromEntries(Object.entries(env).map(([name, text]) => [name, one(String(text))]));
}

/** As GitHub runs a step without `shell`. */
function bash(script: string, cwd: string, env: Record<string, string>): Promise<{ exit: number; output: string }> {
  const child = spawn("bash", ["-e", "-c", script], {
    cwd,
    env: Object.assign({} as NodeJS.ProcessEnv, env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ exit: code ?? -1, output }));
  });
}
