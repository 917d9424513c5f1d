/*
 * A clock that runs faster, for a demonstration or a test that can't wait for hours: what Workers and objects take for
 * the time passes so many times as fast since the bundle was made. Bundled in front of the Worker's own code; nothing of
 * it is in what is deployed. Deadlines stay as they are, since machines don't get faster.
 */

/** Put in by the bundler. Epoch milliseconds for `SINCE`. */
declare const HURRY_FACTOR: number;
declare const HURRY_SINCE: number;

const real = Date.now.bind(Date);
/** Longer waits are for a time to pass, shorter ones are deadlines and pauses. */
const WAITS_FROM_MS = 4_000;

if (HURRY_FACTOR !== 1) {
  Date.now = () => HURRY_SINCE + (real() - HURRY_SINCE) * HURRY_FACTOR;
}

/** Also shortens long waits: for the Worker with the gate, whose measurements leave every few seconds. */
export function hurryTimers(): void {
  if (HURRY_FACTOR === 1) return;
  const later = globalThis.setTimeout;
  const hurried = (run: () => void, ms = 0): ReturnType<typeof later> =>
    later(run, ms < WAITS_FROM_MS ? ms : ms / HURRY_FACTOR);
  globalThis.setTimeout = Object.assign(hurried, later);
}

/** The state of an object, with alarms by the hurried clock. */
export function hurried<T extends DurableObjectState>(ctx: T): T {
  if (HURRY_FACTOR === 1) return ctx;
  const { storage } = ctx;
  const [set, get] = [storage.setAlarm.bind(storage), storage.getAlarm.bind(storage)];
  storage.setAlarm = (at) => set(HURRY_SINCE + (Number(at) - HURRY_SINCE) / HURRY_FACTOR);
  storage.getAlarm = async () => {
    const at = await get();
    return at === null ? null : Math.round(HURRY_SINCE + (at - HURRY_SINCE) * HURRY_FACTOR);
  };
  return ctx;
}
