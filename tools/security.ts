/**
 * Writes the tables of docs/security.md from the code. Run as `pnpm security-page`; with `--check` it
 * only says whether they are current.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { securityPage } from "./security-page.ts";

const page = new URL("../docs/security.md", import.meta.url);
const committed = readFileSync(page, "utf8");
const current = await securityPage(committed);
if (committed === current) {
  console.log("docs/security.md is current");
} else if (process.argv.includes("--check")) {
  console.error("docs/security.md is stale: run `pnpm security-page`");
  process.exitCode = 1;
} else {
  writeFileSync(page, current);
  console.log("docs/security.md is written");
}
