import type { Reporter, TestModule } from "vitest/node";

/** Prints what was counted: seeds and numbers of runs of properties, findings of long tests. */
export default class ProofReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const lines = modules.flatMap((module) =>
      [...module.children.allTests()].flatMap((test) => {
        const proof = test.meta().proof ?? [];
        return proof.length > 0 ? [`  ${module.relativeModuleId} > ${test.fullName}: ${proof.join("; ")}`] : [];
      }),
    );
    if (lines.length > 0) console.log(["Counted:", ...lines, ""].join("\n"));
  }
}
