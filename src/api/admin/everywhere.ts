import * as LIMITS from "../../contract/limits.ts";
import { type Flag, withBooleanDefaults } from "../../contract/flag.ts";
import { everywhereQuery, type FlagLine, type FlagLines, newFlag } from "../../contract/flag-line.ts";
import { isJsonObject } from "../../contract/json.ts";
import { type Problem, problemBody, PROBLEMS } from "../../contract/problem.ts";
import { covers } from "../../contract/role.ts";
import type { Replayed } from "../../contract/write.ts";
import type { Applied, FlagQuery, Write } from "../../environment/rpc.ts";
import type { EnvironmentEntry } from "../../workspace/workspace.ts";
import { jsonResponse } from "../respond.ts";
import { list } from "./answer.ts";
import { type Call, type Handlers, valid } from "./call.ts";
import { afterKey } from "./cursor.ts";
import { invalid, refusal, Refused } from "./refused.ts";
import { ask } from "./remote.ts";

/*
 * Flags over all environments that the caller may enter. Environments stay independent: each is asked, and written, by
 * itself, and one that can't be reached hides none of the others.
 */

export const everywhereHandlers = {
  async listFlagsEverywhere(call) {
    const { cursor, environments, ...query } = call.query(everywhereQuery);
    const after = afterKey(cursor);
    const entries = await entered(call, environments);
    const { lines, next } = await page(call, entries, { ...query, ...after });
    return list("flags", lines, next);
  },

  async getFlagEverywhere(call) {
    const entries = await entered(call);
    const found = await Promise.all(entries.map(async (entry) => linesOf(call, entry, [call.key])));
    if (entries.length > 0 && found.every((lines) => lines === undefined)) throw NONE_REACHED();
    const environments = found.map((lines, index) => lines?.[0] ?? unreachable(entries[index]!));
    if (environments.every(({ exists }) => exists === false)) throw refusal("not-found", "There is no such flag.");
    return jsonResponse({ key: call.key, environments } satisfies FlagLines);
  },

  async createFlag(call) {
    const body = await call.json();
    const { flag, environments, comment } = valid("The body", newFlag, disabledUnlessSaid(body));
    const [first] = environments;
    const names = first === "*" ? undefined : environments;
    for (const name of names ?? []) call.enter(name);
    const write = call.write(comment);
    const entries = await ask(call.workspace.environments());
    const targets =
      names ?? entries.map(({ name }) => name).filter((name) => covers(call.principal.environments, name));
    const made = await Promise.all(
      targets.map(async (name) => {
        const entry = entries.find((one) => one.name === name);
        return entry ? create(call, entry, flag, write) : refused(name, NO_ENVIRONMENT);
      }),
    );
    const done = made.filter(({ shown }) => shown.status < 300);
    const replayed = done.length > 0 && done.every((one) => one.replayed);
    return jsonResponse(
      { environments: made.map(({ shown }) => shown) },
      200,
      replayed ? { "Idempotent-Replay": "true" } : {},
    );
  },
} satisfies Handlers;

const NONE_REACHED = () => refusal("unavailable", "None of the environments can be reached at the moment.");
const NO_ENVIRONMENT: Problem = { type: "not-found", detail: "There is no such environment." };

/** A new flag is for nobody until somebody says so. */
function disabledUnlessSaid(body: unknown): unknown {
  if (!isJsonObject(body) || !isJsonObject(body["flag"])) return body;
  return { ...body, flag: withBooleanDefaults({ enabled: false, ...body["flag"] }) };
}

/** What came of it in one environment. */
type Made = Replayed & { shown: { environment: string; status: number; version?: number; problem?: object } };

async function create(call: Call, entry: EnvironmentEntry, flag: Flag, write: Write): Promise<Made> {
  const { object, wrote } = call.open(entry);
  let result: Applied | { ok: false; problem: Problem };
  try {
    result = await ask(object.apply([{ op: "createFlag", flag }], write));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    result = { ok: false, problem: error.problem };
  }
  if (!result.ok) return refused(entry.name, inBody(result.problem));
  wrote(result.version);
  const { version, postponed, replayed } = result;
  return { shown: { environment: entry.name, status: postponed ? 202 : 201, version }, ...(replayed && { replayed }) };
}

function refused(environment: string, problem: Problem): Made {
  return { shown: { environment, status: PROBLEMS[problem.type].status, problem: problemBody(problem) } };
}

/** Issues point into the flag; in this body it is a property. */
function inBody(problem: Problem): Problem {
  const errors = problem.errors?.map(({ path, message }) => ({ path: `/flag${path}`, message }));
  return errors ? { ...problem, errors } : problem;
}

/** The environments that the caller may enter, or those of them that are named. @throws Refused 403, 422 */
async function entered(call: Call, names?: readonly string[]): Promise<EnvironmentEntry[]> {
  for (const name of names ?? []) call.enter(name);
  const all = (await ask(call.workspace.environments())).filter(({ name }) =>
    covers(call.principal.environments, name),
  );
  if (!names) return all;
  const unknown = names.filter((name) => !all.some((entry) => entry.name === name));
  if (unknown.length > 0)
    throw invalid("The query", [
      { path: "/environments", message: `names what is no environment: ${unknown.join(", ")}` },
    ]);
  return all.filter(({ name }) => names.includes(name));
}

/**
 * One page of the flags that fit somewhere, each with its line in every environment. Mostly one question to each
 * environment is enough: the same flags are on the page of all.
 */
async function page(
  call: Call,
  entries: readonly EnvironmentEntry[],
  query: FlagQuery,
): Promise<{ lines: FlagLines[]; next?: string }> {
  const found = await Promise.all(entries.map(async (entry) => reached(call.open(entry).object.flagLines(query))));
  if (entries.length > 0 && found.every((one) => one === undefined)) throw NONE_REACHED();
  const fitting = [...new Set(found.flatMap((one) => one?.lines.map(({ key }) => key) ?? []))].sort();
  const keys = fitting.slice(0, query.limit);
  const rows = await Promise.all(
    entries.map(async (entry, index) => {
      const here = found[index];
      if (!here) return undefined;
      const known = new Map(here.lines.map(({ key, line }) => [key, line]));
      const missing = keys.filter((key) => !known.has(key));
      const more = missing.length > 0 ? await linesOf(call, entry, missing) : [];
      if (!more) return undefined;
      for (const [place, key] of missing.entries()) known.set(key, more[place]!);
      return known;
    }),
  );
  const lines = keys.map((key) => ({
    key,
    environments: entries.map((entry, index) => rows[index]?.get(key) ?? unreachable(entry)),
  }));
  const more = fitting.length > keys.length || found.some((one) => one?.more);
  return { lines, ...(more && keys.length > 0 && { next: keys.at(-1)! }) };
}

function linesOf(call: Call, entry: EnvironmentEntry, keys: string[]): Promise<FlagLine[] | undefined> {
  return reached(call.open(entry).object.linesOf(keys));
}

function unreachable({ name }: EnvironmentEntry): FlagLine {
  return { environment: name, unavailable: true };
}

/** What an environment answers; undefined when it can't be reached. */
async function reached<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await ask(answer, LIMITS.everywhereMs);
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}
