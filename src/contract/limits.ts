/*
 * Every limit of the product, but for those of a counter (counter-limits.ts). Sizes count UTF-8 bytes unless a name says
 * otherwise. Each is tested at its edge and one past it. They are read as `import * as LIMITS`, of which the bundler makes
 * the numbers themselves; as an object, or passed on as one, they would take 2 kB of the Worker.
 */
const KIB = 1024;
const MIB = 1024 * KIB;

export const flags = 5_000;
export const segments = 2_000;
export const clausesPerEnvironment = 20_000;
export const publishedFlagsBytes = 8 * MIB;
export const flagBytes = MIB;
export const variantValueBytes = 256 * KIB;
export const variants = 100;
export const rules = 200;
export const clausesPerRule = 200;
export const conditionDepth = 10;
export const prerequisites = 100;
export const tags = 100;
export const metadataEntries = 100;
/** Values of one `in`, `containsAll` or `cidr` clause: these are looked up, not scanned. */
export const listedValues = 10_000;
/** Values of a clause with any other operator. */
export const scannedValues = 100;
export const patternBytes = KIB;
export const patternInstructions = 10_000;
/** Steps that the patterns of one flag or segment are compiled to, together, and those of an environment. */
export const patternStepsOfResource = 20_000;
export const patternStepsOfEnvironment = 100_000;
/**
 * What one evaluation may do, be it of one flag or of all, and each flag in it, in steps: one for each step of a
 * pattern that is looked at, and for every four characters that it reads. A step takes some 20 to 30 nanoseconds.
 */
export const evaluationSteps = 1_000_000;
export const evaluationFlagSteps = 250_000;
/** `matches` never holds for a longer text. */
export const textBytes = 4 * KIB;
/** A longer attribute never satisfies `semver`. Counted in UTF-16 code units. */
export const semverLength = 256;
/** Listed members over all segments of an environment. */
export const members = 1_000_000;
/** The same as JSON: each member with its quotes and a comma. A million of 47 characters fit. */
export const membersBytes = 48 * MIB;
export const memberLength = 256;
export const weight = 1_000_000;
/** Places of a hash that has no number of its own. */
export const places = 1_000_000;
/** Stretches of one rollout or bucket. */
export const ranges = 1_000;
/** Plans that are kept in an environment, and how long one may be, kept or not. */
export const plans = 500;
export const planBytes = 256 * KIB;
/** Plans that are kept and those of live releases, each once, as JSON: they are in memory all the time. */
export const plansBytes = 16 * MIB;
export const nameLength = 256;
export const textLength = 4_096;
export const contextBytes = 64 * KIB;
export const contextDepth = 10;
export const queryContextBytes = 8 * KIB;
export const jsonDepth = 32;
export const adminBodyBytes = 4 * MIB;
export const changesPerBatch = 1_000;
/** A document to import is one body; what is larger is imported in several. */
export const importBytes = 16 * MIB;
export const previewContexts = 1_000;
/** Paths in each of the lists that say what of a sampled context is kept. */
export const sampledPaths = 100;
/** Events in one request, and how long it may be. */
export const events = 500;
export const eventsBytes = 256 * KIB;
/** The size of an outcome's value, in either direction; values are kept to a millionth. */
export const eventValue = 1_000_000_000;
/** A day: the longest duration that is counted, and the oldest event. */
export const eventMs = 86_400_000;
/** How far ahead of the clock an event may be dated; it is counted as of now. */
export const eventAheadMs = 300_000;
/** Outcomes with a name, defined or only met, in an environment; and of those, names that only clients used. */
export const metrics = 200;
export const clientMetrics = 50;
/** The longest window of an outcome, in milliseconds: of experiments, and of releases (longer ones count as this). */
export const experimentWindowMs = 28 * 86_400_000;
export const releaseWindowMs = 86_400_000;
/** How long those who count wait, in milliseconds: for a counter, for a name's place, and one counter for another. */
export const countingMs = 5_000;
/** How long a question to a counter may wait while minutes are attributed; the rest is done behind it. */
export const settlingMs = 1_000;
export const namingMs = 2_000;
export const sharingMs = 2_000;
/** Change requests that are open, and how many others a change may need. */
export const changeRequests = 100;
export const approvals = 10;
/** Scheduled changes that wait. */
export const scheduled = 100;
/** Proposals of one caller and of an environment, of which the oldest goes, and how long one may be as it is kept. */
export const proposalsOfCaller = 20;
export const proposals = 200;
export const proposalBytes = 256 * KIB;
/**
 * Keys that an isolate hasn't met, and takes from one IPv4 address or IPv6 /64 in a minute: visitors of gates, and
 * targeting keys that client keys report.
 */
export const newVisitorsPerMinute = 60;
/**
 * Environments that one isolate holds: snapshots, what alerts are signed with, what it saw of evaluations. Past that the
 * one goes that wasn't asked for the longest.
 */
export const heldEnvironments = 100;
/** Alerts that wait in an isolate until their environment may be asked what they are signed with, and for how long. */
export const waitingAlerts = 100;
export const alertWaitMs = 3_000;
/**
 * Long questions (evaluations, previews) that wait in an environment's object, which answers one at a time; and for how
 * long, in milliseconds.
 */
export const questions = 20;
export const questionWaitMs = 10_000;
/** Webhooks of an environment. */
export const webhooks = 20;
/** Names in each list of a webhook's filter. */
export const webhookFilter = 100;
/** Messages of one write to a webhook: of more changes the rest is counted in the last. */
export const noticesOfWrite = 50;
/** Admin tokens that hold. */
export const tokens = 1_000;
/** Storage of an environment, of the 10 GB that an object may have; past this only what takes back is written. */
export const storageBytes = 9_000_000_000;
/** Idempotency-Keys that are remembered of one actor, and their answers together. */
export const replays = 2_000;
export const replayBytes = 64 * MIB;
/** Points of a series that are answered at once. */
export const seriesPoints = 1_500;
/** One message of an agent (`/mcp`). */
export const mcpBytes = 256 * KIB;
/** Flags and segments, over all versions, whose texts an isolate remembers to say what changed since (`/v1/snapshot`). */
export const rememberedResources = 40_000;
/** Errors that a problem names; of the others it says how many there are. */
export const errors = 100;
/** Items on one page of a list: what a client may ask for, and what it gets when it doesn't ask. */
export const page = 500;
export const usualPage = 100;
/** Environments that end by themselves, at once. */
export const endingEnvironments = 200;
/** The same of a list over all environments, and how many milliseconds one of them may take to answer. */
export const everywherePage = 1_000;
export const everywhereMs = 5_000;
/** The same of a list of members. */
export const membersPage = 10_000;
export const usualMembersPage = 1_000;
