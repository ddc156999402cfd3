import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Paths } from "../config/paths.ts";
import { callDaemon } from "../control/client.ts";
import { CommandError, DaemonNotRunning, OpFailed } from "../control/command-error.ts";
import type { StopProgress } from "./graceful-stop.ts";
import { holderOf } from "./lock.ts";
import { startOf, stillRuns } from "./process-start.ts";

/** How long the end of the process may take after its last turn. */
const graceMs = 15_000;
const lookAgainMs = 25;

const progress: z.ZodType<StopProgress> = z.looseObject({
  pid: z.number(),
  turns: z.number(),
  limitMs: z.number(),
});

/** How to stop. */
export interface StopDaemonOptions {
  /** Cuts running turns. Default: they may finish, up to the operator's limit. */
  readonly now?: boolean;
  /** Told once how many turns are waited for. */
  readonly onProgress?: (progress: StopProgress) => void;
  /** Ends the wait, not the stop. */
  readonly signal?: AbortSignal;
}

/**
 * Stops the running daemon and resolves with its pid once the process is gone. One that does not
 * answer is sent SIGTERM. Rejects with what it says when it refuses, as one does that is a command's, with {@link DaemonNotRunning} when there is none, and with what to
 * type when it does not end.
 */
export async function stopDaemon(
  places: Pick<Paths, "socket" | "lockFile" | "pidFile">,
  options: StopDaemonOptions = {},
): Promise<number> {
  const { now = false, onProgress, signal } = options;
  const holder = await holderOf(places);
  const start = holder === null ? null : await startOf(holder);
  try {
    const onEvent = (event: unknown): void => {
      const parsed = progress.safeParse(event);
      if (parsed.success) onProgress?.(parsed.data);
    };
    await callDaemon(places, "stop", { now }, { onEvent, timeoutMs: null, ...given(signal) });
  } catch (error) {
    signal?.throwIfAborted();
    if (holder === null || error instanceof OpFailed) throw error;
    // It starts, hangs, or has ended in the middle of its answer.
    if (await runs(holder, start)) process.kill(holder, "SIGTERM");
  }
  if (holder === null) throw new DaemonNotRunning();
  const deadline = Date.now() + graceMs;
  while (await runs(holder, start)) {
    if (Date.now() > deadline) {
      const message = `Fairlead (process ${holder}) does not end: run \`kill -9 ${holder}\`.`;
      throw new CommandError("failed", message);
    }
    await sleep(lookAgainMs, undefined, given(signal));
  }
  return holder;
}

async function runs(pid: number, start: string | null): Promise<boolean> {
  return start !== null && (await stillRuns(pid, start));
}

function given(signal: AbortSignal | undefined): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
