import { styleText } from "node:util";
import type { ReleaseView } from "../src/contract/release.ts";
import { changesOf, clock, type Paint, pictureOf } from "./demo/picture.ts";
import { ENVIRONMENT, type Faults, FLAG, type Stage, startStage } from "./demo/stage.ts";

/*
 * `npm run demo`: two releases of a shop's next version on the local runtime, one healthy and one that isn't, live in
 * the terminal. The clock runs 30 times as fast as usual; bins, checks and bakes are as they always are.
 */

const FACTOR = 30;
const RELEASES = `/environments/${ENVIRONMENT}/flags/${FLAG}/releases`;
const GUARDRAILS = [
  { metric: "errors", minAbsolute: 0.02 },
  { metric: "latency", minAbsolute: 0.3, detect: 4 },
];
/** A shop that is warm within a minute, and what a few thousand visitors can prove: nobody watches a demonstration for hours. */
const stages = [20, 50, 100].map((percentage) => ({
  name: `${percentage}%`,
  percentage,
  minBake: "2m",
  warmup: "1m",
}));
const PLAN = { stages, guardrails: GUARDRAILS, maxBake: "30m" };

const live = process.stdout.isTTY === true;
const paint: Paint = (style, text) => (live ? styleText(style, text, { stream: process.stdout }) : text);
const say = (text = ""): void => void process.stdout.write(`${text}\n`);

/** Draws over what was drawn before, where that can be done. */
class Screen {
  #drawn = 0;
  #before: ReleaseView | undefined;

  show(view: ReleaseView, now: number, perMinute: number): void {
    if (!live) {
      for (const line of changesOf(view, this.#before)) say(line);
      this.#before = view;
      return;
    }
    const lines = [
      `  ${paint("dim", `${clock(now)}, ${FACTOR} times as fast`)}`,
      "",
      ...pictureOf(view, { now, perMinute, paint }),
    ];
    const up = this.#drawn > 0 ? `\x1b[${this.#drawn}A` : "";
    process.stdout.write(`${up}\x1b[?7l${lines.map((line) => `\x1b[2K${line}`).join("\n")}\x1b[J\n\x1b[?7h`);
    this.#drawn = lines.length;
  }
}

/** One release from its start to its end, with people visiting all the while. */
async function act(stage: Stage, title: string, faults?: Faults): Promise<ReleaseView> {
  say(`\n${paint("bold", title)}\n`);
  const { status, body, text } = await stage.admin("POST", RELEASES, { plan: PLAN });
  if (status !== 201) throw new Error(text);
  const { id } = body as ReleaseView;
  const screen = new Screen();
  const lastMinute: [at: number, visits: number][] = [];
  let pending = faults;
  for (;;) {
    const [{ visits }] = await Promise.all([stage.visit(40), new Promise((wake) => setTimeout(wake, 80))]);
    const now = stage.now();
    lastMinute.push([now, visits]);
    while (lastMinute[0]![0] < now - 60_000) lastMinute.shift();
    const view = (await stage.admin("GET", `${RELEASES}/${id}`)).body as ReleaseView;
    const perMinute = lastMinute.reduce((sum, [, some]) => sum + some, 0);
    screen.show(view, now, perMinute);
    if (pending && (view.stageIndex ?? 0) >= 1) {
      await stage.fault(pending);
      pending = undefined;
      if (!live) say(`  ${clock(now)}  From here on the next version fails one time in twelve.`);
    }
    if (view.endedAt !== undefined) return view;
  }
}

async function demonstrate(): Promise<void> {
  say("Starting Sluice, a gate, a shop in two versions, and its visitors …");
  const stage = await startStage({ factor: FACTOR });
  const stop = (): void => void stage.stop().finally(() => process.exit(130));
  process.once("SIGINT", stop).once("SIGTERM", stop);
  try {
    const good = await act(stage, "Act one: the next version is fine. It goes to everybody by itself.");
    await stage.admin("PUT", `/environments/${ENVIRONMENT}/flags/${FLAG}/rollout`, { percentage: 0 });
    const bad = await act(
      stage,
      "Act two: at half of the visitors the next version begins to fail, one time in twelve.",
      { errors: 1 / 12 },
    );
    say();
    say(`The first is ${paint("green", good.state)}, the second ${paint("red", bad.state)}, and nobody had to look.`);
    if (good.state !== "completed" || bad.state !== "unreleased") process.exitCode = 1;
  } finally {
    await stage.stop();
  }
}

await demonstrate();
