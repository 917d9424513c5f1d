import type { Reporter, TestModule } from "vitest/node";
import type {} from "./browser-setup.ts";

/** Prints last what was counted (seeds and runs of properties, findings of long tests), and which tests could not run. */
export default class ProofReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const lines = modules.flatMap((module) =>
      [...module.children.allTests()].flatMap((test) => {
        const proof = test.meta().proof ?? [];
        return proof.length > 0 ? [`  ${module.relativeModuleId} > ${test.fullName}: ${proof.join("; ")}`] : [];
      }),
    );
    if (lines.length > 0) console.log(["Counted:", ...lines, ""].join("\n"));
    const browser = modules.find(({ project }) => project.name === "browser")?.project;
    const found = browser?.getProvidedContext().browser;
    if (found && "missing" in found) console.log(`The tests in a browser did NOT run: ${found.missing}.\n`);
  }
}
