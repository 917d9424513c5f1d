/** Where relays are placed: a handful of Cloudflare's location hints. Whoever is elsewhere goes to the nearest. */
export type Region = "wnam" | "enam" | "weur" | "apac" | "oc";

/** Where a request came in, as far as that is known. `longitude` is text in degrees, east positive. */
export type Place = { readonly continent?: unknown; readonly longitude?: unknown; readonly [other: string]: unknown };

const DEFAULT: Region = "enam";
/** West of it, North America is the west. */
const MIDDLE_OF_NORTH_AMERICA = -100;

/** The region whose relay is nearest. Without a place, or from nowhere in particular, one and the same region. */
export function regionOf(place: Place | null | undefined): Region {
  switch (place?.continent) {
    case "NA":
      return Number(place.longitude) < MIDDLE_OF_NORTH_AMERICA ? "wnam" : "enam";
    case "SA":
      return "enam";
    case "EU":
    case "AF":
      return "weur";
    case "AS": // the Near East is nearer to Europe, by cable as well
      return Number(place.longitude) < 60 ? "weur" : "apac";
    case "OC":
      return "oc";
    default:
      return DEFAULT;
  }
}
