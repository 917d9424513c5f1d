import { type Answer, type Api, segment } from "./api.ts";
import { commentHeaders, confirm, type Context } from "./context.ts";
import { EXIT, type Exit } from "./exit.ts";
import type { ChangeRequest, Effect, EnvironmentView, FlagView } from "./resources.ts";

/* What all commands that change what is served have in common: who would change, a question, the write, its way. */

/** How long a write is followed on its way to all relays, and how often that is looked at. */
const FOLLOW_MS = 30_000;
const LOOK_MS = 200;

/** Whether pages and commands ask before they write here. */
export async function isProduction(api: Api): Promise<boolean> {
  const { body } = await api.send<EnvironmentView>(`/environments/${segment(api.environment())}`);
  return body.production ?? body.name === "production";
}

/** Whom of the sample some changes would change; undefined where no sample is kept, so that nobody knows. */
export async function effectsOf(api: Api, changes: object[]): Promise<Effect[] | undefined> {
  const { body } = await api.send<{ flags: Effect[] }>(api.within("/preview"), { method: "POST", body: { changes } });
  return body.flags.some(({ of }) => of > 0) ? body.flags : undefined;
}

/** The same in a sentence. */
export function peopleWords(effects: Effect[] | undefined): string {
  if (effects === undefined) return "No sample of contexts is kept here, so how many people change isn't known.";
  return effects.map(({ key, changed, of }) => `${changed} of ${of} sampled people change (${key}).`).join("\n");
}

/** Makes a write that changes what is served, and says what came of it. */
export async function write(
  context: Context,
  {
    path,
    method = "POST",
    body,
    says,
    changes,
  }: {
    path: string;
    method?: string;
    body?: unknown;
    /** Before and after, in a sentence. */ says: string;
    /** The same as changes of a batch, to see whom they change. */ changes?: object[];
  },
): Promise<Exit> {
  const api = await context.api();
  const { output } = context;
  if (!output.json) {
    output.note(says);
    if (changes !== undefined) output.note(peopleWords(await effectsOf(api, changes)));
  }
  if (await isProduction(api)) await confirm(context, `Write this to ${api.environment()}?`);
  const answer = await api.send<unknown>(path, {
    method,
    headers: commentHeaders(context),
    ...(body !== undefined && { body }),
  });
  return finish(context, api, answer);
}

/** Says what a write came to, and follows it until it is everywhere. */
export async function finish(context: Context, api: Api, answer: Answer<unknown>): Promise<Exit> {
  const { output } = context;
  if (answer.waits) {
    const request = answer.body as ChangeRequest;
    output.result(request, () => `Waits for the consent of ${request.required}: change request ${request.id}.`);
    return EXIT.waits;
  }
  const version = Number(answer.headers.get("Sluice-Version"));
  const spread = await follow(context, api, version);
  const view = answer.body as Partial<FlagView> | undefined;
  output.result({ ...view, propagated: spread }, () => spreadWords(version, spread));
  return EXIT.done;
}

/** How far a version has got. `seconds` until it was on all relays; null: it wasn't when we stopped looking. */
type Spread = { relays: number; of: number; seconds: number | null };

async function follow(context: Context, api: Api, version: number): Promise<Spread> {
  const began = Date.now();
  const path = `/environments/${segment(api.environment())}`;
  for (;;) {
    const { body } = await api.send<EnvironmentView>(path);
    const { relays, of } = body.propagated;
    const seconds = (Date.now() - began) / 1000;
    // A newer version on all relays has this one in it.
    if (body.version >= version && relays >= of) return { relays, of, seconds: Math.round(seconds * 10) / 10 };
    if (Date.now() - began > FOLLOW_MS) return { relays, of, seconds: null };
    context.output.progress(`on ${relays} of ${of} relays …`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function spreadWords(version: number, { relays, of, seconds }: Spread): string {
  if (of === 0)
    return `Version ${version}. No relay has asked for this environment yet; the first one gets it at once.`;
  if (seconds === null)
    return `Version ${version}, on ${relays} of ${of} relays after ${FOLLOW_MS / 1000} s; the others get it when they can be reached.`;
  return `Version ${version}, on all relays after ${seconds} s.`;
}
