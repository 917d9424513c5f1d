import { hurried } from "./hurry.ts"; // first, so that nobody has looked at the clock before
import * as sluice from "../../../src/worker.ts";

/* Sluice itself, on the hurried clock. */

export { FlagService } from "../../../src/worker.ts";

export class Environment extends sluice.Environment {
  constructor(...[ctx, env]: ConstructorParameters<typeof sluice.Environment>) {
    super(hurried(ctx), env);
  }
}
export class Counter extends sluice.Counter {
  constructor(...[ctx, env]: ConstructorParameters<typeof sluice.Counter>) {
    super(hurried(ctx), env);
  }
}
export class Relay extends sluice.Relay {
  constructor(...[ctx, env]: ConstructorParameters<typeof sluice.Relay>) {
    super(hurried(ctx), env);
  }
}
export class Workspace extends sluice.Workspace {
  constructor(...[ctx, env]: ConstructorParameters<typeof sluice.Workspace>) {
    super(hurried(ctx), env);
  }
}

export default sluice.default;
