/** What is needed of a request, as the Workers runtime has it. */
export type RequestFacts = {
  readonly cf?: unknown;
  readonly headers: { get(name: string): string | null };
};

/** From `request.cf` to the attributes of an evaluation context. */
const FROM_CF = {
  country: "geo.country",
  region: "geo.region",
  city: "geo.city",
  continent: "geo.continent",
  timezone: "geo.timezone",
  colo: "geo.colo",
  asn: "client.asn",
} as const;

/**
 * Puts what the edge itself knows of a request into a context: where it comes from and what sent it. Attributes that
 * aren't known (no `request.cf` outside Cloudflare) are left as they are.
 */
export function addRequestFacts(attributes: Record<string, unknown>, { cf, headers }: RequestFacts): void {
  if (typeof cf === "object" && cf !== null) {
    for (const [name, attribute] of Object.entries(FROM_CF)) {
      const value: unknown = Reflect.get(cf, name);
      if (value !== undefined) attributes[attribute] = value;
    }
    if (Reflect.get(cf, "country") !== undefined)
      attributes["geo.isEUCountry"] = Reflect.get(cf, "isEUCountry") === "1";
  }
  const ip = headers.get("CF-Connecting-IP");
  if (ip !== null) attributes["client.ip"] = ip;
  const userAgent = headers.get("User-Agent");
  if (userAgent !== null) attributes["client.userAgent"] = userAgent;
}
