import { useSyncExternalStore } from "react";

/*
 * A page that stays open outlives the build that it came from: then a part of it that wasn't needed yet is not there any
 * more. That is noticed here, and said by the frame of every page.
 */

let gone = false;
const listeners = new Set<() => void>();

/** Listens for parts that can't be loaded; once, before anything is loaded. */
export function noticeNewBuild(): void {
  window.addEventListener("vite:preloadError", () => {
    gone = true;
    for (const listener of listeners) listener();
  });
}

/** Whether a part of this page couldn't be loaded. */
export function useOutdated(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => gone,
  );
}
