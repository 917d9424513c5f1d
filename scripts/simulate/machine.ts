import type { Judged } from "../../src/contract/release.ts";
import { plan as planSchema } from "../../src/contract/plan.ts";
import { percentageOf } from "../../src/core/release/exposure.ts";
import { draft, type Release, type ReleaseEvent } from "../../src/core/release/state.ts";
import { step } from "../../src/core/release/step.ts";
import { MINUTE } from "../../src/core/statistics/history.ts";

/* The release machine itself, driven minute by minute. */

/** A stage of a percentage plan. `share`: 0 to 1; the last may keep a hundredth back. */
export type SimulatedStage = { share: number; minutes: number };

/** Where a release is. `entry` grows by each change of who is exposed; `since`: minutes since the start. */
export type Standing = { entry: number; since: number; share: number };

/** Bins are judged so long after the end of their minute. */
export const LOOK_AFTER = 35_000;

const PERSON = { id: "someone", name: "someone", via: "token" } as const;

export class Machine {
  #release: Release;
  standing: Standing;

  constructor(stages: readonly SimulatedStage[], alpha: number) {
    const last = stages.at(-1)!.share;
    const whole = last === 0.99;
    const plan = planSchema.parse({
      stages: stages.map(({ share, minutes }, i) => ({
        name: `stage ${i}`,
        percentage: whole && i === stages.length - 1 ? 100 : share * 100,
        minBake: `${minutes}m`,
      })),
      guardrails: [{ metric: "watched" }],
      alpha,
      holdback: whole ? 1 : 0,
    });
    const facts = { id: "r", flag: "f", rule: null, startAt: null, planName: null, revision: 1 };
    this.#release = draft({ ...facts, author: PERSON, createdAt: 0, plan });
    this.standing = { entry: 0, since: 0, share: 0 };
    this.#step({ type: "start", actor: PERSON, shadow: 0, served: 0 }, 0, 0);
  }

  /** What became of it; `live` while it may still go on. */
  get state(): "live" | "unreleased" | "completed" {
    const { phase } = this.#release;
    return phase === "unreleased" || phase === "completed" ? phase : "live";
  }

  /** Tells the verdict on what was seen up to the end of a minute. */
  judged(verdict: Judged["verdict"], minute: number, exposures: number): void {
    const upTo = (minute + 1) * MINUTE;
    const at = upTo + LOOK_AFTER;
    const guardrails = [{ metric: "watched", verdict, evidence: {} }];
    const { epoch } = this.#release;
    this.#step({ type: "judged", judgement: { epoch, upTo, exposures, guardrails } }, at, minute + 1);
  }

  #step(event: ReleaseEvent, at: number, minute: number): void {
    const { release, refusal } = step(this.#release, event, at);
    if (refusal !== undefined) throw new Error(refusal);
    this.#release = release;
    if (release.epoch === this.standing.entry) return;
    this.standing = { entry: release.epoch, since: minute, share: (percentageOf(release) ?? 0) / 100 };
  }
}
