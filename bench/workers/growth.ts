import { compile } from "../../src/core/compile.ts";
import { type Context, evaluate, evaluateAll } from "../../src/core/evaluate.ts";
import { packMembers } from "../../src/core/members.ts";
import type { FlagSpec } from "../scenario.ts";
import { flagSpecs, user, USERS } from "../scenario.ts";
import { snapshotBody } from "../published.ts";

/*
 * How costs grow. A process is asked for one path and one size only; the first request builds what that needs.
 */

type Iterate = (n: number) => number;
let iterate: Iterate | undefined;

export const growth: ExportedHandler = {
  fetch(request) {
    const url = new URL(request.url);
    const number = (name: string): number => Number(url.searchParams.get(name));
    iterate ??= url.pathname === "/flags" ? bulkOf(number("size")) : membershipOf(number("size"));
    return Response.json({ sum: iterate(number("n")) });
  },
};

/** One iteration: a bulk evaluation of `size` flags to bytes. */
function bulkOf(size: number): Iterate {
  const snapshot = compile(snapshotBody(flagSpecs(size)), null);
  const contexts: Context[] = Array.from({ length: USERS }, (_, n) => ({ ...user(n) }));
  const bytes = new Uint8Array(1 << 21);
  const encoder = new TextEncoder();
  let next = 0;
  return (n) => {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const { flags } = evaluateAll(snapshot, "server", contexts[next++ & (USERS - 1)]!, 0);
      sum += encoder.encodeInto(flags, bytes).written;
    }
    return sum;
  };
}

/** One iteration: a flag whose rule asks for a segment of `size` listed members, of whom every second context is one. */
function membershipOf(size: number): Iterate {
  const flag: FlagSpec = { key: "listed", rules: [], percentage: 0 };
  const { bytes, ranges } = packMembers([
    { key: "members", include: Array.from({ length: size }, (_, n) => user(n).targetingKey), exclude: [] },
  ]);
  const body = snapshotBody([flag]);
  const rule = {
    id: "members",
    name: "",
    when: { segment: "members" },
    window: { from: null, until: null },
    serve: { variant: "on" },
  };
  body.flags[0]!.flag.rules.push(rule);
  body.segments.push({ key: "members", by: "targetingKey", when: { any: [] }, ...ranges.get("members")! });
  body.members = "members";
  const snapshot = compile(body, bytes);
  const compiled = snapshot.flag(flag.key, "server")!;
  // Texts of their own, also where the same few members come up again and again.
  const contexts: Context[] = Array.from({ length: USERS }, (_, n) => ({
    targetingKey: user(n % 2 === 0 ? (n * 7919) % size : size + n).targetingKey,
  }));
  let next = 0;
  return (n) => {
    let on = 0;
    for (let i = 0; i < n; i++) if (evaluate(compiled, contexts[next++ & (USERS - 1)]!, 0).value === true) on++;
    return on;
  };
}
