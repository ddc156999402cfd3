/**
 * Prints what becomes of every codex method: answered, empty but true, or refused and why.
 * Run as `pnpm methods`; with `--markdown` it writes docs/methods.md instead.
 */
import { writeFileSync } from "node:fs";
import { createAgentServer } from "../packages/bridge-core/src/server/agent-server.ts";
import demoBridge from "../packages/bridge-demo/src/index.ts";
import { methodCounts, methodLines, methodPage } from "./methods-page.ts";

const page = new URL("../docs/methods.md", import.meta.url);

const server = createAgentServer({ bridge: demoBridge, dataDir: null });
const { methods } = server;
await server[Symbol.asyncDispose]();

if (process.argv.includes("--markdown")) {
  writeFileSync(page, methodPage(methods));
} else {
  for (const line of methodLines(methods)) console.log(line);
  console.log("* only for clients with capabilities.experimentalApi");
}
console.log(methodCounts(methods));
