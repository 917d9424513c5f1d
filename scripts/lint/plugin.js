import { alarms } from "./alarms.js";
import { clock } from "./clock.js";
import { rooms } from "./rooms.js";

/** The project's own lint rules. JavaScript, because the linter loads them by itself, under whatever Node runs it. */
export default { meta: { name: "sluice" }, rules: { alarms, clock, rooms } };
