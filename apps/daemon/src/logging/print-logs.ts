import { join } from "node:path";
import { ownPathSource, pathsOf } from "../config/paths.ts";
import { CommandError } from "../control/command-error.ts";
import { type Style, styleOf } from "../terminal/style.ts";
import { followLines } from "./follow.ts";
import { visible } from "../terminal/visible.ts";
import { decodeLine, renderLine } from "./line.ts";
import { lastLines, logFiles } from "./tail.ts";

/** Name of the file the daemon writes. */
export const logFileName = "daemon.log";

/** Options of `fairlead logs`. */
export interface LogsOptions {
  readonly dataDir?: string;
  readonly follow?: boolean;
  readonly lines: number;
  readonly json?: boolean;
}

/** `fairlead logs`. Reads the files themselves: no daemon is needed. */
export async function printLogs(options: LogsOptions): Promise<void> {
  const file = join(pathsOf(ownPathSource(options.dataDir)).logs, logFileName);
  const style = styleOf(process.stdout);
  const print = (line: string): void => {
    // Empty ones follow half a line that a full disk has left.
    if (line === "") return;
    process.stdout.write(options.json === true ? `${line}\n` : readable(line, style));
  };
  const follows = options.follow === true;
  if (!follows && (await logFiles(file)).length === 0) throw nothing(file);
  const { lines, end } = await lastLines(file, options.lines);
  for (const line of lines) print(line);
  if (!follows) return;
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  process.on("SIGINT", abort).on("SIGTERM", abort);
  // Whoever read it has gone: `fairlead logs -f | head`.
  process.stdout.on("error", abort);
  try {
    for await (const line of followLines(file, end, stop.signal)) print(line);
  } finally {
    process.off("SIGINT", abort).off("SIGTERM", abort);
    process.stdout.off("error", abort);
  }
}

function readable(line: string, style: Style): string {
  const decoded = decodeLine(line);
  return decoded === null ? `${visible(line)}\n` : renderLine(decoded, style);
}

function nothing(file: string): CommandError {
  return new CommandError(
    "failed",
    `Nothing has been logged yet: ${file} is made by the first warning of a daemon.`,
  );
}
