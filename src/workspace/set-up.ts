import type { Refusal } from "../contract/problem.ts";
import { keyOf } from "../contract/snapshot.ts";
import type { WriteContext } from "../contract/write.ts";
import { within } from "../snapshot/deadline.ts";
import { UNFINISHED } from "./refusals.ts";
import type { EnvironmentEntry } from "./register.ts";
import type { EnvironmentObjects, NewEnvironment, Standing } from "./rpc.ts";

const CALL_MS = 10_000;
/** The same for a copy of another environment, which may have a million members. Less than SETUP_MS. */
const COPY_MS = 40_000;

/** Sets an environment up under its incarnation, with what is in another one. Its name isn't visible yet. */
export async function setUpEnvironment(
  objects: EnvironmentObjects,
  target: { name: string; incarnation: string },
  settings: Omit<NewEnvironment, "name" | "copyFrom">,
  source: EnvironmentEntry | undefined,
  { actor, comment }: WriteContext,
): Promise<{ ok: true; standing: Standing } | Refusal> {
  const object = objects.getByName(keyOf.environmentObject(target.name, target.incarnation));
  try {
    const copy =
      source &&
      (await within(objects.getByName(keyOf.environmentObject(source.name, source.incarnation)).transfer(), CALL_MS));
    if (copy && !copy.ok) return copy;
    const seeding = object.seed(copy?.text ?? null, { actor, comment }, settings);
    const seeded = await within(seeding, COPY_MS);
    if (!seeded.ok) return seeded;
    const standing = await within(object.summary(), CALL_MS);
    return standing ? { ok: true, standing } : UNFINISHED;
  } catch {
    return UNFINISHED;
  }
}
