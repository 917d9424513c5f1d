import { keyOf } from "../contract/snapshot.ts";
import { NOT_TAKEN, NUDGE, PING } from "../relay/listeners.ts";
import { after } from "../snapshot/deadline.ts";
import type { Region } from "../snapshot/region.ts";
import type { Lookup } from "../snapshot/store.ts";
import { tooManyFailures } from "./auth.ts";
import type { Afterwards, Bindings } from "./bindings.ts";
import { type Failure, FAILURES } from "./failure.ts";
import { asking, regionHere, snapshots } from "./snapshots.ts";
import { outlet } from "./stream-outlet.ts";
import { type Line, type Listener, type Look, type Place, StreamSession } from "./stream-session.ts";
import { keyOfToken, parseStreamToken, type StreamClaim } from "./stream-token.ts";

/* The change stream over HTTP: who may open one, and how the Worker that holds it follows a relay. */

/** What a stream that can't be opened just now says: come again a little later. A refusal would end it for good. */
const LATER = "retry: 5000\n: nothing can be served at the moment\n\n";

/** Opens the change stream that the token in the query is for: its body, or why not. */
export async function openStream(
  request: Request,
  token: string | null,
  env: Bindings,
  ctx: Afterwards,
): Promise<{ body: ReadableStream<Uint8Array> } | Failure> {
  const claim = parseStreamToken(token ?? "");
  if (claim === undefined) return refuse(request, env);
  const { environment, incarnation } = claim;
  const store = snapshots(env);
  let lookup = await store.current(environment, asking(env, ctx, request));
  if ("held" in lookup && keyOfToken(claim, lookup.held.snapshot) === undefined)
    lookup = await store.confirm(environment, asking(env, ctx, request));
  if (!("held" in lookup)) return lookup.missing === "environment" ? refuse(request, env) : { body: later() };
  const key = keyOfToken(claim, lookup.held.snapshot);
  if (key === undefined) return refuse(request, env);
  if (Date.now() >= claim.expiresAt) return FAILURES.streamToken;

  const read = (found: Lookup): Look => {
    if (!("held" in found)) return found.missing === "environment" ? "gone" : "unavailable";
    const { snapshot } = found.held;
    return snapshot.incarnation === incarnation && snapshot.key(key.hash) !== undefined ? snapshot : "gone";
  };
  const look = (version: number): Look | Promise<Look> => {
    const found = store.atLeast(environment, { incarnation, version }, asking(env, ctx, request));
    return found instanceof Promise ? found.then(read) : read(found);
  };
  // Not from less than the client has seen: what it is told never goes backward.
  const seen = request.headers.get("Last-Event-ID");
  const snapshot = await look(seen !== null && /^\d{1,15}$/.test(seen) ? Number(seen) : 0);
  if (snapshot === "gone") return refuse(request, env);
  if (snapshot === "unavailable") return { body: later() };

  const { body, sink } = outlet(() => session.close(), Date.now);
  const place: Place = {
    now: Date.now,
    after,
    random: Math.random,
    sink,
    look,
    follow: (listener) => follow(claim, env, regionHere(request), listener),
  };
  const session = new StreamSession(place, snapshot, claim.expiresAt);
  session.start(seen);
  return { body };
}

async function refuse({ headers }: Request, env: Bindings): Promise<Failure> {
  return (await tooManyFailures(headers, env)) ? FAILURES.tooManyFailures : FAILURES.streamToken;
}

function later(): ReadableStream<Uint8Array> {
  const { body, sink } = outlet(() => undefined, Date.now);
  sink.event(LATER);
  sink.end();
  return body;
}

/** How often the number of shards is doubled at most: 63 of them hold a quarter of a million listeners. */
const DEEPEST = 5;

/**
 * Connects to a relay of the region. Listeners come to shard 0 until it is full, then to one of two others by chance,
 * then of four, and so on.
 */
export async function follow(
  { environment, incarnation }: Pick<StreamClaim, "environment" | "incarnation">,
  env: Bindings,
  region: Region,
  listener: Listener,
): Promise<Line> {
  const authority = keyOf.environmentObject(environment, incarnation);
  for (let depth = 0; ; depth++) {
    const shard = 2 ** depth - 1 + Math.floor(Math.random() * 2 ** depth);
    const relay = env.RELAY.getByName(keyOf.relayObject(authority, region, shard), { locationHint: region });
    const response = await relay.fetch(new Request("https://relay/", { headers: { Upgrade: "websocket" } }));
    if (response.webSocket) return line(response.webSocket, listener);
    if (response.status !== NOT_TAKEN.full || depth === DEEPEST) throw new Error(`the relay says ${response.status}`);
  }
}

function line(socket: WebSocket, { heard, nudged, lost }: Listener): Line {
  socket.addEventListener("message", ({ data }) => {
    if (data === NUDGE) nudged?.();
    const version = Number(data);
    heard(Number.isSafeInteger(version) ? version : undefined);
  });
  socket.addEventListener("close", lost);
  socket.addEventListener("error", lost);
  socket.accept();
  return { ping: () => socket.send(PING), close: () => socket.close(1000) };
}
