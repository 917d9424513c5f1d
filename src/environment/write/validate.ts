import type { Flag } from "../../contract/flag.ts";
import type { Issue } from "../../contract/json.ts";
import type { Problem } from "../../contract/problem.ts";
import { diagnose, type Diagnostic } from "../../core/compile.ts";
import { inWrittenRule } from "./rules.ts";
import { placed, type Sent, type Step, targetOf, writesDocument } from "./change-target.ts";
import { type Target, usersOf } from "../../core/references.ts";
import type { HeldSegment } from "../store/member-list.ts";
import type { Whole } from "../store/state.ts";

/* Whether the flags and segments that a batch of changes would leave fit together. */

/** How many users of a resource a refusal names before it counts the rest. */
const NAMED_USERS = 20;

/** The reason why the changes can't lead from one whole to the other; undefined when they can. */
export function judge(before: Whole, after: Whole, sent: Sent): Problem | undefined {
  return inUse(after, sent) ?? unfit(before, after, sent);
}

/** Nothing is archived or deleted while something that stays depends on it. */
function inUse(after: Whole, sent: Sent): Problem | undefined {
  for (const [index, change] of sent.changes.entries()) {
    if (change.op !== "archiveFlag" && change.op !== "deleteSegment") continue;
    const target = targetOf(change);
    const list: (Flag | HeldSegment)[] = target.kind === "flag" ? after.flags : after.segments;
    if (list.some((one) => one.key === target.key)) continue; // a later change brought it back
    const users = usersOf(target, after.flags, after.segments);
    if (users.length === 0) continue;
    const names = users.slice(0, NAMED_USERS).map(named);
    if (users.length > NAMED_USERS) names.push(`${users.length - NAMED_USERS} more`);
    return placed({ type: "in-use", detail: `The ${named(target)} is used by ${names.join(", ")}.` }, sent, index);
  }
  return undefined;
}

/**
 * References, patterns, limits: everything that the compiler finds. What it found before as well, in a resource that
 * this batch doesn't write, is no reason to refuse: an un-release must never wait for the repair of something else.
 */
function unfit(before: Whole, after: Whole, sent: Sent): Problem | undefined {
  const found = diagnose(after.flags, after.segments);
  if (found.length === 0) return undefined;
  const known = new Set(diagnose(before.flags, before.segments).map(identity));
  const errors: Issue[] = [];
  for (const diagnostic of found) {
    const writer = sent.changes.findLastIndex((change) => writesDocument(change, diagnostic.target));
    if (writer >= 0)
      errors.push(
        ...(placed(
          { type: "invalid", detail: "", errors: [issueOf(diagnostic, sent.changes[writer]!, after)] },
          sent,
          writer,
        ).errors ?? []),
      );
    else if (!known.has(identity(diagnostic)))
      errors.push({ path: sent.batch ? "/changes" : "", message: inWords(diagnostic) });
  }
  const [first] = errors;
  return first && { type: "invalid", detail: `What this would leave is not valid: ${first.message}.`, errors };
}

/** Where in what was sent the fault is. */
function issueOf({ path, message }: Diagnostic, change: Step, { flags }: Whole): Issue {
  if (change.op !== "addRule" && change.op !== "patchRule") return { path, message };
  const flag = flags.find(({ key }) => key === change.key);
  return flag ? inWrittenRule({ path, message }, flag, change) : { path, message };
}

function identity({ target, path, message }: Diagnostic): string {
  return JSON.stringify([target.kind, target.key, path, message]);
}

function inWords({ target, path, message }: Diagnostic): string {
  if (target.kind === "environment") return message;
  return `${named({ kind: target.kind, key: target.key })}${path && ` at ${path}`}: ${message}`;
}

function named({ kind, key }: Target): string {
  return `${kind} ${JSON.stringify(key)}`;
}
