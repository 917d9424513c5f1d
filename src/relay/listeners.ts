/*
 * Who listens to a relay: the Workers that hold change streams, a WebSocket each. The runtime keeps the WebSockets while
 * the object is out of memory, and answers their signs of life itself, so an open tab keeps no object awake. When the
 * object dies, its WebSockets are closed, and the Workers come again.
 */

/** What a listener asks to hear whether the line still stands, and what the runtime answers. */
export const PING = "?";
const PONG = "!";
/** What listeners hear when something happened that made no version. */
export const NUDGE = "~";
/** More than this, and the next ones are to go to another shard. The platform allows one object 32 768. */
const FULL = 4_000;

/** Why a relay takes no listener. */
export const NOT_TAKEN = { deleted: 410, full: 429, unavailable: 503 } as const;

/** Who listens to a relay over WebSockets. */
export class Listeners {
  readonly #ctx: DurableObjectState;

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx;
  }

  /** Whether anybody listens. */
  get any(): boolean {
    return this.#ctx.getWebSockets().length > 0;
  }

  /** Answers a Worker that wants to listen. The first that it hears is the version that is held now. */
  accept(version: number): Response {
    if (this.#ctx.getWebSockets().length >= FULL) return new Response(null, { status: NOT_TAKEN.full });
    const [theirs, ours] = Object.values(new WebSocketPair()) as [WebSocket, WebSocket];
    this.#ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
    this.#ctx.acceptWebSocket(ours);
    ours.send(String(version));
    return new Response(null, { status: 101, webSocket: theirs });
  }

  /** The relay holds a newer version, body and all. */
  newer(version: number): void {
    this.#each((socket) => socket.send(String(version)));
  }

  /** Something happened that made no version. */
  nudge(): void {
    this.#each((socket) => socket.send(NUDGE));
  }

  /** The environment is deleted: everybody is to go. */
  deleted(): void {
    this.#each((socket) => socket.close(4000 + NOT_TAKEN.deleted, "deleted"));
  }

  #each(act: (socket: WebSocket) => void): void {
    for (const socket of this.#ctx.getWebSockets())
      try {
        act(socket);
      } catch {
        // it is closing
      }
  }
}
