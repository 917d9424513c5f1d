/**
 * Why something that was accepted stands in series and reaches no verdict of its flag's live release: a client key
 * reported it and the plan doesn't trust those (`client`); it has no cohort and its side can be mistaken (`ambiguous`); an
 * outcome whose key no exposure is known of (`no-exposure`); its cohort is of no live release or epoch (`ended`); a
 * visitor's id that nobody signed (`unsigned`); there was no room for it (`full`); its minute had closed (`late`).
 */
export const UNCOUNTED = ["client", "ambiguous", "no-exposure", "ended", "unsigned", "full", "late"] as const;
export type Uncounted = (typeof UNCOUNTED)[number];
