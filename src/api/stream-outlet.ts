/** Where a stream's text goes. */
export type Sink = {
  /** Dropped when it can't be sent at once. */
  beat: (text: string) => void;
  /** When it can't be sent at once, it is kept in place of the one that was kept before. */
  event: (text: string) => void;
  /** Since when the reader has taken nothing of what is there (epoch ms); undefined when nothing waits. */
  stuckSince: () => number | undefined;
  end: () => void;
};

/**
 * A body that is written little by little. However slow its reader is, no more than two pieces wait for it.
 *
 * @param left called once when the reader goes away before the end
 */
export function outlet(left: () => void, now: () => number): { body: ReadableStream<Uint8Array>; sink: Sink } {
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let kept: string | undefined;
  let stuckSince: number | undefined;
  const write = (text: string): void => {
    controller?.enqueue(encoder.encode(text));
    if (!ready()) stuckSince ??= now();
  };
  const ready = (): boolean => (controller?.desiredSize ?? 0) > 0;
  const body = new ReadableStream<Uint8Array>({
    start(given) {
      controller = given;
    },
    pull() {
      stuckSince = undefined;
      if (kept === undefined) return;
      const text = kept;
      kept = undefined;
      write(text);
    },
    cancel() {
      controller = undefined;
      left();
    },
  });
  const sink: Sink = {
    beat(text) {
      if (ready()) write(text);
    },
    event(text) {
      if (ready()) write(text);
      else kept = text;
    },
    stuckSince: () => stuckSince,
    end() {
      if (kept !== undefined) controller?.enqueue(encoder.encode(kept));
      controller?.close();
      controller = undefined;
    },
  };
  return { body, sink };
}
