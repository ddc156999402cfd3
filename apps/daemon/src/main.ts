#!/usr/bin/env node
import { Command } from "commander";
import { addAgents } from "./commands/agents.ts";
import { addChat } from "./commands/chat.ts";
import { addCompletion } from "./commands/completion.ts";
import { addDemo } from "./commands/demo.ts";
import { runProgram } from "./commands/exit-codes.ts";
import { addProbe } from "./commands/probe.ts";
import { addServe } from "./commands/serve.ts";
import { addStdio } from "./commands/stdio.ts";
import { addTui } from "./commands/tui.ts";
import { ownVersion } from "./version.ts";

const program = new Command("fairlead")
  .description("Every coding agent on your machine, on the codex app-server wire.")
  .version(ownVersion());
const groups = [addServe, addAgents, addTui, addChat, addStdio, addProbe, addCompletion, addDemo];
for (const add of groups) add(program);

process.exitCode = await runProgram(program, process.argv);
