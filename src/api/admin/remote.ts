import type { ChangeRequestDetail } from "../../contract/change-request.ts";
import type { Refusal } from "../../contract/problem.ts";
import { isNewerSchema } from "../../durable/schema.ts";
import type { Written } from "../../environment/rpc.ts";
import { noteNewerSchema } from "../set-up.ts";
import { refusal, Refused } from "./refused.ts";

/** How long an object may take to answer, in milliseconds. */
const DEADLINE_MS = 10_000;
/** The same for what goes over much: a whole log, many contexts. It writes nothing, so waiting longer risks nothing. */
export const LONG_MS = 60_000;
const NEWER =
  "What is stored was written by a later version of Sluice. It is neither read nor written until that is deployed.";
const UNKNOWN = "A write may or may not have been made.";

/** A write that waits for the consent of others. Thrown, because every write may; the mount turns it into a 202. */
export class Postponed extends Error {
  readonly result: Waiting;

  constructor(result: Waiting) {
    super("This waits for consent.");
    this.result = result;
  }

  /** The same with the request as it may be shown. */
  shownTo(show: (request: ChangeRequestDetail) => ChangeRequestDetail): Postponed {
    return new Postponed({ ...this.result, postponed: show(this.result.postponed) });
  }
}
type Waiting = Written & Required<Pick<Written, "postponed">>;

/** @throws Postponed when a write waits for consent */
export function insistOnMade(result: object): void {
  if (isPostponed(result)) throw new Postponed(result);
}

function isPostponed(result: object): result is Waiting {
  return "postponed" in result && result.postponed !== undefined;
}

/** What an object answers. @throws Refused 503 when it can't be reached or doesn't answer in time */
export async function ask<T>(answer: Promise<T>, deadlineMs = DEADLINE_MS): Promise<T> {
  let timer = 0;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(refusal("unavailable", `There was no answer in time. ${UNKNOWN}`)), deadlineMs);
  });
  try {
    return await Promise.race([answer, late]);
  } catch (error) {
    if (error instanceof Refused) throw error;
    if (isNewerSchema(error)) {
      noteNewerSchema();
      throw refusal("unavailable", NEWER);
    }
    console.error("an object did not answer", error);
    throw refusal("unavailable", `What decides about this can't be reached at the moment. ${UNKNOWN}`);
  } finally {
    clearTimeout(timer);
  }
}

/** What an object did. @throws Refused with the problem that it returned, Postponed when it waits for consent */
export async function done<T extends { ok: true }>(answer: Promise<T | Refusal>, deadlineMs = DEADLINE_MS): Promise<T> {
  const result = await ask(answer, deadlineMs);
  if (!result.ok) throw new Refused(result.problem);
  insistOnMade(result);
  return result;
}
