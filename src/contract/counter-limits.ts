/*
 * The limits of each of an environment's four counters; what exceeds them is counted as `other` or `full`. They are read
 * as `import * as COUNTER_LIMITS` (limits.ts says why).
 */
const MIB = 1024 * 1024;

/** Series in a minute and in an hour: of cohorts and of others each, and of those that client keys reported. */
export const minuteSeries = 1_000;
export const clientMinuteSeries = 250;
export const hourSeries = 500;
export const clientHourSeries = 125;
/** First exposures and sessions that are kept, those that client keys reported apart. */
export const exposures = 200_000;
export const clientExposures = 50_000;
/** Places that a release or experiment always has, and how many of them do. */
export const reservedExposures = 5_000;
export const reserves = 40;
/** Exposures of flags that are neither being released nor experiments. */
export const otherExposures = 20_000;
export const clientOtherExposures = 5_000;
/** Exposures and first events of minutes that are still open. */
export const openExposures = 100_000;
export const clientOpenExposures = 25_000;
export const firstEvents = 200_000;
export const clientFirstEvents = 50_000;
/** Outcomes that wait, and of one key and metric within its window. */
export const outcomes = 200_000;
export const clientOutcomes = 50_000;
export const outcomesPerKey = 300;
/** What one targeting key is taken to stand for, where something else is bucketed. */
export const aliases = 20;
/** Exposures and sessions that are kept of one key, of all flags and stage entries. */
export const exposuresPerKey = 200;
/**
 * What is attributed in one transaction: exposures or outcomes, and exposures that are looked at for them. How many
 * such transactions one question may wait for.
 */
export const slice = 250;
export const sliceLookedAt = 5_000;
export const slices = 400;
/** How often a minute that can't be attributed is tried. */
export const attempts = 3;
/** What one answer of a counter holds: rows, and characters of their tallies. */
export const pageRows = 5_000;
export const pageLength = 4 * MIB;
/** Keys of batches that wait for a counter that can't be reached. */
export const waitingKeys = 20_000;
/** Ids of batches that are known, those of client keys apart. */
export const batches = 500_000;
export const clientBatches = 100_000;
