import type * as z from "zod/mini";
import type { flag, Split } from "../../src/contract/flag.ts";
import type { segment } from "../../src/contract/segment.ts";

/*
 * The example: the flags of a web shop. Each is here for something that the model can do; the environments differ in how
 * far a release has come.
 */

export type FlagInput = z.input<typeof flag>;
export type SegmentInput = z.input<typeof segment>;

export const ENVIRONMENTS = [
  { name: "development", description: "The developers' own machines", ramp: 100 },
  { name: "staging", description: "A copy of the shop in which releases are tried", ramp: 50 },
  { name: "production", description: "The shop", ramp: 1 },
] as const;

/** Segments in an order in which each names only earlier ones. */
export const SEGMENTS: readonly SegmentInput[] = [
  {
    key: "staff",
    name: "Our own people",
    when: { attribute: "email", operator: "endsWith", values: ["@shop.example"], ignoreCase: true },
    exclude: ["shop-window-demo"],
  },
  {
    key: "early-birds",
    name: "Customers who asked to see things first",
    include: ["customer-1007", "customer-2024", "customer-4711"],
    when: { segment: "staff" },
  },
  {
    key: "business-customers",
    name: "Companies that buy on account",
    when: {
      all: [
        { attribute: "account.kind", operator: "in", values: ["business"] },
        { not: { attribute: "account.blocked", operator: "in", values: [true] } },
      ],
    },
  },
];

const ON_OFF = { type: "boolean", variants: { on: true, off: false }, offVariant: "off" } as const;
const ON = { variant: "on" } as const;
const OFF = { variant: "off" } as const;
const ONLY_ON: Split = [{ variant: "on", weight: 1 }];

/** Where others have come to a first percent, what is released while one looks (`living.ts`) begins at nobody. */
const shown = (ramp: number): number => (ramp === 1 ? 0 : ramp);

/**
 * The flags of one environment, in an order in which each depends only on earlier ones.
 *
 * @param ramp how far releases have come there, in percent
 * @param now epoch milliseconds; the sale is the next one after it
 */
export function flagsOf(ramp: number, now: number): FlagInput[] {
  return [
    {
      key: "staff-tools",
      description: "The bar with order lookup and price history. Only for our own people.",
      owner: "shop-platform",
      kind: "permission",
      tags: ["internal"],
      ...ON_OFF,
      rules: [{ id: "staff", name: "Our own people", when: { segment: "staff" }, serve: ON }],
      default: OFF,
    },
    {
      key: "one-page-checkout",
      description: "Address, delivery and payment on one page. On its way out to everybody.",
      owner: "checkout",
      kind: "release",
      tags: ["checkout"],
      clientSide: true,
      ...ON_OFF,
      rules: [{ id: "staff", name: "Our own people first", when: { segment: "staff" }, serve: ON }],
      default: { rollout: { percentage: ramp, split: ONLY_ON, otherwise: "off" } },
    },
    {
      key: "express-payment",
      description: "Pay with one tap. Needs the one-page checkout: who doesn't have that, doesn't get this.",
      owner: "checkout",
      kind: "release",
      tags: ["checkout", "payment"],
      clientSide: true,
      ...ON_OFF,
      prerequisites: [{ flag: "one-page-checkout", variants: ["on"] }],
      default: ON,
    },
    {
      key: "bank-transfer",
      description: "Instant bank transfer, country by country as the contracts are signed.",
      owner: "payments",
      kind: "release",
      tags: ["payment", "countries"],
      clientSide: true,
      ...ON_OFF,
      rules: [
        {
          id: "launched",
          name: "Launched",
          when: { attribute: "geo.country", operator: "in", values: ["DE", "AT"] },
          serve: ON,
        },
        {
          id: "ramping-up",
          name: "Next: the Netherlands",
          when: { attribute: "geo.country", operator: "in", values: ["NL"] },
          serve: { rollout: { percentage: ramp, split: ONLY_ON, otherwise: "off" } },
        },
      ],
      default: OFF,
    },
    {
      key: "product-page-layout",
      description: "Which product page sells better? A third of the visitors each.",
      owner: "growth",
      kind: "experiment",
      tags: ["product-page"],
      clientSide: true,
      type: "string",
      variants: { classic: "classic", gallery: "gallery", story: "story" },
      offVariant: "classic",
      default: {
        rollout: {
          percentage: 100,
          split: [
            { variant: "classic", weight: 1 },
            { variant: "gallery", weight: 1 },
            { variant: "story", weight: 1 },
          ],
          by: ["visitorId", "targetingKey"],
        },
      },
    },
    {
      key: "recommendations",
      description: "Kill switch: disable it when the recommendation service is slow. The page does without.",
      owner: "search",
      kind: "operational",
      tags: ["kill-switch"],
      clientSide: true,
      ...ON_OFF,
      default: ON,
    },
    {
      key: "sale-banner",
      description: "The banner of the November sale, at the same instant everywhere.",
      owner: "marketing",
      kind: "operational",
      tags: ["scheduled"],
      clientSide: true,
      type: "object",
      variants: { sale: { headline: "Black Friday: up to 40 % off", colour: "#b00020" }, none: {} },
      offVariant: "none",
      rules: [{ id: "weekend", name: "From Friday to Monday", window: nextSale(now), serve: { variant: "sale" } }],
      default: { variant: "none" },
    },
    {
      key: "search-ranking",
      description: "A new ranking for the search, tried by every tenth visitor; its parameters travel with the flag.",
      owner: "search",
      kind: "experiment",
      type: "object",
      variants: {
        current: { model: "bm25", boostInStock: 1 },
        candidate: { model: "hybrid", boostInStock: 1.4, semanticWeight: 0.35 },
      },
      offVariant: "current",
      default: { rollout: { percentage: 10, split: [{ variant: "candidate", weight: 1 }], otherwise: "current" } },
    },
    {
      key: "free-shipping-from",
      description: "Order value in euros from which delivery is free.",
      owner: "pricing",
      kind: "operational",
      clientSide: true,
      type: "number",
      variants: { usual: 49.9, alps: 79, business: 0 },
      offVariant: "usual",
      rules: [
        {
          id: "business",
          name: "Business customers",
          when: { segment: "business-customers" },
          serve: { variant: "business" },
        },
        {
          id: "far-away",
          name: "Where a parcel costs more",
          when: { attribute: "geo.country", operator: "in", values: ["AT", "CH"] },
          serve: { variant: "alps" },
        },
      ],
      default: { variant: "usual" },
    },
    {
      key: "loyalty-points",
      description: "Points for every order. Early birds first, then by account, so that a family sees the same.",
      owner: "growth",
      kind: "release",
      tags: ["accounts"],
      clientSide: true,
      ...ON_OFF,
      rules: [{ id: "early-birds", name: "Early birds", when: { segment: "early-birds" }, serve: ON }],
      default: {
        rollout: {
          percentage: Math.min(100, 20 * ramp),
          split: ONLY_ON,
          otherwise: "off",
          by: ["account.id", "targetingKey"],
        },
      },
    },
    {
      key: "app-update-notice",
      description: "Asks users of old versions of the app to update.",
      owner: "apps",
      kind: "operational",
      tags: ["app"],
      clientSide: true,
      type: "string",
      variants: { none: "none", suggest: "suggest", require: "require" },
      offVariant: "none",
      rules: [
        {
          id: "unsupported",
          when: { attribute: "app.version", operator: "semver", values: ["<2.4.0"] },
          serve: { variant: "require" },
        },
        {
          id: "old",
          when: { attribute: "app.version", operator: "semver", values: ["<3.1.0"] },
          serve: { variant: "suggest" },
        },
      ],
      default: { variant: "none" },
    },
    {
      key: "maintenance-page",
      description: "Everybody but our own people gets the maintenance page. Disabled: enable it when needed.",
      owner: "shop-platform",
      kind: "operational",
      tags: ["kill-switch"],
      clientSide: true,
      enabled: false,
      ...ON_OFF,
      rules: [{ id: "staff", name: "Our own people keep working", when: { segment: "staff" }, serve: OFF }],
      default: ON,
    },
    {
      key: "shop-canary",
      description: "Which version of the shop answers: examples/edge-middleware sends visitors there.",
      owner: "shop-platform",
      kind: "release",
      type: "string",
      variants: { stable: "stable", canary: "canary" },
      offVariant: "stable",
      default: { rollout: { percentage: ramp, split: [{ variant: "canary", weight: 1 }], otherwise: "stable" } },
    },
    {
      key: "gift-notes",
      description: "A handwritten note with the parcel. Finished in the shop, the packing station is not yet.",
      owner: "fulfilment",
      kind: "release",
      ...ON_OFF,
      default: ramp === 100 ? ON : OFF,
    },
    {
      key: "quick-search",
      description: "Search while one types. In production its release is live as long as visitors come.",
      owner: "search",
      kind: "release",
      tags: ["living-example"],
      ...ON_OFF,
      default: { rollout: { percentage: shown(ramp), split: ONLY_ON, otherwise: "off" } },
    },
    {
      key: "saved-cards",
      description: "Pay with a card that was used before. Fails two times in five: its release takes itself back.",
      owner: "payments",
      kind: "release",
      tags: ["living-example", "payment"],
      ...ON_OFF,
      default: { rollout: { percentage: shown(ramp), split: ONLY_ON, otherwise: "off" } },
    },
  ];
}

/** Friday to Monday around the fourth Thursday of November, German time; the next one that isn't over at `now`. */
export function nextSale(now: number): { from: string; until: string } {
  for (let year = new Date(now).getUTCFullYear(); ; year++) {
    const first = new Date(Date.UTC(year, 10, 1)).getUTCDay(); // 0 is Sunday, 4 Thursday
    const friday = 1 + ((4 - first + 7) % 7) + 21 + 1;
    const at = (day: number, time: string): string =>
      new Date(Date.UTC(year, 10, day)).toISOString().slice(0, 11) + time;
    const sale = { from: at(friday, "00:00:00+01:00"), until: at(friday + 4, "00:00:00+01:00") };
    if (Date.parse(sale.until) > now) return sale;
  }
}
