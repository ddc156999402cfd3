#!/usr/bin/env node
import { messageOf } from "@fairlead/bridge-core";
import { Command } from "commander";
import { addChat } from "./commands/chat.ts";
import { addDemo } from "./commands/demo.ts";
import { addServe } from "./commands/serve.ts";
import { addStdio } from "./commands/stdio.ts";
import { addTui } from "./commands/tui.ts";
import { ownVersion } from "./version.ts";

const program = new Command("fairlead")
  .description("Every coding agent on your machine, on the codex app-server wire.")
  .version(ownVersion());
for (const add of [addServe, addTui, addChat, addStdio, addDemo]) add(program);

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`fairlead: ${messageOf(error)}\n`);
  process.exitCode = 1;
}
