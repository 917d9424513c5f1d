import type { Refusal } from "../../contract/problem.ts";
import type { Step } from "./change-target.ts";
import { type LeftOut, plan, type Plan } from "./plan-write.ts";
import type { Stamp, State } from "../store/state.ts";

/** How often what is left may turn out to need something that was left out. */
const ROUNDS = 50;
const OF_ONE_CHANGE = /^\/changes\/(\d+)(?:\/flag|\/segment)?(.*)$/s;

/**
 * Plans as many of some puts as fit: what is not valid is left out, and so is what needs it. Refused as a whole is what
 * no single change is to blame for, such as the limits of an environment.
 */
export function planPartly(state: State, changes: readonly Step[], stamp: Stamp): Plan | Refusal {
  let rest = changes.map((change, index) => ({ change, index }));
  const leftOut: LeftOut[] = [];
  for (let round = 1; ; round++) {
    const planned = plan(
      state,
      rest.map(({ change }) => change),
      stamp,
      true,
    );
    if (planned.ok) return { ...planned, leftOut };
    const faulty = new Set<number>();
    for (const { path, message } of planned.problem.errors ?? []) {
      const match = OF_ONE_CHANGE.exec(path);
      if (!match) return planned;
      const { index } = rest[Number(match[1])]!;
      faulty.add(index);
      leftOut.push({ index, path: match[2]!, message });
    }
    if (faulty.size === 0 || round === ROUNDS) return planned;
    rest = rest.filter(({ index }) => !faulty.has(index));
  }
}
