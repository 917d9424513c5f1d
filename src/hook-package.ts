/* `sluice/hook`: the OpenFeature hook alone, for pages. */

export { EventsHook, type EventsHookOptions } from "./clients/hook.ts";
