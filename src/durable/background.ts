/** What goes on by itself in an object, as those see it who have something for it. */
export type Background = {
  /** Sets the alarm to the next time that there is something to do, in the open transaction if one is. */
  arm(): void;
  /** Runs work when the open transaction is over. It must not reject. */
  after(work: () => Promise<void>): void;
  /** Tells who watches the environment that something happened without a version, when the open transaction is over. */
  nudge(): void;
};

/** What an object does by itself when its time has come. */
export type Task = {
  /** When there is something to do, epoch milliseconds; null: nothing waits for time. */
  due(): number | null;
  /** Does what is due, or with `all` whatever there is. Never rejects. */
  run(all?: boolean): Promise<void>;
};
