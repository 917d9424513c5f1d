import { isForEver, keepNowhere, keepPrivate, saidBy, withHeaders } from "./caches.ts";
import type { Exchange } from "./exchange.ts";
import { measure } from "./measure.ts";
import type { Asked, Verdict } from "./verdict.ts";

/**
 * What is done to every response that a gate chose: caches, the visitor's cookie, and counting.
 *
 * @param changed whether the answer is the change that the flag stands for, and not what there was before
 */
export function finish(
  exchange: Exchange,
  { flag, shared }: Asked<never[]>,
  verdict: Verdict,
  response: Response,
  begun: number,
  changed: boolean,
): Response {
  if (verdict.overridden) return exchange.answer(withHeaders(response, keepNowhere));
  measure(exchange, flag, verdict, response.status, begun);
  const { fixed } = verdict.served ?? {};
  // While nobody gets the change, there is nothing to keep from anybody.
  if (fixed?.always && !changed) return exchange.answer(response);
  const said = saidBy(response.headers);
  if (isForEver(response.status, said) || isShared(exchange.request, shared)) return exchange.answer(response);
  const setCookie = fixed ? undefined : cookieFor(verdict);
  return exchange.answer(
    withHeaders(response, (headers) => {
      keepPrivate(headers, said);
      if (setCookie !== undefined) headers.append("Set-Cookie", setCookie);
    }),
  );
}

function isShared(request: Request, shared: Asked<never[]>["shared"]): boolean {
  try {
    return shared?.(request) === true;
  } catch (error) {
    console.warn("what a gate was told of shared caches failed; the answer is private", error);
    return false;
  }
}

/** Once for all gates on a request's way. */
function cookieFor({ visitor }: Verdict): string | undefined {
  const setCookie = visitor?.setCookie;
  if (visitor !== undefined) delete visitor.setCookie;
  return setCookie;
}
