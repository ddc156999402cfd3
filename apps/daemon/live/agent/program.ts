import { chmod, mkdir } from "node:fs/promises";
import type { LiveContext } from "../context.ts";

/** True while a process of this id exists. */
export function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Makes a shell script the program of a scenario's agent. */
export async function wrap(live: LiveContext, script: string): Promise<void> {
  const { name, programVariable } = live.agent;
  await mkdir(live.path("bin"));
  await live.write(`bin/${name}`, `#!/bin/sh\n${script}\n`);
  await chmod(live.path(`bin/${name}`), 0o755);
  live.environment({ [programVariable]: live.path(`bin/${name}`) });
}
