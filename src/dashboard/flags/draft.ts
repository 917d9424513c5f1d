import { useCallback, useMemo, useSyncExternalStore } from "react";
import type { Flag } from "../../contract/flag.ts";
import { changesBetween } from "../common/changes.ts";
import { type Choice, type Conflict, merge, same } from "./merge.ts";

/*
 * What somebody is about to change, kept in this browser by environment and flag until it is applied or discarded:
 * closing a page loses nothing. `base` is the flag that the edits began with; when the server's has moved on, both are
 * brought together (merge.ts).
 */

/** The server's flag, and the entity tag that a write has to name. */
export type Held = { flag: Flag; etag: string; version: number };
type Stored = { base: Held; mine: Flag; choices: [string, Choice][] };

export type Draft = {
  /** What is edited: the server's flag with this person's changes. */
  flag: Flag;
  /** How many fields would change. */
  edits: number;
  /** Fields that somebody else changed meanwhile to another value; none may be left without a choice. */
  conflicts: Conflict[];
  choices: ReadonlyMap<string, Choice>;
  /** Whether somebody else's changes came in while this was edited. */
  moved: boolean;
  change: (edit: (flag: Flag) => void) => void;
  replace: (flag: Flag) => void;
  choose: (path: string, choice: Choice) => void;
  discard: () => void;
};

const listeners = new Set<() => void>();
/** What this page knows of what is stored; a browser that keeps nothing has this alone. */
const memory = new Map<string, string | null>();

function read(name: string): string | null {
  if (!memory.has(name)) {
    try {
      memory.set(name, localStorage.getItem(name));
    } catch {
      memory.set(name, null);
    }
  }
  return memory.get(name)!;
}
function store(name: string, value: Stored | undefined): void {
  const text = value === undefined ? null : JSON.stringify(value);
  memory.set(name, text);
  try {
    if (text === null) localStorage.removeItem(name);
    else localStorage.setItem(name, text);
  } catch {
    // It stays in memory.
  }
  for (const listener of listeners) listener();
}
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const nameOf = (env: string, key: string): string => `sluice.draft.${env}/${key}`;

/** Begins a draft that has a flag as `mine`, over what the server holds. */
export function storeDraft(env: string, held: Held, mine: Flag): void {
  store(nameOf(env, held.flag.key), { base: held, mine, choices: [] });
}

/** The draft of one flag over what the server has now. */
export function useDraft(env: string, held: Held): Draft {
  const name = nameOf(env, held.flag.key);
  const text = useSyncExternalStore(subscribe, () => read(name));
  const stored = useMemo((): Stored | undefined => (text === null ? undefined : (JSON.parse(text) as Stored)), [text]);
  const view = useMemo(() => {
    if (stored === undefined)
      return { flag: held.flag, conflicts: [], choices: new Map<string, Choice>(), moved: false };
    const choices = new Map(stored.choices);
    const { merged, conflicts } = merge(stored.base.flag, stored.mine, held.flag, choices);
    return { flag: merged, conflicts, choices, moved: !same(stored.base.flag as never, held.flag as never) };
  }, [stored, held]);

  const replace = useCallback(
    (flag: Flag) => {
      // Fields in conflict keep what was typed in `mine`, whatever is shown: only those that were edited here change.
      const base = stored?.base ?? held;
      if (stored === undefined && same(flag as never, held.flag as never)) return;
      const mine =
        stored === undefined
          ? flag
          : merge(view.flag, flag, stored.mine, everyMine(view.flag, flag, stored.mine)).merged;
      const nothing = same(mine as never, base.flag as never);
      store(name, nothing ? undefined : { base, mine, choices: stored?.choices ?? [] });
    },
    [name, stored, held, view.flag],
  );
  const change = useCallback(
    (edit: (flag: Flag) => void) => {
      const flag = structuredClone(view.flag);
      edit(flag);
      replace(flag);
    },
    [view.flag, replace],
  );
  const choose = useCallback(
    (path: string, choice: Choice) => {
      if (stored === undefined) return;
      store(name, { ...stored, choices: [...new Map(stored.choices).set(path, choice)] });
    },
    [name, stored],
  );
  const discard = useCallback(() => store(name, undefined), [name]);
  const edits = useMemo(() => changesBetween(held.flag, view.flag).length, [held.flag, view.flag]);
  return { ...view, edits, change, replace, choose, discard };
}

/** What is edited on the page wins over what was typed before, wherever they meet. */
function everyMine(base: Flag, mine: Flag, before: Flag): Map<string, Choice> {
  return new Map(merge(base, mine, before).conflicts.map(({ path }) => [path, "mine"]));
}
