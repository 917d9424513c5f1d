/* The headers of answers: each described once, and named where it is sent. */

const text = (description: string, pattern?: string) => ({
  description,
  required: true,
  schema: { type: "string", ...(pattern !== undefined && { pattern }) },
});
const count = (description: string, minimum: number) => ({
  description,
  required: true,
  schema: { type: "integer", minimum },
});

const SENT = {
  "Request-Id": text("Names this answer in the log"),
  ETag: text("Entity tag of what is answered", '^(W/)?"[^"]+"$'),
  Location: text("Where what was created is to be found"),
  "Sluice-Version": count("Version of the environment: what a write made or found, or what an evaluation is of", 0),
  "Sluice-Revision": text(
    "The same as a revision: pass it as `flagConfigEtag` to read your own write",
    "^[a-z0-9]+\\.[0-9]+$",
  ),
  "Sluice-Age": count("Seconds since what answered was last known to be current", 0),
  "Sluice-Omitted": count("How many flags flagd can't say, and aren't there", 0),
  "Idempotent-Replay": {
    ...text("There when this is the answer that the first request with this Idempotency-Key got", "^true$"),
    required: false,
  },
  "Set-Cookie": { ...text("The session's cookie: given, or taken away"), required: false },
  "Retry-After": count("In how many seconds to try again", 1),
  Allow: text("The methods that are available here"),
  "WWW-Authenticate": text("How to sign in"),
};
/** Those that some answers have every time and others don't. */
const SOMETIMES = ["Sluice-Version", "Sluice-Age", "Retry-After"] as const;
/** With a question mark: not every time. */
export type HeaderName = keyof typeof SENT | `${(typeof SOMETIMES)[number]}?`;

/** `components.headers`: each as it is always there, and as it may be missing. */
export const HEADERS = {
  ...SENT,
  ...Object.fromEntries(SOMETIMES.map((name) => [`${name}-Sometimes`, { ...SENT[name], required: false }])),
};

/** What a status calls for wherever it is answered. */
const OF_STATUS: Partial<Record<number, HeaderName[]>> = {
  401: ["WWW-Authenticate"],
  405: ["Allow"],
  409: ["Retry-After?"],
  429: ["Retry-After"],
  503: ["Retry-After"],
};

/** The headers of an answer of a status, with those that it has besides what every answer of that status has. */
export function headersOf(status: number, ...more: HeaderName[]): { headers: Record<string, { $ref: string }> } {
  const all: HeaderName[] = ["Request-Id", ...(OF_STATUS[status] ?? []), ...more];
  const referred = all.map((name) => {
    const component = name.replace(/\?$/, "-Sometimes");
    return [name.replace(/\?$/, ""), { $ref: `#/components/headers/${component}` }];
  });
  return { headers: Object.fromEntries(referred) };
}
