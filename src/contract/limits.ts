/**
 * Every limit of the product, in one place. Sizes count UTF-8 bytes unless a name says otherwise.
 * Each is tested at its edge and one past it.
 */
const KIB = 1024;
const MIB = 1024 * KIB;

export const LIMITS = {
  flags: 5_000,
  segments: 2_000,
  clausesPerEnvironment: 20_000,
  publishedFlagsBytes: 8 * MIB,
  flagBytes: 1 * MIB,
  variantValueBytes: 256 * KIB,
  variants: 100,
  rules: 200,
  clausesPerRule: 200,
  conditionDepth: 10,
  prerequisites: 100,
  tags: 100,
  metadataEntries: 100,
  /** Values of one `in`, `containsAll` or `cidr` clause: these are looked up, not scanned. */
  listedValues: 10_000,
  /** Values of a clause with any other operator. */
  scannedValues: 100,
  patternBytes: 1 * KIB,
  patternInstructions: 10_000,
  /** Steps that the patterns of one flag or segment are compiled to, together, and those of an environment. */
  patternStepsOfResource: 20_000,
  patternStepsOfEnvironment: 100_000,
  /**
   * What one evaluation may do, be it of one flag or of all, and each flag in it, in steps: one for each step of a
   * pattern that is looked at, and for every four characters that it reads. A step takes some 20 to 30 nanoseconds.
   */
  evaluationSteps: 1_000_000,
  evaluationFlagSteps: 250_000,
  /** `matches` never holds for a longer text. */
  textBytes: 4 * KIB,
  /** A longer attribute never satisfies `semver`. Counted in UTF-16 code units. */
  semverLength: 256,
  /** Listed members over all segments of an environment. */
  members: 1_000_000,
  /** The same as JSON: each member with its quotes and a comma. A million of 47 characters fit. */
  membersBytes: 48 * MIB,
  memberLength: 256,
  weight: 1_000_000,
  /** Places of a hash that has no number of its own. */
  places: 1_000_000,
  /** Stretches of one rollout or bucket. */
  ranges: 1_000,
  /** Plans that are kept in an environment, and how long one may be, kept or not. */
  plans: 500,
  planBytes: 256 * KIB,
  /** Plans that are kept and those of live releases, each once, as JSON: they are in memory all the time. */
  plansBytes: 16 * MIB,
  nameLength: 256,
  textLength: 4_096,
  contextBytes: 64 * KIB,
  contextDepth: 10,
  queryContextBytes: 8 * KIB,
  jsonDepth: 32,
  adminBodyBytes: 4 * MIB,
  changesPerBatch: 1_000,
  /** A document to import is one body; what is larger is imported in several. */
  importBytes: 16 * MIB,
  previewContexts: 1_000,
  /** Paths in each of the lists that say what of a sampled context is kept. */
  sampledPaths: 100,
  /** Events in one request, and how long it may be. */
  events: 500,
  eventsBytes: 256 * KIB,
  /** The size of an outcome's value, in either direction; values are kept to a millionth. */
  eventValue: 1_000_000_000,
  /** A day: the longest duration that is counted, and the oldest event. */
  eventMs: 86_400_000,
  /** How far ahead of the clock an event may be dated; it is counted as of now. */
  eventAheadMs: 300_000,
  /** Outcomes with a name, defined or only met, in an environment; and of those, names that only clients used. */
  metrics: 200,
  clientMetrics: 50,
  /** The longest window of an outcome, in milliseconds: of experiments, and of releases (longer ones count as this). */
  experimentWindowMs: 28 * 86_400_000,
  releaseWindowMs: 86_400_000,
  /** An environment has four counters. These are of each of them; what exceeds them is counted as `other` or `full`. */
  counter: {
    /** Series in a minute and in an hour: of cohorts and of others each, and of those that client keys reported. */
    minuteSeries: 1_000,
    clientMinuteSeries: 250,
    hourSeries: 500,
    clientHourSeries: 125,
    /** First exposures and sessions that are kept, those that client keys reported apart. */
    exposures: 200_000,
    clientExposures: 50_000,
    /** Places that a release or experiment always has, and how many of them do. */
    reservedExposures: 5_000,
    reserves: 40,
    /** Exposures of flags that are neither being released nor experiments. */
    otherExposures: 20_000,
    clientOtherExposures: 5_000,
    /** Exposures and first events of minutes that are still open. */
    openExposures: 100_000,
    clientOpenExposures: 25_000,
    firstEvents: 200_000,
    clientFirstEvents: 50_000,
    /** Outcomes that wait, and of one key and metric within its window. */
    outcomes: 200_000,
    clientOutcomes: 50_000,
    outcomesPerKey: 300,
    /** What one targeting key is taken to stand for, where something else is bucketed. */
    aliases: 20,
    /** Exposures and sessions that are kept of one key, of all flags and stage entries. */
    exposuresPerKey: 200,
    /**
     * What is attributed in one transaction: exposures or outcomes, and exposures that are looked at for them. How many
     * such transactions one question may wait for.
     */
    slice: 250,
    sliceLookedAt: 5_000,
    slices: 400,
    /** How often a minute that can't be attributed is tried. */
    attempts: 3,
    /** What one answer of a counter holds: rows, and characters of their tallies. */
    pageRows: 5_000,
    pageLength: 4 * MIB,
    /** Keys of batches that wait for a counter that can't be reached. */
    waitingKeys: 20_000,
    /** Ids of batches that are known, those of client keys apart. */
    batches: 500_000,
    clientBatches: 100_000,
  },
  /** How long those who count wait, in milliseconds: for a counter, for a name's place, and one counter for another. */
  countingMs: 5_000,
  /** How long a question to a counter may wait while minutes are attributed; the rest is done behind it. */
  settlingMs: 1_000,
  namingMs: 2_000,
  sharingMs: 2_000,
  /** Change requests that are open, and how many others a change may need. */
  changeRequests: 100,
  approvals: 10,
  /** Scheduled changes that wait. */
  scheduled: 100,
  /** Proposals of one caller and of an environment, of which the oldest goes, and how long one may be as it is kept. */
  proposalsOfCaller: 20,
  proposals: 200,
  proposalBytes: 256 * KIB,
  /**
   * Keys that an isolate hasn't met, and takes from one IPv4 address or IPv6 /64 in a minute: visitors of gates, and
   * targeting keys that client keys report.
   */
  newVisitorsPerMinute: 60,
  /**
   * Environments that one isolate holds: snapshots, what alerts are signed with, what it saw of evaluations. Past that the
   * one goes that wasn't asked for the longest.
   */
  heldEnvironments: 100,
  /** Alerts that wait in an isolate until their environment may be asked what they are signed with, and for how long. */
  waitingAlerts: 100,
  alertWaitMs: 3_000,
  /**
   * Long questions (evaluations, previews) that wait in an environment's object, which answers one at a time; and for how
   * long, in milliseconds.
   */
  questions: 20,
  questionWaitMs: 10_000,
  /** Webhooks of an environment. */
  webhooks: 20,
  /** Names in each list of a webhook's filter. */
  webhookFilter: 100,
  /** Messages of one write to a webhook: of more changes the rest is counted in the last. */
  noticesOfWrite: 50,
  /** Admin tokens that hold. */
  tokens: 1_000,
  /** Storage of an environment, of the 10 GB that an object may have; past this only what takes back is written. */
  storageBytes: 9_000_000_000,
  /** Idempotency-Keys that are remembered of one actor, and their answers together. */
  replays: 2_000,
  replayBytes: 64 * MIB,
  /** Points of a series that are answered at once. */
  seriesPoints: 1_500,
  /** One message of an agent (`/mcp`). */
  mcpBytes: 256 * KIB,
  /** Flags and segments, over all versions, whose texts an isolate remembers to say what changed since (`/v1/snapshot`). */
  rememberedResources: 40_000,
  /** Errors that a problem names; of the others it says how many there are. */
  errors: 100,
  /** Items on one page of a list: what a client may ask for, and what it gets when it doesn't ask. */
  page: 500,
  usualPage: 100,
  /** The same of a list over all environments, and how many milliseconds one of them may take to answer. */
  everywherePage: 1_000,
  everywhereMs: 5_000,
  /** The same of a list of members. */
  membersPage: 10_000,
  usualMembersPage: 1_000,
} as const;
