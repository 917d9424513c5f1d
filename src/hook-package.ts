/* `sluice/hook`: the OpenFeature hook alone, for pages. */

export { EventsHook, type EventsHookOptions } from "./gate/hook.ts";
