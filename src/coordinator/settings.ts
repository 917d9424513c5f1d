import type { SamplingPatch } from "../contract/sampling.ts";
import { equal } from "./equal.ts";
import type { Entry, Settings } from "./ledger.ts";

/** The settings after a change, with what the log says of it; undefined when nothing changes. */
export function reconfigured(
  environment: string,
  { sampling: before }: Settings,
  patch: SamplingPatch,
): { settings: Settings; entry: Entry } | undefined {
  const sampling = { ...before, ...patch };
  if (equal(before, sampling)) return undefined;
  const [was, is] = [{ sampling: before }, { sampling }];
  const entry: Entry = { action: "patchEnvironment", kind: "environment", key: environment, before: was, after: is };
  return { settings: { sampling, salt: crypto.randomUUID() }, entry };
}
