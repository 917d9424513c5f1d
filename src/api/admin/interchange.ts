import { type Flag, flag, reservedRules, withBooleanDefaults } from "../../contract/flag.ts";
import {
  exportQuery,
  importQuery,
  nativeDocument,
  type Promotion,
  promotion,
  type RefusedImport,
} from "../../contract/interchange.ts";
import { isJsonObject } from "../../contract/json.ts";
import * as LIMITS from "../../contract/limits.ts";
import type { Problem } from "../../contract/problem.ts";
import { segment } from "../../contract/segment.ts";
import { parse, type Parsed } from "../../contract/validation.ts";
import type { Write } from "../../environment/rpc.ts";
import { type HeldSegment, hold } from "../../environment/store/member-list.ts";
import { transferStream } from "../../environment/write/transfer.ts";
import { written } from "./answer.ts";
import { type Call, type Handlers, valid } from "./call.ts";
import { etagOf } from "./environment-view.ts";
import { invalid, Refused } from "./refused.ts";
import { ask, done, insistOnMade, LONG_MS } from "./remote.ts";

/* Flags and segments on their way in and out: documents, and from one environment to another. */

export const interchangeHandlers = {
  async exportFlags(call) {
    call.query(exportQuery);
    const { object } = await call.here();
    const { text, revision } = await done(object.document());
    return new Response(text, { headers: { "Content-Type": "application/json", ETag: etagOf({ revision }) } });
  },

  async importFlags(call) {
    const query = call.query(importQuery);
    const [dryRun, partial] = [query.dryRun === "true", query.partial === "true"];
    const read = readDocument(valid("The document", nativeDocument, await call.json(LIMITS.importBytes)));
    if (read.refused.length > 0 && !partial)
      throw invalid(
        "The document",
        read.refused.map(({ path, reason: message }) => ({ path, message })),
      );
    const { object, wrote } = await call.here();
    const how = { ...call.write(), action: "import", dryRun, partial };
    const result = await ask(object.receive(transferStream(read), how), LONG_MS);
    if (!result.ok) throw new Refused(inDocument(result.problem, read));
    insistOnMade(result);
    wrote(result.version);
    const { leftOut = [], diff = [], preview } = result;
    const without = new Set(leftOut.map(({ index }) => index));
    const imported = read.flags.filter((_, index) => !without.has(read.segments.length + index)).map(({ key }) => key);
    const refused = [
      ...read.refused,
      ...leftOut.map(({ index, path, message }): RefusedImport => {
        const place = read.places[index]!;
        return { ...place, path: place.path + path, reason: message };
      }),
    ];
    return written({ imported, refused, diff, ...(preview && { preview }) }, { ...result, etag: etagOf(result) });
  },

  async promote(call) {
    const { dryRun, comment, ...what } = await call.body(promotion);
    return promoteFrom(call, what, { ...call.write(comment), dryRun });
  },
} satisfies Handlers;

type Source = Promotion & { from: string };

export async function promoteFrom(call: Call, { from, ...what }: Source, write: Write): Promise<Response> {
  const { object, wrote } = await call.here();
  const text = await transferOf(call, { from, ...what });
  const result = await done(object.receive(text, { ...write, action: "promote" }, what), LONG_MS);
  wrote(result.version);
  const { diff, kept, preview } = result;
  return written({ diff, kept, ...(preview && { preview }) }, { ...result, etag: etagOf(result) });
}

/** What a promotion takes from the other environment. @throws Refused 403, 422 */
export async function transferOf(call: Call, { from, flags }: Source): Promise<ReadableStream<Uint8Array>> {
  call.enter(from);
  if (from === call.env) throw wrongSource("is the environment that is to be written to");
  const entry = await ask(call.workspace.environment(from));
  if (!entry) throw wrongSource("is not the name of an environment");
  return (await done(call.open(entry).object.transfer(flags ?? null))).text;
}

function wrongSource(message: string): Refused {
  return invalid("The body", [{ path: "/from", message }]);
}

/** What a document has: segments and flags, with the place in it that each comes from in that order, and what is neither. */
type Read = { segments: HeldSegment[]; flags: Flag[]; places: RefusedPlace[]; refused: RefusedImport[] };
type RefusedPlace = Omit<RefusedImport, "reason">;

function readDocument({ segments, flags }: { segments: unknown[]; flags: unknown[] }): Read {
  const read: Read = { segments: [], flags: [], places: [], refused: [] };
  const seen = new Set<string>();
  const take = <T>(place: RefusedPlace, parsed: Parsed<T>, keep: (value: T) => void): void => {
    const name = JSON.stringify([place.segment, place.flag]);
    const twice = parsed.ok && seen.has(name);
    const found = twice
      ? [{ path: "/key", message: "is in the document more than once" }]
      : parsed.ok
        ? []
        : parsed.issues;
    for (const { path, message } of found) read.refused.push({ ...place, path: place.path + path, reason: message });
    if (!parsed.ok || twice) return;
    seen.add(name);
    read.places.push(place);
    keep(parsed.value);
  };
  for (const [index, item] of segments.entries()) {
    const place = { ...named("segment", item), path: `/segments/${index}` };
    take(place, parse(segment, item), (value) => read.segments.push(hold(value)));
  }
  for (const [index, item] of flags.entries()) {
    const place = { ...named("flag", item), path: `/flags/${index}` };
    take(place, imported(item), (value) => read.flags.push(value));
  }
  return read;
}

/** A flag of a document. It brings no release along, so it has no rules of one. */
function imported(item: unknown): Parsed<Flag> {
  const parsed = parse(flag, withBooleanDefaults(item));
  const issues = parsed.ok ? reservedRules(parsed.value) : [];
  return issues.length > 0 ? { ok: false, issues } : parsed;
}

function named(kind: "flag" | "segment", item: unknown): { flag?: string; segment?: string } {
  const key = isJsonObject(item) ? item["key"] : undefined;
  return typeof key === "string" ? { [kind]: key } : {};
}

/** A problem of the changes as one of the document that they were made from. */
function inDocument(problem: Problem, { places }: Read): Problem {
  if (!problem.errors) return problem;
  const errors = problem.errors.map(({ path, message }) => {
    const match = /^\/changes(?:\/(\d+)(?:\/flag|\/segment)?)?(.*)$/s.exec(path);
    const place = match?.[1] === undefined ? "" : (places[Number(match[1])]?.path ?? "");
    return { path: place + (match?.[2] ?? path), message };
  });
  return { ...problem, errors };
}
