import { runDurableObjectAlarm } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { plan as planSchema } from "../../src/contract/plan.ts";
import { put, putSegment } from "./build.ts";
import { created, documentIn, type Here, WRITE } from "./object.ts";

/* What becomes of a release where its flag is copied, exported, promoted, or brought back to an earlier version. */

const MINUTE = 60_000;
let now = 0;
beforeEach(() => {
  now = Date.UTC(2100, 5, 7, 10); // later than any machine's clock, so that no alarm comes by itself
  vi.spyOn(Date, "now").mockImplementation(() => now);
});
afterEach(() => void vi.restoreAllMocks());

const ID = "copiedreleas";
const rollout = (percentage: number) => ({
  rollout: { percentage, split: [{ variant: "on", weight: 1 }], otherwise: "off" },
});
const PLAN = planSchema.parse({
  stages: [
    { name: "staff", segment: "staff", minBake: "10m" },
    { name: "dark", shadow: 20, minBake: "10m" },
    { name: "10%", percentage: 10, minBake: "10m" },
    { name: "all", percentage: 100, minBake: "1h" },
  ],
  guardrails: [],
});
const OWN = { id: "vip", when: { segment: "staff" }, serve: { variant: "on" } };

/** Version 2: the flag. 3: its release at its first stage. */
async function releasing(): Promise<Here> {
  const here = await created();
  await here.write([put("f", { rules: [OWN], shadow: 5 }), putSegment("staff", { include: ["ann"] })]);
  await here.object.release({ op: "create", flag: "f", id: ID, plan: PLAN }, WRITE);
  return here;
}

async function pass({ stub }: Here, ms = 10 * MINUTE): Promise<void> {
  now += ms;
  await runDurableObjectAlarm(stub);
}

const drive = ({ object }: Here, control: "resume" | "unrelease" | "cancel") =>
  object.release({ op: "control", flag: "f", id: ID, control, role: "admin" }, WRITE);
const flagIn = async ({ object }: Here) => (await object.flag("f"))!.view.flag;
const stateIn = async ({ object }: Here) => (await object.findRelease("f", ID))!.view.state;
const rulesIn = async (here: Here) => (await flagIn(here)).rules.map(({ id }) => id);

async function taken(here: Here): Promise<ReadableStream<Uint8Array>> {
  const made = await here.object.transfer();
  if (!made.ok) throw new Error(made.problem.detail);
  return made.text;
}

describe("elsewhere a flag is as if its release had been taken back", () => {
  test("in a copy, an export and a promotion; at home it goes on", async () => {
    const here = await releasing();
    await pass(here);
    await pass(here);
    expect(await flagIn(here)).toMatchObject({ default: rollout(10), rules: [OWN, { id: `release:${ID}:staff` }] });
    const bare = { shadow: 5, default: rollout(0), rules: [OWN] };
    const copy = await created(await taken(here));
    expect(await flagIn(copy)).toMatchObject(bare);
    expect(await rulesIn(copy)).toEqual(["vip"]);
    expect((await documentIn(here.object)).flags).toMatchObject([bare]);
    const target = await created();
    expect(await target.object.receive(await taken(here), WRITE)).toMatchObject({ ok: true });
    expect(await flagIn(target)).toEqual(await flagIn(copy));
    expect(await stateIn(here)).toBe("baking");
    expect(await flagIn(here)).toMatchObject({ default: rollout(10) });
  });

  test("before its first stage with a percentage nothing of its own is lost", async () => {
    const here = await created();
    const plan = planSchema.parse({ stages: [{ name: "10%", percentage: 10 }, PLAN.stages.at(-1)!] });
    await here.write([put("f", { default: rollout(3) })]);
    await here.object.release({ op: "create", flag: "f", id: ID, plan, startAt: now + MINUTE }, WRITE);
    expect((await documentIn(here.object)).flags).toMatchObject([{ default: rollout(3) }]);
  });

  test("what a person has set by hand goes along", async () => {
    const here = await releasing();
    await pass(here);
    await pass(here);
    await here.write([{ op: "setRollout", key: "f", percentage: 30 }]);
    expect(await stateIn(here)).toBe("suspended");
    const copy = await created(await taken(here));
    expect(await flagIn(copy)).toMatchObject({ shadow: 5, default: rollout(30), rules: [OWN] });
  });

  test("what has ended is as it is", async () => {
    const here = await releasing();
    await pass(here);
    await pass(here);
    await drive(here, "cancel");
    expect((await documentIn(here.object)).flags).toEqual([await flagIn(here)]);
  });
});

test("a promotion onto a flag that is being released suspends that release", async () => {
  const [here, other] = [await releasing(), await created()];
  await other.write([put("f", { default: rollout(40) })]);
  expect(await here.object.receive(await taken(other), WRITE)).toMatchObject({ ok: true });
  expect(await stateIn(here)).toBe("suspended");
  expect(await flagIn(here)).toMatchObject({ default: rollout(40), rules: [] });
  await pass(here, 60 * MINUTE);
  expect(await flagIn(here)).toMatchObject({ default: rollout(40), rules: [] });
});

describe("bringing back a version", () => {
  test("of before a live release, or within it, leaves its flag alone, and says so", async () => {
    const here = await releasing();
    for (const version of [2, 3])
      expect(await here.object.restoreVersion(version, WRITE)).toMatchObject({
        ok: true,
        changed: false,
        kept: version === 2 ? [{ flag: "f", paths: [""] }] : expect.anything(),
      });
    expect(await stateIn(here)).toBe("baking");
  });

  test("cancels the release before, where that is wanted", async () => {
    const here = await releasing();
    expect(await here.object.restoreVersion(2, WRITE, "cancel")).toMatchObject({ ok: true, kept: [] });
    expect(await stateIn(here)).toBe("cancelled");
    expect(await flagIn(here)).toMatchObject({ shadow: 5, default: { variant: "off" }, rules: [OWN] });
    expect(await here.object.verify()).toMatchObject({ ok: true });
  });

  test("that is the present one changes nothing, and suspends nothing", async () => {
    const here = await releasing();
    const { version } = (await here.object.pointer())!;
    expect(await here.object.restoreVersion(version, WRITE)).toMatchObject({ ok: true, changed: false });
    expect(await stateIn(here)).toBe("baking");
  });

  test("of within a release that is over brings none of its rules back", async () => {
    const here = await releasing();
    await drive(here, "unrelease");
    expect(await here.object.restoreVersion(3, WRITE)).toMatchObject({ ok: true });
    expect(await rulesIn(here)).toEqual(["vip"]);
  });
});
