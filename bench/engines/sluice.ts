import { compile } from "../../src/core/compile.ts";
import { type Context, type Evaluation, evaluate, evaluateAll } from "../../src/core/evaluate.ts";
import type { MakeEngine } from "../engine.ts";
import { snapshotBody } from "../published.ts";

export const make: MakeEngine<Context, Evaluation> = (single, all) => {
  const one = compile(snapshotBody([single]), null);
  const many = compile(snapshotBody(all), null);
  const now = Date.now();
  return {
    context: (user) => ({ ...user }),
    evaluate: (context) => evaluate(one.flag(single.key, "server")!, context, now),
    isOn: (answer) => answer.value === true,
    evaluateAll: (context) => `{"flags":${evaluateAll(many, "server", context, now).flags}}`,
  };
};
