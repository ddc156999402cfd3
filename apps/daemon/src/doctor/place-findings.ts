import { existsSync } from "node:fs";
import { access, constants, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { messageOf } from "@fairlead/bridge-core/transport";
import { findConfig } from "../config/load.ts";
import type { Paths } from "../config/paths.ts";
import { isErrno, requirePrivate } from "../config/private-files.ts";
import { remarkLine } from "../config/remark.ts";
import { readOptions } from "../serve/start-config.ts";
import { type Finding, fine } from "./finding.ts";

const oldestNode = [20, 19] as const;
/** Below this a journal or a log may soon not be written. */
const scarceBytes = 200 * 1024 * 1024;

/** Whether this Node can run Fairlead. */
export function nodeFinding(version: string): Finding {
  const subject = "Node";
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isOld = major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1]);
  if (!isOld) return fine(subject, version);
  const detail = `${version} is too old: ${oldestNode.join(".")} or newer is needed`;
  return { subject, state: "bad", detail, fix: null };
}

/** Whether `host.toml` says something that can be followed. */
export async function configFinding({ configFile }: Paths): Promise<Finding> {
  const subject = "host.toml";
  if (!existsSync(configFile)) {
    return fine(subject, `${configFile} is made at the first start; the defaults hold`);
  }
  const found = await findConfig(configFile, readOptions);
  const remarks = found.ok ? found.warnings : found.problems;
  if (remarks.length === 0) return fine(subject, configFile);
  const detail = remarks.map((remark) => remarkLine(configFile, remark)).join("\n");
  return { subject, state: found.ok ? "warn" : "bad", detail, fix: "fairlead config edit" };
}

/** Whether what is kept is this user's alone, and can be written. */
export async function foldersFinding({ data, state, logs }: Paths): Promise<Finding> {
  const subject = "folders";
  const problems: string[] = [];
  for (const folder of new Set([data, state, logs])) {
    const problem = await folderProblem(folder);
    if (problem !== null) problems.push(problem);
  }
  if (problems.length === 0) return fine(subject, `${data}, ${state}`);
  return { subject, state: "bad", detail: problems.join("\n"), fix: null };
}

async function folderProblem(folder: string): Promise<string | null> {
  try {
    if (existsSync(folder)) await requirePrivate(folder, "700");
    await access(nearest(folder), constants.W_OK);
    return null;
  } catch (error) {
    const reason = messageOf(error);
    const denied = ["EACCES", "EROFS", "EPERM"].some((code) => isErrno(error, code));
    return denied ? `${folder} cannot be written (${reason})` : reason;
  }
}

/** Whether there is room for what will be written. */
export async function diskFinding({ state }: Paths): Promise<Finding> {
  const subject = "disk";
  const place = nearest(state);
  const { bavail, bsize } = await statfs(place);
  const free = bavail * bsize;
  const detail = `${Math.floor(free / 1024 / 1024)} MiB free at ${place}`;
  if (free >= scarceBytes) return fine(subject, detail);
  return { subject, state: "warn", detail: `${detail}: make room`, fix: null };
}

/** The folder itself or the nearest one above it that exists. */
function nearest(folder: string): string {
  return existsSync(folder) ? folder : nearest(dirname(folder));
}
