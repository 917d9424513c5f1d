import { createInterface } from "node:readline";
import { BAD, GOOD, type Visit } from "./local/living.ts";

/*
 * The visitors of the example shop: `npm start` runs this beside the server. Half of them search, half pay; each asks
 * for its flags over OFREP and reports what it saw and what came of it, as a shop's own back end would. It ends when its
 * standard input does, that is with whoever started it, and when its key is no longer good.
 */

/** Some come back: more different people would fill a disk that is left alone for days. */
const PEOPLE = 20_000;
/** Of any page, whatever it is made with. */
const USUAL_ERRORS = 0.03;
/** Of the payment page with saved cards: what its release is taken back for. */
const ERRORS_WITH_SAVED_CARDS = 0.4;
/** How many of a hundred buy, by the product page that they saw. */
const BUYERS: Record<string, number> = { classic: 0.1, gallery: 0.14, story: 0.09 };

type Evaluation = { key: string; variant?: string; metadata?: { cohort?: string } };
type Event = { type: string; targetingKey: string } & Record<string, string | number>;

/** One visit: what is evaluated, and what came of it. Throws when the server doesn't answer as it should. */
async function visit({ url, key }: Visit): Promise<Event[]> {
  const number = Math.floor(Math.random() * PEOPLE);
  const targetingKey = `visitor-${number}`;
  const answer = await fetch(`${url}/ofrep/v1/evaluate/flags`, {
    method: "POST",
    headers: { Authorization: `Bearer ${key}` },
    body: JSON.stringify({ context: { targetingKey } }),
    signal: AbortSignal.timeout(5_000),
  });
  leaveIfUnwanted(answer);
  if (!answer.ok) throw new Error(`evaluating was answered ${answer.status}`);
  const { flags } = (await answer.json()) as { flags: Evaluation[] };
  const seen = new Set(number % 2 === 0 ? [GOOD, "product-page-layout"] : [BAD, "one-page-checkout"]);
  const exposures = flags.flatMap(({ key: flag, variant, metadata }): Event[] => {
    if (!seen.has(flag) || variant === undefined) return [];
    const cohort = metadata?.cohort;
    return [{ type: "exposure", flag, variant, targetingKey, ...(cohort !== undefined && { cohort }) }];
  });
  const variantOf = (flag: string) => exposures.find((one) => one["flag"] === flag)?.["variant"] as string | undefined;
  const outcome = (metric: string, value?: number): Event => ({
    type: "outcome",
    metric,
    targetingKey,
    ...(value !== undefined && { value }),
  });
  const events = [...exposures, outcome("latency", latency(variantOf(GOOD) === "on" ? 130 : 180))];
  const errors = variantOf(BAD) === "on" ? ERRORS_WITH_SAVED_CARDS : USUAL_ERRORS;
  if (Math.random() < errors) events.push(outcome("errors"));
  else if (Math.random() < (BUYERS[variantOf("product-page-layout") ?? ""] ?? 0.1))
    events.push(outcome("checkout", Math.round(2_000 + 8_000 * Math.random()) / 100));
  return events;
}

/** Milliseconds around a median, as pages take: most near it, a few much longer. */
function latency(median: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
  return Math.round(median * Math.exp(0.4 * normal));
}

async function report({ url, key }: Visit, events: Event[]): Promise<void> {
  const answer = await fetch(`${url}/v1/events`, {
    method: "POST",
    headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
    body: JSON.stringify({ id: crypto.randomUUID(), events }),
    signal: AbortSignal.timeout(5_000),
  });
  leaveIfUnwanted(answer);
  await answer.body?.cancel();
}

/** Once somebody has taken the key away, or the environment. */
function leaveIfUnwanted({ status }: Response): void {
  if (status !== 401 && status !== 403 && status !== 404) return;
  console.error("The example's visitors stay away: their key is no longer good.");
  process.exit(0);
}

/** A second of visitors; what they saw and did is sent as one batch. */
async function second(what: Visit): Promise<void> {
  const events = await Promise.all(Array.from({ length: what.perSecond }, () => visit(what)));
  await report(what, events.flat());
}

const lines = createInterface({ input: process.stdin });
lines.once("close", () => process.exit(0));
lines.once("line", (line) => {
  const what = JSON.parse(line) as Visit;
  const again = (): void => {
    const since = Date.now();
    const pause = (least: number) => () => void setTimeout(again, Math.max(least, since + 1_000 - Date.now()));
    second(what).then(pause(100), pause(10_000)); // a server that is busy or gone is left alone for a while
  };
  again();
});
