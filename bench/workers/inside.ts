import type { MakeEngine } from "../engine.ts";
import { flagSpecs, SINGLE, user, USERS } from "../scenario.ts";

/*
 * The Worker around an in-process contestant. One request is `n` iterations, because the clocks of the runtime stand
 * still while code runs: the time is taken outside, from the process.
 */

export const BULK = 100;
export const CHECKED = { evaluate: 20_000, evaluateAll: 400 };

export function serve<Context, Answer>(make: MakeEngine<Context, Answer>): ExportedHandler {
  const prepare = () => {
    const engine = make(SINGLE, flagSpecs(BULK));
    return { engine, contexts: Array.from({ length: USERS }, (_, n) => engine.context(user(n))) };
  };
  let prepared: ReturnType<typeof prepare> | undefined;
  const bytes = new Uint8Array(1 << 16);
  const encoder = new TextEncoder();
  let next = 0; // walks on over requests, so that every user comes up

  return {
    fetch(request) {
      const { engine, contexts } = (prepared ??= prepare());
      const url = new URL(request.url);
      const n = Number(url.searchParams.get("n"));
      switch (url.pathname) {
        case "/evaluate": {
          let on = 0;
          for (let i = 0; i < n; i++) if (engine.isOn(engine.evaluate(contexts[next++ & (USERS - 1)]!))) on++;
          return Response.json({ on });
        }
        case "/evaluateAll": {
          // A body is bytes: without this, a text that is only concatenated would be left as a tree of its parts.
          let written = 0;
          for (let i = 0; i < n; i++)
            written += encoder.encodeInto(engine.evaluateAll(contexts[next++ & (USERS - 1)]!), bytes).written;
          return Response.json({ written });
        }
        case "/answers": {
          const first = (count: number) => contexts.slice(0, count);
          return Response.json({
            evaluate: first(CHECKED.evaluate).map((context) => engine.isOn(engine.evaluate(context))),
            evaluateAll: first(CHECKED.evaluateAll).map((context) => engine.evaluateAll(context)),
          });
        }
        default:
          return new Response(null, { status: 404 });
      }
    },
  };
}
