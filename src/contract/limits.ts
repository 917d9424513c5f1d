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
  /** How much of an attribute the text operators look at. */
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
  /** A day: the longest duration that is counted. */
  eventMs: 86_400_000,
  /** Outcomes with a name, defined or only met, in an environment. */
  metrics: 200,
  /** Change requests that are open, and how many others a change may need. */
  changeRequests: 100,
  approvals: 10,
  /** Webhooks of an environment. */
  webhooks: 20,
  /** Points of a series that are answered at once. */
  seriesPoints: 1_500,
  /** Flags and segments, over all versions, whose texts an isolate remembers to say what changed since (`/v1/snapshot`). */
  rememberedResources: 40_000,
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
