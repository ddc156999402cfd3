import { appendFileSync } from "node:fs";

/** Where a daemon writes what its operator may want to know. */
export type Log = (level: "debug" | "warn", message: string, data?: unknown) => void;

/** Warnings on stderr; with `verbose`, the rest too. */
export function stderrLog(verbose: boolean): Log {
  return (level, message, data) => {
    if (level === "warn" || verbose) process.stderr.write(line(level, message, data));
  };
}

/** For commands whose terminal belongs to somebody else. The file lies in a private folder. */
export function fileLog(file: string): Log {
  return (level, message, data) => {
    if (level === "warn") appendFileSync(file, line(level, message, data), { mode: 0o600 });
  };
}

function line(level: string, message: string, data: unknown): string {
  const detail = data === undefined ? "" : ` ${JSON.stringify(data)}`;
  return `${new Date().toISOString()} ${level} ${message}${detail}\n`;
}

/** For commands that ask something and are done. */
export const silentLog: Log = () => {};
