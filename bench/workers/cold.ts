import { compile } from "../../src/core/compile.ts";
import { evaluate, evaluateAll } from "../../src/core/evaluate.ts";
import { user } from "../scenario.ts";

/*
 * The first evaluation of an isolate. Each process is asked for one path once, after `/` has warmed up what belongs to
 * HTTP. `BODY` is the text of a snapshot body, `MIDDLE` the key of the flag that is asked for.
 */

export const cold: ExportedHandler<{ BODY: string; MIDDLE: string }> = {
  fetch(request, { BODY, MIDDLE }) {
    switch (new URL(request.url).pathname) {
      case "/parse":
        return Response.json({ flags: JSON.parse(BODY).flags.length });
      case "/evaluate": {
        const flag = compile(JSON.parse(BODY), null).flag(MIDDLE, "server");
        return Response.json({ value: evaluate(flag!, { ...user(1) }, 0).value });
      }
      case "/evaluateAll": {
        const { flags } = evaluateAll(compile(JSON.parse(BODY), null), "server", { ...user(1) }, 0);
        return Response.json({ length: flags.length });
      }
      default:
        return Response.json({});
    }
  },
};
