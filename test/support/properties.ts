import fc from "fast-check";
import { record } from "./proof.ts";

/*
 * Set up before every test file: properties run with a fixed seed unless they name their own, and say with which seed
 * and how often they ran, also when they hold.
 */

fc.configureGlobal({
  seed: 20_261_121,
  reporter(details) {
    record(`seed ${details.seed}, ${details.numRuns} runs`);
    if (details.failed) throw new Error(fc.defaultReportMessage(details), { cause: details.errorInstance });
  },
});
