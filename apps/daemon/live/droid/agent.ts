import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { droidEnvironment, droidProject } from "@fairlead/testkit";
import { z } from "zod";
import type { LiveAgent } from "../agent/live-agent.ts";
import { call } from "../agent/steps.ts";
import { goOn } from "./own-session.ts";

const run = promisify(execFile);

const printed = z.looseObject({ result: z.string() });

/** Droid: one process per thread, which reads in its folder's settings where its model is. */
export function droidAgent(command: string): LiveAgent {
  return {
    name: "droid",
    command,
    programVariable: "FAIRLEAD_DROID",
    install: "npm i -g droid",
    previewOf: (prompt) => prompt,
    readStep: (path) => call("Read", { file_path: path }),
    otherModel: "custom:mock-other-0",
    mcpTool: (server, tool) => `${server}___${tool}`,
    cutsForSteer: false,
    // Between Droid and a command is a shell that looks after it.
    processId: "$(ps -o ppid= -p $PPID)",
    // No scenario is without a mock of its own: this one answers nothing.
    prepare: (home) => droidEnvironment({ home, mockUrl: "http://127.0.0.1:9" }),
    async enter({ home, folder, mockUrl }) {
      // What lies in the home holds for every folder that says nothing of its own.
      if (folder === home) await droidEnvironment({ home, mockUrl });
      else await droidProject(folder, mockUrl);
      return {};
    },
    async type({ text, threadId }, cwd, env) {
      // With `--session-id` it looks for the session on its servers, and ends without a word.
      if (threadId !== null) return goOn(command, { sessionId: threadId, text }, cwd, env);
      const running = run(command, ["exec", "--auto", "high", "-o", "json", text], { cwd, env });
      running.child.stdin?.end();
      return printed.parse(JSON.parse((await running).stdout)).result;
    },
  };
}
