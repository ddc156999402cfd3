#!/usr/bin/env node
import { Command } from "commander";
import { addAgents } from "./commands/agents.ts";
import { addAudit } from "./commands/audit.ts";
import { addBare } from "./commands/bare.ts";
import { addChat } from "./commands/chat.ts";
import { addCompletion } from "./commands/completion.ts";
import { addConfig } from "./commands/config.ts";
import { addDemo } from "./commands/demo.ts";
import { addDevices, addRotate } from "./commands/devices.ts";
import { addDoctor } from "./commands/doctor.ts";
import { runProgram } from "./commands/exit-codes.ts";
import { addImport } from "./commands/import.ts";
import { addInstall } from "./commands/install.ts";
import { addLogs } from "./commands/logs.ts";
import { addPair } from "./commands/pair.ts";
import { addProbe } from "./commands/probe.ts";
import { addReload } from "./commands/reload.ts";
import { addRestart } from "./commands/restart.ts";
import { addServe } from "./commands/serve.ts";
import { addStatus } from "./commands/status.ts";
import { addStdio } from "./commands/stdio.ts";
import { addStop } from "./commands/stop.ts";
import { addTui } from "./commands/tui.ts";
import { addUpgrade } from "./commands/upgrade.ts";
import { ownVersion } from "./version.ts";

const program = new Command("fairlead")
  .description("Every coding agent on your machine, on the codex app-server wire.")
  .version(ownVersion());
const commands = [
  ...[addTui, addChat, addPair, addDevices, addRotate, addAgents],
  ...[addStatus, addLogs, addAudit, addDoctor, addConfig, addImport],
  ...[addInstall, addStop, addRestart, addReload, addUpgrade, addServe],
  ...[addStdio, addProbe, addCompletion, addDemo],
];
for (const add of commands) add(program);
// Last: commands made behind it would take words they do not know, as it does.
addBare(program, async (dataDir) => {
  const { showPairing } = await import("./devices/show-pairing.ts");
  await showPairing(dataDir);
});

process.exitCode = await runProgram(program, process.argv);
