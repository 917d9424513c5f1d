import { build } from "../../scripts/build.ts";
import { buildPackage } from "../../scripts/package.ts";

const BUILT = Symbol.for("sluice.test.built");
const run = globalThis as { [BUILT]?: Promise<unknown> };

/** Once for all black-box tests of a run, in two projects: the Worker that they start, and the package that they install. */
export async function setup(): Promise<void> {
  await (run[BUILT] ??= Promise.all([build(), buildPackage()]));
}
