import { DurableObject } from "cloudflare:workers";
import type { Caller } from "../contract/action.ts";
import type { FlagLine } from "../contract/flag-line.ts";
import type { ReleaseView } from "../contract/release.ts";
import type { Watched, WatchedTo } from "../contract/watch.ts";
import { watched } from "./read/watched.ts";
import { flagLine } from "./read/flag-line.ts";
import { listFlags } from "./read/list.ts";
import type { FlagQuery } from "./rpc.ts";
import type { AllReleasesQuery } from "./store/release-store.ts";
import { type Bound, Writer } from "./writer.ts";

/** What pages, the command and agents ask of an environment as a whole. */
export class Overview extends DurableObject<Bound> {
  protected readonly writer = new Writer(this.ctx, this.env);

  /** The flags that fit, each as a line of a list, by their keys. `more`: another page follows. */
  async flagLines(query: FlagQuery): Promise<{ lines: { key: string; line: FlagLine }[]; more: boolean }> {
    const present = this.writer.present();
    if (!present) return { lines: [], more: false };
    const views = Array.from(present.state.flags.values(), (view) => this.writer.view(view, present));
    const { flags, next } = listFlags(views, query, (view) => ({
      key: view.flag.key,
      line: flagLine(present.head.name, view),
    }));
    return { lines: flags, more: next !== undefined };
  }

  /** The lines of these flags, in the same order; also of those that aren't there. */
  async linesOf(keys: string[]): Promise<FlagLine[]> {
    const present = this.writer.present();
    const name = present?.head.name ?? "";
    return keys.map((key) => {
      const stored = present?.state.flags.get(key);
      return flagLine(name, present && stored ? this.writer.view(stored, present) : undefined);
    });
  }

  /** What came since, for whoever watches; null when there is no such environment, or no more. */
  async watch(after?: WatchedTo): Promise<Watched | null> {
    const present = this.writer.present();
    if (!present) return null;
    return watched(this.writer.auditReader, present.head.version, after, (id) =>
      this.writer.requests.state(present, id),
    );
  }

  /** Releases of all flags: live ones first, then those made last. */
  async allReleases(query: AllReleasesQuery, caller: Caller): Promise<{ releases: ReleaseView[]; next?: string }> {
    return this.writer.present() ? this.writer.releases.listAll(query, caller) : { releases: [] };
  }
}
