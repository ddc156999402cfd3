import { setTimeout as sleep } from "node:timers/promises";
import { type CodexCommand, startCodex } from "../server/codex-process.ts";

/** What a program that ran to its end printed. */
export interface Printed {
  readonly isOk: boolean;
  /** Of stdout and stderr, at most 64 KiB each. */
  readonly stdout: string;
  readonly stderr: string;
}

const maxLength = 64 * 1024;

/** Runs codex to its end; null when it cannot be started or takes too long. */
export async function runProgram(
  command: CodexCommand,
  { timeoutMs }: { readonly timeoutMs: number },
): Promise<Printed | null> {
  const child = await startCodex(command).catch(() => null);
  if (child === null) return null;
  await using running = child;
  const printed = { stdout: "", stderr: "" };
  running.output.on("data", (chunk: Buffer) => {
    if (printed.stdout.length < maxLength) printed.stdout += chunk.toString("utf8");
  });
  running.errors.on("data", (chunk: Buffer) => {
    if (printed.stderr.length < maxLength) printed.stderr += chunk.toString("utf8");
  });
  running.input.end();
  const over = new AbortController();
  const late = sleep(timeoutMs, null, { signal: over.signal }).catch(() => null);
  const end = await Promise.race([running.ended, late]);
  over.abort();
  return end === null ? null : { ...printed, isOk: end.isOk };
}
