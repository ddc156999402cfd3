#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { runCli } from "./cli/run-cli.ts";
import { stringField } from "./read.ts";

// The reader has seen enough, such as `head`: there is nobody left to tell.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", () => process.exit(2));
}
const manifest: unknown = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8"),
);
const exitCode = await runCli(process.argv.slice(2), stringField(manifest, "version") ?? "0", {
  out: (chunk) => process.stdout.write(chunk),
  err: (chunk) => process.stderr.write(chunk),
  isTerminal: process.stdout.isTTY && process.stderr.isTTY,
  readInput: () => text(process.stdin),
});
// A bridge may have left something running; what was written still reaches a pipe.
process.stdout.write("", () => process.exit(exitCode));
