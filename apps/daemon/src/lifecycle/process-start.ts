import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";

/** How far a start time worked out from the clock may lie from the one the system tells. */
const clockToleranceS = 5;
const psTimeoutMs = 2000;

/**
 * What tells this process from every other one that had or will have its number, as one word.
 */
export async function ownStart(): Promise<string> {
  const exact = await linuxStart(process.pid);
  return exact ?? `at-${Math.round(Date.now() / 1000 - process.uptime())}`;
}

/** The same of another process; null = there is none of this number, or the system does not tell. */
export async function startOf(pid: number): Promise<string | null> {
  const exact = await linuxStart(pid);
  if (exact !== null) return exact;
  const seconds = await startSeconds(pid);
  return seconds === null ? null : `at-${seconds}`;
}

/**
 * Whether the process that once called itself `start` (of {@link ownStart}) still runs under this
 * number. Where the system does not tell enough, a process of that number counts as it. Never
 * rejects.
 */
export async function stillRuns(pid: number, start: string): Promise<boolean> {
  if (!exists(pid)) return false;
  if (!start.startsWith("at-")) {
    const now = await linuxStart(pid);
    return now === null ? exists(pid) : now === start;
  }
  const seconds = await startSeconds(pid);
  return seconds === null || Math.abs(seconds - Number(start.slice(3))) <= clockToleranceS;
}

/** Whether any process has this number now. */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is another user's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Boot of the machine and ticks since then; null where there is no `/proc`. */
async function linuxStart(pid: number): Promise<string | null> {
  try {
    const [boot, stat] = await Promise.all([
      readFile("/proc/sys/kernel/random/boot_id", "utf8"),
      readFile(`/proc/${pid}/stat`, "utf8"),
    ]);
    // The name of the program, in brackets, may hold anything; the 20th word after it is the start.
    const words = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = words[19];
    if (ticks === undefined) return null;
    // Killed, and nobody has asked for its exit code: it only looks like a process.
    const state = words[0] === "Z" ? "ended-" : "";
    return `${state}${boot.trim().slice(0, 8)}-${ticks}`;
  } catch {
    return null;
  }
}

/** Seconds since 1970 as `ps` tells them; null where it cannot. */
function startSeconds(pid: number): Promise<number | null> {
  return new Promise((resolve) => {
    const options = { timeout: psTimeoutMs, env: { PATH: "/bin:/usr/bin", LC_ALL: "C" } };
    execFile("ps", ["-o", "lstart=", "-p", String(pid)], options, (error, stdout) => {
      const atMs = error === null ? Date.parse(stdout.trim()) : Number.NaN;
      resolve(Number.isNaN(atMs) ? null : atMs / 1000);
    });
  });
}
