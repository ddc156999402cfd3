/** Writes down again where the recordings of codex break a law: `pnpm exceptions`. */
import { writeFileSync } from "node:fs";
import { exceptionsFile, listExceptions } from "./list-exceptions.ts";

writeFileSync(exceptionsFile, `${JSON.stringify(listExceptions(), null, 2)}\n`);
