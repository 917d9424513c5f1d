import { describe, expect, test } from "vitest";
import { plan } from "../../src/contract/plan.ts";
import type { Phase } from "../../src/contract/release.ts";
import { bodyOf, noticesOf, testNotice } from "../../src/environment/notify/notices.ts";
import { draft, type Effect, type Release } from "../../src/core/release/state.ts";

const NOW = Date.UTC(2026, 11, 1, 9);
const AUTHOR = { id: "1", name: "Ada", via: "token" } as const;
const tell = (about: "decision" | "harm" | "end", cause: string): Effect => ({ type: "tell", about, cause });

function release(phase: Phase, more: Partial<Release> = {}): Release {
  const made = draft({
    id: "r1",
    flag: "checkout",
    rule: null,
    author: AUTHOR,
    createdAt: NOW,
    startAt: null,
    plan: plan.parse({
      stages: [
        { name: "10%", percentage: 10 },
        { name: "all", percentage: 100 },
      ],
    }),
    planName: null,
    revision: 1,
  });
  return { ...made, phase, stage: 0, ...more };
}

const harm: Release["judgement"] = {
  epoch: 1,
  upTo: NOW,
  at: NOW,
  exposures: 100,
  guardrails: [{ metric: "errors", verdict: "harm", evidence: {} }],
};

function told(one: Release, ...effects: Effect[]) {
  return noticesOf("production", one, effects, NOW).map(({ type, data }) => [type, data.text]);
}

describe("what people are told of a release", () => {
  test("nothing of what needs nobody", () => {
    expect(told(release("baking"))).toEqual([]);
    expect(told(release("gated"), { type: "ask", epoch: 1, gate: 0, attempt: 0 }, { type: "disable" })).toEqual([]);
  });

  test("that it waits for a decision, where, and why", () => {
    expect(noticesOf("production", release("gated"), [tell("decision", "The stage waits for approval.")], NOW)).toEqual(
      [
        {
          type: "release.decision",
          timestamp: "2026-12-01T09:00:00.000Z",
          data: {
            environment: "production",
            actor: { id: "release:r1", name: "release of checkout", via: "release" },
            text: "The release of checkout in production waits for a decision at its stage 10%. The stage waits for approval.",
            flag: "checkout",
            release: "r1",
            state: "gated",
            stage: "10%",
            percentage: 10,
            cause: "The stage waits for approval.",
          },
        },
      ],
    );
    expect(told(release("paused"), tell("decision", "Too long."))).toEqual([
      [
        "release.decision",
        "The release of checkout in production was paused and waits for a decision at its stage 10%. Too long.",
      ],
    ]);
    expect(told(release("suspended"), tell("decision", "By hand."))).toEqual([
      [
        "release.decision",
        "The release of checkout in production was suspended and waits for a decision at its stage 10%. By hand.",
      ],
    ]);
  });

  test("of harm before that it is over; the share is 0 then", () => {
    const one = release("unreleased", { judgement: harm });
    const text = "The release of checkout in production was un-released for harm. Errors.";
    expect(told(one, tell("harm", "Errors."), tell("end", "Errors."))).toEqual([
      ["release.harm", text],
      ["release.end", text.replace(" for harm", "")],
    ]);
    const [notice] = noticesOf("production", one, [tell("harm", "Errors.")], NOW);
    expect(notice?.data.percentage).toBe(0);
  });

  test("of a pause for harm as harm, and as a decision for those who want only these", () => {
    expect(told(release("paused", { judgement: harm }), tell("decision", "Errors.")).map(([type]) => type)).toEqual([
      "release.harm",
      "release.decision",
    ]);
    expect(told(release("gated", { judgement: harm }), tell("decision", "?")).map(([type]) => type)).toEqual([
      "release.decision",
    ]);
  });

  test("that it is over", () => {
    expect(told(release("completed", { stage: 1 }), tell("end", "Done."))).toEqual([
      ["release.end", "The release of checkout in production is complete. Done."],
    ]);
    expect(told(release("cancelled"), tell("end", "By Ada."))).toEqual([
      ["release.end", "The release of checkout in production was cancelled. By Ada."],
    ]);
  });
});

test("Slack gets the sentence, and nobody can put markup into it", () => {
  const notice = { ...testNotice("production", NOW), type: "release.decision" as const };
  notice.data.text = "<!channel> a & b";
  expect(JSON.parse(bodyOf(notice, "slack"))).toEqual({ text: "&lt;!channel&gt; a &amp; b" });
  expect(JSON.parse(bodyOf(notice, "standard"))).toEqual(notice);
});
