import { type Plan, plan as planSchema } from "../../contract/plan.ts";
import { hasEnded, type Phase } from "../../contract/release.ts";
import { parse } from "../../contract/validation.ts";
import type { Release } from "../../core/release/state.ts";
import { type Shape, StoredJson, type Upcast } from "../../durable/stored-json.ts";
import { ContentStore, type TextRef } from "./content-store.ts";

/** A plan that is kept under a name, and when it was written. Times are RFC 3339; `version` is the environment's. */
export type StoredPlan = {
  name: string;
  plan: Plan;
  revision: number;
  version: number;
  createdAt: string;
  updatedAt: string;
  updatedBy: string;
};

/** `after`: what the page before ended with. */
export type AllReleasesQuery = {
  state?: Phase | "live";
  after?: { live: number; createdAt: number; id: string };
  limit: number;
};

/** A release in its row: the plan is a text, which others may share. */
type Row = Omit<Release, "plan"> & { readonly plan: TextRef };

const TEXT = ["string"] as const;
const NUMBER = ["number"] as const;
const RELEASE: Shape<Row> = {
  id: TEXT,
  flag: TEXT,
  rule: ["string", "null"],
  author: ["object"],
  createdAt: NUMBER,
  startAt: ["number", "null"],
  plan: TEXT,
  planName: ["string", "null"],
  revision: NUMBER,
  revisers: ["array"],
  phase: TEXT,
  stage: NUMBER,
  epoch: NUMBER,
  version: NUMBER,
  transitions: NUMBER,
  at: NUMBER,
  since: NUMBER,
  clock: ["object"],
  resumes: TEXT,
  patience: NUMBER,
  hand: ["object", "null"],
  left: ["number", "null"],
  shadowBefore: NUMBER,
  ruleEpoch: ["number", "null"],
  stageEpochs: ["array"],
  judgement: ["object", "null"],
  beside: ["object", "undefined"],
  acknowledged: ["array"],
  approvals: ["array"],
  asks: ["array"],
  seen: ["array"],
  cause: TEXT,
  before: ["number", "null"],
  lower: ["boolean"],
  began: ["boolean"],
  entered: NUMBER,
  harms: ["array"],
  sure: TEXT,
  told: ["array"],
  past: ["array"],
  promised: ["array", "null"],
};

/** Version 2: what was there before the release, what is known to be in harm, what was shown, and what people were told. */
const watched: Upcast = (row) => ({
  before: null,
  lower: true,
  began: typeof row["stage"] === "number" && row["stage"] >= 0,
  entered: row["since"] ?? 0,
  harms: [],
  sure: row["phase"] === "gated" || row["phase"] === "watching" ? "shown" : "no",
  told: [],
  past: [],
  promised: null,
  ...row,
});
const releases = new StoredJson<Row>("a release", [watched], RELEASE);

const kept = new StoredJson<StoredPlan>("a plan", [], {
  name: TEXT,
  plan: ["object"],
  revision: NUMBER,
  version: NUMBER,
  createdAt: TEXT,
  updatedAt: TEXT,
  updatedBy: TEXT,
});

/** So many plans of live releases, and of those looked at last, are held parsed. */
const PLANS_HELD = 64;

/** The tables `releases` and `plans` of schema.ts. Writing belongs into the caller's transaction. */
export class ReleaseStore {
  readonly #sql: SqlStorage;
  readonly #texts: ContentStore;
  readonly #refs = new WeakMap<Plan, TextRef>();
  readonly #held = new Map<TextRef, Plan>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#texts = new ContentStore(sql);
  }

  /** For each flag its latest release. Of those that have ended the plan is read when somebody wants it. */
  latest(): Map<string, Release> {
    const rows = this.#sql.exec<Content>(
      `SELECT content FROM releases AS one WHERE NOT EXISTS (
         SELECT 1 FROM releases WHERE flag = one.flag AND (created_at, id) > (one.created_at, one.id))
       ORDER BY created_at, id`,
    );
    return new Map(Array.from(rows, ({ content }) => this.#read(content)).map((one) => [one.flag, one]));
  }

  /** A flag's releases, latest first, that were made before another one of them; none for an unknown one. */
  list(flag: string, limit: number, before?: string): Release[] {
    const rows = this.#sql.exec<Content>(
      `SELECT content FROM releases WHERE flag = ?1
         AND (?2 IS NULL OR (created_at, id) < (SELECT created_at, id FROM releases WHERE flag = ?1 AND id = ?2))
       ORDER BY created_at DESC, id DESC LIMIT ?3`,
      flag,
      before ?? null,
      limit,
    );
    return Array.from(rows, ({ content }) => this.#read(content));
  }

  /** Releases of all flags: live ones first, then those made last. `next` is where the page after this one begins. */
  listAll({ state, after, limit }: AllReleasesQuery): { releases: Release[]; next?: string } {
    const rows = this.#sql
      .exec<Content & { live: number; created_at: number; id: string }>(
        `SELECT content, live, created_at, id FROM (
           SELECT content, created_at, id, content ->> '$.phase' AS phase,
             content ->> '$.phase' NOT IN ('completed', 'unreleased', 'cancelled') AS live FROM releases)
         WHERE (?1 IS NULL OR phase = ?1 OR (?1 = 'live' AND live))
           AND (?2 IS NULL OR (live, created_at, id) < (?2, ?3, ?4))
         ORDER BY live DESC, created_at DESC, id DESC LIMIT ?5`,
        state ?? null,
        after?.live ?? null,
        after?.createdAt ?? null,
        after?.id ?? null,
        limit + 1,
      )
      .toArray();
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      releases: page.map(({ content }) => this.#read(content)),
      ...(rows.length > limit && last && { next: `${last.live}.${last.created_at}.${last.id}` }),
    };
  }

  find(flag: string, id: string): Release | undefined {
    const rows = this.#sql.exec<Content>("SELECT content FROM releases WHERE flag = ? AND id = ?", flag, id);
    return rows.toArray().map(({ content }) => this.#read(content))[0];
  }

  keepRelease({ plan, ...rest }: Release): void {
    const { id, flag, createdAt } = rest;
    this.#sql.exec(
      "INSERT OR REPLACE INTO releases (id, flag, created_at, content) VALUES (?, ?, ?, ?)",
      id,
      flag,
      createdAt,
      releases.write({ ...rest, plan: this.#put(plan) }),
    );
  }

  plans(): Map<string, StoredPlan> {
    const rows = this.#sql.exec<Content>("SELECT content FROM plans ORDER BY name");
    const all = Array.from(rows, ({ content }) => kept.read(content));
    return new Map(all.map((one) => [one.name, { ...one, plan: planOf(one.plan) }]));
  }

  keepPlan(stored: StoredPlan): void {
    this.#sql.exec("INSERT OR REPLACE INTO plans (name, content) VALUES (?, ?)", stored.name, kept.write(stored));
  }

  deletePlan(name: string): void {
    this.#sql.exec("DELETE FROM plans WHERE name = ?", name);
  }

  #read(content: string): Release {
    const { plan: ref, ...rest } = releases.read(content);
    if (!hasEnded(rest.phase)) return { ...rest, plan: this.#plan(ref) };
    const plan = (): Plan => this.#plan(ref);
    return Object.defineProperty({ ...rest }, "plan", { enumerable: true, get: plan }) as Release;
  }

  #plan(ref: TextRef): Plan {
    const known = this.#held.get(ref);
    this.#held.delete(ref);
    const plan = known ?? planOf(JSON.parse(this.#texts.get(ref)));
    this.#held.set(ref, plan); // the last of them is the one that was wanted last
    for (const first of this.#held.size > PLANS_HELD ? this.#held.keys() : []) {
      this.#held.delete(first);
      break;
    }
    this.#refs.set(plan, ref);
    return plan;
  }

  #put(plan: Plan): TextRef {
    const known = this.#refs.get(plan);
    if (known !== undefined && this.#texts.has(known)) return known;
    const ref = this.#texts.put(JSON.stringify(plan));
    this.#refs.set(plan, ref);
    return ref;
  }
}

type Content = { content: string };

/**
 * A plan as this code wants it: what has been added to plans since it was stored has its default. One that wouldn't be
 * taken any more goes on as it was, since a release must be able to end.
 */
function planOf(stored: unknown): Plan {
  const read = parse(planSchema, stored);
  if (read.ok) return read.value;
  console.error("a stored plan isn't valid any more", read.issues);
  return stored as Plan;
}

/** Schema 2: plans of releases are texts, so that a start needn't read them all. One release at a time. */
export function plansByReference(sql: SqlStorage): void {
  const texts = new ContentStore(sql);
  for (const { id } of sql.exec<{ id: string }>("SELECT id FROM releases").toArray()) {
    const { content } = sql.exec<Content>("SELECT content FROM releases WHERE id = ?", id).one();
    const release: { plan: unknown } = JSON.parse(content);
    if (typeof release.plan === "string") continue;
    const changed = JSON.stringify({ ...release, plan: texts.put(JSON.stringify(release.plan)) });
    sql.exec("UPDATE releases SET content = ? WHERE id = ?", changed, id);
  }
}
