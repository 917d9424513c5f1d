import { expect, test } from "vitest";
import type { ReleaseView } from "../../src/contract/release.ts";
import { ENVIRONMENT, FLAG, startStage } from "../../scripts/demo/stage.ts";
import { note, proving } from "../support/counts.ts";

/* How long people meet harm, by the real clock. Half of them are sent to the canary, a hundred come each second. */

const RELEASES = `/environments/${ENVIRONMENT}/flags/${FLAG}/releases`;
const MOST_MS = 120_000;

/** Sends ten visitors each tenth of a second, and tells of each time that some of them came to the canary. */
function visitors(visit: (count: number) => Promise<{ canary: number }>) {
  let [over, last, harmed] = [false, 0, 0];
  let harmful = false;
  const visiting: Promise<void>[] = [];
  const timer = setInterval(() => {
    const one = visit(10).then(({ canary }) => {
      if (canary === 0 || !harmful) return;
      last = Date.now();
      harmed += canary;
    });
    visiting.push(one);
  }, 100);
  return {
    begin: () => (harmful = true),
    get seen() {
      return { last, harmed };
    },
    async end() {
      if (!over) clearInterval(timer);
      over = true;
      await Promise.all(visiting);
    },
  };
}

test.runIf(proving).for([0, 20, 40, 55])(
  "ten times the errors, from second %i of a minute on, are met for two minutes at most",
  async (second) => {
    const stage = await startStage({ factor: 1 });
    const people = visitors((count) => stage.visit(count));
    try {
      const plan = {
        stages: [
          { name: "half", percentage: 50, minBake: "1h" },
          { name: "all", percentage: 100 },
        ],
      };
      const guardrails = [{ metric: "errors" }, { metric: "latency" }];
      const { body } = await stage.admin("POST", RELEASES, { plan: { ...plan, guardrails } });
      const { id } = body as ReleaseView;
      // The warm-up of three healthy minutes first, which counts for nothing, on the way to the second that is meant.
      await new Promise((wake) => setTimeout(wake, 180_000));
      await new Promise((wake) => setTimeout(wake, (60_000 + second * 1_000 - (Date.now() % 60_000)) % 60_000));
      await stage.fault({ errors: 0.03 });
      const began = Date.now();
      people.begin();
      for (let state = "baking"; state !== "unreleased";) {
        await new Promise((wake) => setTimeout(wake, 1_000));
        ({ state } = (await stage.admin("GET", `${RELEASES}/${id}`)).body as ReleaseView);
        expect(Date.now() - began).toBeLessThan(2 * MOST_MS);
      }
      await new Promise((wake) => setTimeout(wake, 6_000));
      await people.end();
      const { last, harmed } = people.seen;
      note(`from second ${second}: ${((last - began) / 1000).toFixed(1)} s, ${harmed} requests to the canary`);
      expect(last - began).toBeLessThanOrEqual(MOST_MS);
    } finally {
      await people.end();
      await stage.stop();
    }
  },
);
