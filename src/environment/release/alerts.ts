import type { Alert, AlertView } from "../../contract/alert.ts";
import type { Actor } from "../../contract/change.ts";
import type { Refusal } from "../../contract/problem.ts";
import { ALERT_SECRET } from "../../durable/audit-chain.ts";
import { unmet } from "../../durable/precondition.ts";
import type { Webhooks } from "../notify/webhooks.ts";
import type { EnvironmentStore } from "../store/environment-store.ts";
import type { Release } from "../../core/release/state.ts";
import { alertNotice } from "../notify/notices.ts";
import { type Releases, releaseTag } from "./releases.ts";
import type { Write, Written } from "../rpc.ts";
import { isSigned, isTokenOf, type SignedHeaders } from "../notify/signature.ts";
import { type EnvironmentState, writtenAt } from "../store/state.ts";

/** Ids are remembered for longer than a message with an old one is taken for new. */
const KEPT_MS = 3_600_000;

/** About which release, as the address says. */
export type About = { flag: string; release: string };
/** A message as it came: signed, or with the token of its release. */
export type Message = About & { body: string } & ({ headers: SignedHeaders } | { token: string });
/** The secret of a flag's latest release, where it has one. */
export type AlertSecret = About & { secret: string };
type Standing = "forged" | "duplicate" | "new";

/** Alerts from outside: secrets of releases, and which messages that were signed with them have been taken. */
export class Alerts {
  readonly #store: EnvironmentStore;
  readonly #releases: Releases;
  readonly #webhooks: Pick<Webhooks, "announce">;

  constructor(store: EnvironmentStore, releases: Releases, webhooks: Pick<Webhooks, "announce">) {
    this.#store = store;
    this.#releases = releases;
    this.#webhooks = webhooks;
  }

  /** Gives a release a secret, in the open transaction; the one before counts no more. */
  give(present: EnvironmentState, { flag, release }: About, secret: string, write: Write): Written | Refusal {
    const found = this.#find({ flag, release });
    if (!found) return NO_RELEASE;
    const problem = unmet(write, releaseTag(found));
    if (problem) return { ok: false, problem };
    this.#store.sql.exec("INSERT OR REPLACE INTO alert_secrets (release, secret) VALUES (?, ?)", release, secret);
    this.#store.remark(ALERT_SECRET, { kind: "flag", key: flag }, write.actor, `Of the release ${release}.`);
    return { ...writtenAt(present), changed: false };
  }

  /** The secrets of the latest releases of flags; of earlier ones nobody takes an alert. */
  secrets(): AlertSecret[] {
    const rows = this.#store.sql.exec<{ release: string; secret: string }>("SELECT * FROM alert_secrets").toArray();
    const known = new Map(rows.map(({ release, secret }) => [release, secret]));
    return Array.from(this.#store.state()?.releases.values() ?? [], ({ flag, id }) => {
      const secret = known.get(id);
      return secret === undefined ? [] : [{ flag, release: id, secret }];
    }).flat();
  }

  /** Whether a message is its release's, of now, and new. */
  #judge(message: Message): Standing {
    const { release, body } = message;
    if (!this.#find(message)) return "forged";
    const [row] = this.#store.sql
      .exec<{ secret: string }>("SELECT secret FROM alert_secrets WHERE release = ?", release)
      .toArray();
    if (!row) return "forged";
    if ("token" in message) return isTokenOf(row.secret, message.token) ? "new" : "forged";
    const { headers } = message;
    if (!isSigned(row.secret, headers, body, this.#store.now())) return "forged";
    const known = this.#store.sql
      .exec("SELECT 1 FROM alerts WHERE release = ? AND id = ?", release, headers.id)
      .toArray();
    return known.length > 0 ? "duplicate" : "new";
  }

  /**
   * Does what a message wants, once, in the open transaction. One that was refused may come again.
   *
   * @param wanted null: nothing, as that something is over
   */
  take(message: Message, wanted: Alert | null): { ok: true; view: AlertView } | Refusal {
    const standing = this.#judge(message);
    const release = this.#find(message);
    if (!release || standing === "forged") return FORGED;
    const { id, flag } = release;
    if (standing === "new" && wanted) {
      const { action, comment = "" } = wanted;
      const actor: Actor = { id: `alert:${id}`, name: `alert:${id}`, via: "release" };
      const command = { op: "control", flag, id, control: action, role: "operator" } as const;
      const made = this.#releases.perform(this.#store.state()!, command, { actor, comment });
      if (!made.ok) return made;
      const now = this.#store.now();
      this.#store.sql.exec("DELETE FROM alerts WHERE at < ?", now - KEPT_MS);
      if ("headers" in message)
        this.#store.sql.exec("INSERT INTO alerts (release, id, at) VALUES (?, ?, ?)", id, message.headers.id, now);
      const { head, releases } = this.#store.state()!;
      if (made.changed) this.#webhooks.announce([alertNotice(head.name, releases.get(flag)!, comment, now)]);
    }
    const state = this.#find(message)!.phase;
    return { ok: true, view: { release: id, state, duplicate: standing === "duplicate" } };
  }

  #find({ flag, release }: About): Release | undefined {
    const found = this.#store.state()?.releases.get(flag);
    return found?.id === release ? found : undefined;
  }
}

const NO_RELEASE: Refusal = { ok: false, problem: { type: "not-found", detail: "There is no such release." } };
/** The same whatever is wrong with it. */
const FORGED: Refusal = { ok: false, problem: { type: "unauthenticated", detail: "It isn't signed." } };
