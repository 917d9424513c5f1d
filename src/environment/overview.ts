import { DurableObject } from "cloudflare:workers";
import type { Caller } from "../contract/action.ts";
import type { ReleaseView } from "../contract/release.ts";
import type { AllReleasesQuery } from "./store/release-store.ts";
import { type Bound, Writer } from "./writer.ts";

/** What pages, the command and agents ask of an environment as a whole. */
export class Overview extends DurableObject<Bound> {
  protected readonly writer = new Writer(this.ctx, this.env);

  /** Releases of all flags: live ones first, then those made last. */
  async allReleases(query: AllReleasesQuery, caller: Caller): Promise<{ releases: ReleaseView[]; next?: string }> {
    return this.writer.present() ? this.writer.releases.listAll(query, caller) : { releases: [] };
  }
}
