import type { Actor } from "../../contract/change.ts";
import type { Plan } from "../../contract/plan.ts";
import type { Evidence, Judged, Next, Phase, StageEstimate } from "../../contract/release.ts";
import type { Role } from "../../contract/role.ts";

/*
 * The words of the release machine. Plain data that survives JSON; times are epoch milliseconds. docs/release.md is
 * the specification: states × events, invariants, bounds.
 */

/** One run of a plan on one rule of one flag. Never changed, only followed by another. */
export type Release = {
  readonly id: string;
  readonly flag: string;
  /** null: the flag's default. */
  readonly rule: string | null;
  readonly author: Actor;
  readonly createdAt: number;
  readonly startAt: number | null;
  readonly plan: Plan;
  /** null: the plan came with the release. */
  readonly planName: string | null;
  /** Which revision of the plan this is, from 1. */
  readonly revision: number;
  /** Who revised the plan while this release was live: they too are authors of what is in force. */
  readonly revisers: readonly Actor[];

  readonly phase: Phase;
  /** Place in `plan.stages`; -1 before the start. Where paused or suspended: the stage it was in. */
  readonly stage: number;
  /** Grows with each change of who is exposed. Counts of different epochs are never added. */
  readonly epoch: number;
  /** Grows with each step that changed anything. */
  readonly version: number;
  /** Grows with each transition: what persons decide about, unlike what is merely known by now, changes with it. */
  readonly transitions: number;
  /** The latest time that any step has seen: the machine's own time never goes back. */
  readonly at: number;
  /** When the present phase of the present stage began. */
  readonly since: number;
  /** Active time of the present stage, or of watching: `spent`, and what has passed since `running` began. */
  readonly clock: { readonly spent: number; readonly running: number | null };
  /** Where a pause ends. */
  readonly resumes: "scheduled" | "baking" | "watching";
  /** How much active time had passed when a person last resumed: patience is counted from there. */
  readonly patience: number;
  /** The share that a person had set by hand when the release was resumed: it stands for that stage, and later ones don't go below it. */
  readonly hand: { readonly stage: number; readonly percentage: number } | null;
  /** What the person left who made the release suspend: the released rule's share, or null where it has none any more. */
  readonly left: number | null;
  /** The flag's `shadow` without the release: as it was before it, or as a person has set it since. */
  readonly shadowBefore: number;
  /** The released rule's share before the release, 0 to 100; a person may change it until the start. null: not known. */
  readonly before: number | null;
  /** Whether the start may take people out. */
  readonly lower: boolean;
  /** Whether it has set what its flag serves. */
  readonly began: boolean;
  /** When the present epoch began. */
  readonly entered: number;
  /** The epoch since which the released rule has had its share; null before the first stage with a percentage. */
  readonly ruleEpoch: number | null;
  /** For each stage entered that has a condition: the epoch at which it was. Those rules stay to the end. */
  readonly stageEpochs: readonly { readonly stage: number; readonly epoch: number }[];

  /** What was last known of the guardrails in this epoch; null: nothing yet. */
  readonly judgement: Judgement | null;
  /** What was heard beside verdicts, as last known: it stays when a stage is left, and at the end. */
  readonly beside?: Pick<Judgement, "uncounted" | "unwatched">;
  /** What is known to be in harm until a judgement says otherwise, however long that takes. */
  readonly harms: readonly Harm[];
  /** Whether the present stage has baked and was `shown` to be healthy then, or that was `waived` as the plan wants. */
  readonly sure: "no" | "shown" | "waived";
  /** What a person was told in this stage, and in watching, so that it is told once. */
  readonly told: readonly Topic[];
  /** How stages were left, by their place. A stage that was entered again was left again. */
  readonly past: readonly Leaving[];
  /** What the preview said at the start, stage by stage; null: nobody asked it. */
  readonly promised: readonly StageEstimate[] | null;
  /** Metrics whose harm a person has accepted for this stage. */
  readonly acknowledged: readonly string[];
  /** Consents for this stage: `gate` is the place in its gates. */
  readonly approvals: readonly Approval[];
  /** What became of questions to webhooks, since the stage was last gated. */
  readonly asks: readonly Ask[];
  /** Ids of the latest events of people, so that the same one twice is once. */
  readonly seen: readonly string[];
  /** Why it is where it is. */
  readonly cause: string;
};

/** `person`: whether a person may put up with it (a signal's, a ceiling's, or one that only client keys report). */
export type Harm = { readonly metric: string; readonly person: boolean; readonly words: string };
/** `unverified` and `unmeasured` are metrics; `forced` says in words what an admin went past. */
export type Leaving = {
  readonly stage: number;
  readonly unverified: readonly string[];
  readonly unmeasured: readonly string[];
  readonly forced: readonly string[];
};
export type Topic = "late" | "patience" | "invalid" | "nodata" | "ceiling" | "outage" | "harm";

export type Approval = { readonly gate: number; readonly by: Actor; readonly at: number };
/** `open`: null while there is no answer. */
export type Ask = {
  readonly gate: number;
  readonly attempt: number;
  readonly at: number;
  readonly open: boolean | null;
};

/** What the statistics say at one check, of closed bins only. */
export type Judgement = {
  /** The release epoch whose counts these are; another one's are ignored. */
  readonly epoch: number;
  /** End of the last closed bin that was looked at; one that isn't later than the last is ignored. */
  readonly upTo: number;
  /** When the release heard of it. */
  readonly at: number;
  /** Treatment exposures of the stage. */
  readonly exposures: number;
  readonly guardrails: readonly Judged[];
  /** What was reported since the release began and reaches no verdict, by reason. */
  readonly uncounted?: { readonly [reason: string]: number };
  /** Metrics of which something was seen since the release began and that no guardrail looks at. */
  readonly unwatched?: readonly string[];
  /** When those that aren't healthy yet are expected to be, with what that rests on. */
  readonly outlook?: readonly ({ readonly metric: string } & Next)[];
};

/** A person. `id` tells one request from another where it can come twice; `role` is what they may do. */
type ByPerson = { readonly actor: Actor; readonly id?: string; readonly comment?: string };
/** `stage`: the stage that the person means, by name; where the release is at another one the event is refused. */
type AtStage = ByPerson & { readonly stage?: string };

/** What each type of event says. */
type Facts = {
  /** What the flag has at present: its `shadow`, and the released rule's share, null where it has none. */
  start: { readonly shadow: number; readonly served: number | null } & ByPerson;
  /** Time may have passed: an alarm, the cron, anything. */
  tick: unknown;
  judged: { readonly judgement: Omit<Judgement, "at"> };
  /** A webhook gate's answer to one question. */
  answered: { readonly epoch: number; readonly gate: number; readonly attempt: number; readonly open: boolean };
  approve: { readonly role: Role } & AtStage;
  /** `force`: past closed gates and missing data. Whoever delivers it has seen that an admin says so, with a comment. */
  advance: { readonly force?: boolean } & AtStage;
  promote: { readonly force?: boolean } & AtStage;
  pause: AtStage;
  resume: AtStage;
  acknowledge: AtStage;
  unrelease: ByPerson;
  cancel: ByPerson;
  revise: { readonly plan: Plan; readonly revision: number } & ByPerson;
  /**
   * A person changed what the release has set (`held`), or is to set or to put back. `percentage`: the released rule's
   * now, null where it has none; `shadow`: the flag's now, where that was changed.
   */
  edited: { readonly percentage: number | null; readonly held: boolean; readonly shadow?: number } & ByPerson;
  disabled: ByPerson;
  archived: ByPerson;
};
export type EventType = keyof Facts;
export type EventOf<T extends EventType> = { [K in T]: { readonly type: K } & Facts[K] }[T];
export type ReleaseEvent = EventOf<EventType>;

/** What the flag is to serve. */
export type Exposure = {
  /** The released rule's share; null: as it is. */
  readonly percentage: number | null;
  /** Places of the stages whose rules stand before the released rule. */
  readonly stages: readonly number[];
  readonly shadow: number;
};

/** One line of history, and of the log. */
export type Transition = {
  readonly at: number;
  readonly what: string;
  readonly cause: string;
  readonly actor: Actor;
  readonly from: Phase;
  readonly to: Phase;
  readonly stage: number;
  /** The released rule's share from then on; null: as it was before the release, or not known. */
  readonly percentage: number | null;
  readonly epoch: number;
  readonly comment: string;
  readonly evidence: Evidence;
};

export type Effect =
  /** The flag is to serve this from now on, in the same transaction. */
  | { readonly type: "expose"; readonly epoch: number; readonly exposure: Exposure }
  /** The whole flag is to be turned off, in the same transaction. */
  | { readonly type: "disable" }
  /** Something was decided. */
  | { readonly type: "record"; readonly transition: Transition }
  /** A webhook gate is to be asked; the answer comes back as `answered`. */
  | { readonly type: "ask"; readonly epoch: number; readonly gate: number; readonly attempt: number }
  /** A person is to be told. */
  | { readonly type: "tell"; readonly about: "decision" | "harm" | "end"; readonly cause: string };

/** `refusal`: why a person's event did nothing; for them to read. */
export type Step = { readonly release: Release; readonly effects: readonly Effect[]; readonly refusal?: string };

/** The writer that a release is. */
export function actorOf({ id, flag }: Pick<Release, "id" | "flag">): Actor {
  return { id: `release:${id}`, name: `release of ${flag}`, via: "release" };
}

/** A release before anything has happened to it. */
export function draft(
  facts: Pick<Release, "id" | "flag" | "rule" | "author" | "createdAt" | "startAt" | "plan" | "planName" | "revision"> &
    Partial<Pick<Release, "lower" | "promised">>,
): Release {
  return {
    lower: false,
    promised: null,
    ...facts,
    before: null,
    began: false,
    entered: facts.createdAt,
    harms: [],
    sure: "no",
    told: [],
    past: [],
    revisers: [],
    phase: "draft",
    stage: -1,
    epoch: 0,
    version: 1,
    transitions: 0,
    at: facts.createdAt,
    since: facts.createdAt,
    clock: { spent: 0, running: null },
    resumes: "scheduled",
    patience: 0,
    hand: null,
    left: null,
    shadowBefore: 0,
    ruleEpoch: null,
    stageEpochs: [],
    judgement: null,
    acknowledged: [],
    approvals: [],
    asks: [],
    seen: [],
    cause: "It has been written down.",
  };
}
