import type { Paths } from "../config/paths.ts";
import { callDaemon, daemonIsRunning } from "../control/client.ts";
import { readStatus } from "../control/status.ts";
import type { StatusInfo } from "../control/status-info.ts";
import { holderOf } from "../lifecycle/lock.ts";
import { ownAutostart } from "../service/own-autostart.ts";
import { ownVersion } from "../version.ts";
import { type Finding, fine } from "./finding.ts";

/** Whether the daemon runs, as the operator wants it, and will after the next login. */
export async function daemonFindings(
  paths: Paths,
  dataDir: string | undefined,
): Promise<readonly Finding[]> {
  const how = await ownAutostart(paths, dataDir).installed();
  const autostart: Finding =
    how === null
      ? {
          subject: "autostart",
          state: "warn",
          detail: "the daemon does not start at login",
          fix: "fairlead install",
        }
      : fine("autostart", how);
  return [...(await runningFindings(paths)), autostart];
}

async function runningFindings(paths: Paths): Promise<readonly Finding[]> {
  const subject = "daemon";
  if (!(await daemonIsRunning(paths))) {
    const pid = await holderOf(paths);
    if (pid === null) {
      return [{ subject, state: "warn", detail: "it is not running", fix: "fairlead" }];
    }
    const detail = `process ${pid} has its places and does not answer`;
    return [{ subject, state: "bad", detail, fix: "fairlead restart" }];
  }
  const answer = await callDaemon(paths, "status");
  if (typeof answer === "object" && answer !== null && "isOfCommand" in answer) {
    return [fine(subject, "another command serves the agents while it runs")];
  }
  const status = readStatus(answer);
  return [versionFinding(status), ...listenerFindings(status), ...problemFindings(status)];
}

function versionFinding({ version, pid }: StatusInfo): Finding {
  const own = ownVersion();
  if (version === own) return fine("daemon", `process ${pid} runs version ${version}`);
  const detail = `it runs version ${version}, this command is ${own}`;
  return { subject: "daemon", state: "warn", detail, fix: "fairlead restart" };
}

function listenerFindings({ listeners }: StatusInfo): readonly Finding[] {
  return listeners.map(({ name, addresses, problem }) =>
    problem === null
      ? fine(name, addresses.join(", "))
      : { subject: name, state: "bad", detail: problem, fix: null },
  );
}

function problemFindings({ problems }: StatusInfo): readonly Finding[] {
  return problems.map((detail) => ({ subject: "problem", state: "warn", detail, fix: null }));
}
