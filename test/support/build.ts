import { build } from "../../scripts/build.ts";

/** Once for all black-box tests of a run: the Worker that they start. */
export async function setup(): Promise<void> {
  await build();
}
