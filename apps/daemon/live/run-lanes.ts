import type { LiveLane } from "./lane.ts";

/** Lanes wait for programs most of the time; more of them would starve what they wait for. */
const atOnce = 2;

/**
 * Runs lanes two at a time, in their order. Each line says which lane it is of, so that those of two may
 * be told apart; the line of totals stays as it is. False when a lane failed. Rejects, when no lane runs
 * any more, with the first reason for which one rejected.
 *
 * @param run Runs one; resolves with whether it passed.
 */
export async function runLanes(
  lanes: readonly LiveLane[],
  run: (lane: LiveLane, print: (line: string) => void) => Promise<boolean>,
  write: (line: string) => void,
): Promise<boolean> {
  // Shared by the workers: each takes the next one nobody has taken.
  const waiting = lanes.values();
  let passed = true;
  const work = async (): Promise<void> => {
    for (const lane of waiting) {
      const isAlone = lanes.length === 1;
      const mark = (line: string): string =>
        isAlone || line.startsWith("live ") ? line : `${lane.name}: ${line}`;
      passed = (await run(lane, (line) => write(mark(line)))) && passed;
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: atOnce }, work));
  const failure = ended.find((one) => one.status === "rejected");
  if (failure !== undefined) throw failure.reason;
  return passed;
}
