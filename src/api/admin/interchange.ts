import type { Change } from "../../contract/change.ts";
import { flag } from "../../contract/flag.ts";
import { exportQuery, importQuery, nativeDocument, promotion, type RefusedImport } from "../../contract/interchange.ts";
import { isJsonObject, type Issue } from "../../contract/json.ts";
import { LIMITS } from "../../contract/limits.ts";
import type { Problem } from "../../contract/problem.ts";
import { segment } from "../../contract/segment.ts";
import { parse } from "../../contract/validation.ts";
import { written } from "./answer.ts";
import { type Handlers, valid } from "./call.ts";
import { etagOf } from "./environment-view.ts";
import { invalid, Refused } from "./refused.ts";
import { ask, done, LONG_MS } from "./remote.ts";

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
    const how = { batch: true, diff: true, action: "import", dryRun, partial };
    const result = await ask(object.apply(read.changes, { ...call.write(), ...how }));
    if (!result.ok) throw new Refused(inDocument(result.problem, read));
    wrote(result.version);
    const { leftOut = [], diff = [] } = result;
    const without = new Set(leftOut.map(({ index }) => index));
    const imported = read.changes.flatMap((change, index) =>
      change.op === "replaceFlag" && !without.has(index) ? [change.flag.key] : [],
    );
    const refused = [
      ...read.refused,
      ...leftOut.map(({ index, path, message }): RefusedImport => {
        const place = read.places[index]!;
        return { ...place, path: place.path + path, reason: message };
      }),
    ];
    return written({ imported, refused, diff }, { ...result, etag: etagOf(result) });
  },

  async promote(call) {
    const { from, flags, dryRun, comment } = await call.body(promotion);
    call.enter(from);
    if (from === call.env) throw wrongSource("is the environment that is to be written to");
    const { object, wrote } = await call.here();
    const entry = await ask(call.workspace.environment(from));
    if (!entry) throw wrongSource("is not the name of an environment");
    const { text } = await done(call.open(entry).object.transfer(flags ?? null));
    const result = await done(object.promote(text, { ...call.write(comment), dryRun }), LONG_MS);
    wrote(result.version);
    return written({ diff: result.diff }, { ...result, etag: etagOf(result) });
  },
} satisfies Handlers;

function wrongSource(message: string): Refused {
  return invalid("The body", [{ path: "/from", message }]);
}

/** What a document asks for: changes with the place in it that each comes from, and what can't become one. */
type Read = { changes: Change[]; places: RefusedPlace[]; refused: RefusedImport[] };
type RefusedPlace = Omit<RefusedImport, "reason">;

function readDocument({ segments, flags }: { segments: unknown[]; flags: unknown[] }): Read {
  const read: Read = { changes: [], places: [], refused: [] };
  const seen = new Set<string>();
  const take = (place: RefusedPlace, change: Change | undefined, issues: Issue[]): void => {
    const name = JSON.stringify([place.segment, place.flag]);
    const twice = change !== undefined && seen.has(name);
    const found = twice ? [{ path: "/key", message: "is in the document more than once" }] : issues;
    for (const { path, message } of found) read.refused.push({ ...place, path: place.path + path, reason: message });
    if (!change || twice) return;
    seen.add(name);
    read.places.push(place);
    read.changes.push(change);
  };
  for (const [index, item] of segments.entries()) {
    const place = { ...named("segment", item), path: `/segments/${index}` };
    const parsed = parse(segment, item);
    if (parsed.ok) take(place, { op: "putSegment", segment: parsed.value }, []);
    else take(place, undefined, parsed.issues);
  }
  for (const [index, item] of flags.entries()) {
    const place = { ...named("flag", item), path: `/flags/${index}` };
    const parsed = parse(flag, item);
    if (parsed.ok) take(place, { op: "replaceFlag", flag: parsed.value }, []);
    else take(place, undefined, parsed.issues);
  }
  return read;
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
