import type { Actor } from "../../contract/change.ts";
import type { Background, Task } from "../../durable/background.ts";
import type { EnvironmentStore } from "../store/environment-store.ts";
import type { Webhooks } from "./webhooks.ts";

/** How long before its end people are told. */
const TOLD_BEFORE_MS = 86_400_000;
/** When an end is tried again that Workspace couldn't be asked for. */
const AGAIN_MS = 60_000;

type Options = {
  webhooks: Pick<Webhooks, "announce" | "wanted">;
  background: Pick<Background, "arm">;
  /** Takes the environment's name from it and ends it, as its deletion does, if it is still this one. */
  expire: (environment: { name: string; incarnation: string }, actor: Actor) => Promise<void>;
};

/** Ends an environment that was made for a time, and tells people a day before: once for each end that was set. */
export class Ending implements Task {
  readonly #store: EnvironmentStore;
  readonly #options: Options;
  #notBefore = 0;

  constructor(store: EnvironmentStore, options: Options) {
    this.#store = store;
    this.#options = options;
  }

  /** While nobody wants to be told, only the end itself is waited for: a webhook made later is told then. */
  due(): number | null {
    const ends = this.#store.state()?.settings.ends;
    if (!ends) return null;
    return this.#untold(ends.at) ? ends.at - TOLD_BEFORE_MS : Math.max(ends.at, this.#notBefore);
  }

  async run(): Promise<void> {
    const { head, settings } = this.#store.state() ?? {};
    if (!head || !settings?.ends) return;
    const { at, by } = settings.ends;
    const now = this.#store.now();
    try {
      if (now >= at - TOLD_BEFORE_MS && this.#untold(at)) this.#store.transaction(() => this.#tell(head.name, at, by));
      if (now < at || now < this.#notBefore) return;
      this.#notBefore = now + AGAIN_MS;
      await this.#options.expire({ name: head.name, incarnation: head.incarnation }, by);
    } catch (error) {
      console.error("an environment could not be ended yet", error);
    }
  }

  #untold(at: number): boolean {
    const { told } = this.#store.sql.exec<{ told: number }>("SELECT told FROM ending").toArray()[0] ?? { told: at };
    return told !== at && this.#options.webhooks.wanted(["environment.ending"]);
  }

  #tell(environment: string, at: number, actor: Actor): void {
    this.#store.sql.exec("UPDATE ending SET told = ?", at);
    const expiresAt = new Date(at).toISOString();
    const text = `The environment ${environment} ends at ${expiresAt}, with all that it holds. An admin can prolong it.`;
    const timestamp = new Date(this.#store.now()).toISOString();
    this.#options.webhooks.announce([
      { type: "environment.ending", timestamp, data: { environment, text, actor, expiresAt } },
    ]);
    this.#options.background.arm();
  }
}
