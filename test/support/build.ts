import { build } from "../../scripts/build.ts";
import { buildPackage } from "../../scripts/package.ts";

/** Once for all black-box tests of a run: the Worker that they start, and the package that they install. */
export async function setup(): Promise<void> {
  await Promise.all([build(), buildPackage()]);
}
