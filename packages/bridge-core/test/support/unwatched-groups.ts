import { ProcessGroups } from "../../src/process/process-groups.ts";

/** For tests that look at what children get, and end them themselves. */
export const groups: ProcessGroups = new ProcessGroups({ watchdog: false });
