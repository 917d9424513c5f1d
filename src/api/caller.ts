import { parseRevision, type PublishedKey } from "../contract/snapshot.ts";
import type { Held, Lookup } from "../snapshot/store.ts";
import { holderOf } from "./admin-token.ts";
import { credential, tooManyFailures } from "./auth.ts";
import type { Afterwards, Bindings } from "./bindings.ts";
import { type Failure, FAILURES } from "./failure.ts";
import { hashKey, parseKey } from "./keys.ts";
import { asking, snapshots } from "./snapshots.ts";

/** A caller of the evaluation routes: the environment's snapshot to answer from, and the key that opened it. */
export type Caller = { held: Held; key: PublishedKey };

/**
 * Key texts that proved valid once, and their hashes, so that the warm path hashes nothing. Whether a key is valid
 * *now* is asked of the snapshot every time: a revoked key stops with the next snapshot. Only texts that proved valid
 * get in, so nobody can fill this with guesses; the limit is for isolates that serve very many environments.
 */
const proven = new Map<string, { environment: string; hash: string }>();
const PROVEN_LIMIT = 4096;

/**
 * Who calls, by their environment key. Without waiting when the key is known and its snapshot is fresh, so that a
 * warm evaluation does no I/O.
 *
 * @param queryKey the `key` of the query, on the routes that take one
 */
export function identify(
  request: Request,
  queryKey: string | null,
  env: Bindings,
  ctx: Afterwards,
): Caller | Failure | Promise<Caller | Failure> {
  const inHeader = credential(request.headers);
  const presented = inHeader ?? queryKey;
  if (presented === null) return FAILURES.noKey;
  if (inHeader === undefined && parseKey(presented)?.kind === "server") return FAILURES.serverKeyInQuery;
  const known = proven.get(presented);
  if (known === undefined) return prove(presented, request, env, ctx);
  const lookup = snapshots(env).current(known.environment, asking(env, ctx, request));
  if (!(lookup instanceof Promise)) return holder(known.hash, lookup, request) ?? prove(presented, request, env, ctx);
  return lookup.then((found) => holder(known.hash, found, request) ?? prove(presented, request, env, ctx));
}

/** Who holds the key of this hash, as far as that is known. */
function holder(hash: string, lookup: Lookup, request: Request): Caller | Failure | undefined {
  if (!("held" in lookup)) return undefined;
  const key = lookup.held.snapshot.key(hash);
  return key && admit(key, lookup.held, request);
}

/**
 * The whole way: is there such an environment (else nothing is read at all), does its snapshot know the key, and if
 * not, is there a newer snapshot that does?
 */
async function prove(presented: string, request: Request, env: Bindings, ctx: Afterwards): Promise<Caller | Failure> {
  const claim = parseKey(presented);
  if (claim === undefined) {
    try {
      if (await holderOf(presented, env)) return FAILURES.adminToken;
    } catch {
      return FAILURES.unavailable;
    }
    return refuse(request.headers, env);
  }
  const store = snapshots(env);
  let lookup = await store.current(claim.environment, asking(env, ctx, request));
  if (!("held" in lookup)) return notHeld(lookup, request.headers, env);
  const hash = await hashKey(presented);
  let key = lookup.held.snapshot.key(hash);
  if (key === undefined) {
    proven.delete(presented);
    lookup = await store.confirm(claim.environment, asking(env, ctx, request));
    if (!("held" in lookup)) return notHeld(lookup, request.headers, env);
    key = lookup.held.snapshot.key(hash);
    if (key === undefined) return refuse(request.headers, env);
  }
  if (proven.size >= PROVEN_LIMIT) proven.clear();
  proven.set(presented, { environment: claim.environment, hash });
  return admit(key, lookup.held, request);
}

function admit(key: PublishedKey, held: Held, request: Request): Caller | Failure {
  if (key.origins.length > 0) {
    const origin = request.headers.get("Origin");
    if (origin === null || !key.origins.includes(origin)) return FAILURES.origin;
  }
  return { held, key };
}

function notHeld(lookup: Exclude<Lookup, { held: Held }>, headers: Headers, env: Bindings): Failure | Promise<Failure> {
  return lookup.missing === "environment" ? refuse(headers, env) : FAILURES.unavailable;
}

async function refuse(headers: Headers, env: Bindings): Promise<Failure> {
  return (await tooManyFailures(headers, env)) ? FAILURES.tooManyFailures : FAILURES.noKey;
}

/**
 * The caller with what they are to be answered from, having named a revision (`flagConfigEtag`): what is held when it
 * is the same or older, and something at least as new when it is newer. Only the same allows a 304: whoever names
 * another one wants to see the answer. An unreadable revision counts as none.
 */
export async function atLeast(
  named: string,
  caller: Caller,
  request: Request,
  env: Bindings,
  ctx: Afterwards,
): Promise<(Caller & { conditional: boolean }) | Failure> {
  const revision = parseRevision(named);
  if (revision === undefined) return { ...caller, conditional: true };
  const { incarnation, version, environment } = caller.held.snapshot;
  const order = revision.incarnation === incarnation ? Math.sign(revision.version - version) : 1;
  if (order <= 0) return { ...caller, conditional: order === 0 };
  const lookup = await snapshots(env).atLeast(environment, revision, asking(env, ctx, request));
  if (!("held" in lookup)) return notHeld(lookup, request.headers, env);
  const key = lookup.held.snapshot.key(caller.key.hash);
  return key === undefined ? refuse(request.headers, env) : { held: lookup.held, key, conditional: false };
}
