import type { GatewayObserver, TurnSummary } from "../gateway/types.ts";
import type { Busy } from "./graceful-stop.ts";

/** Counts the turns that run, as an observer of the gateway. */
export interface RunningTurns {
  readonly observer: Required<Pick<GatewayObserver, "turnStarted" | "turnEnded">>;
  /** What a stop has to wait for, now. */
  readonly busy: () => Busy;
}

/** Starts with none. */
export function runningTurns(): RunningTurns {
  const running = new Set<string>();
  const waiting: (() => void)[] = [];
  const key = ({ agent, threadId, turnId }: TurnSummary): string =>
    JSON.stringify([agent, threadId, turnId]);
  return {
    observer: {
      turnStarted: (turn) => void running.add(key(turn)),
      turnEnded(turn) {
        running.delete(key(turn));
        if (running.size > 0) return;
        for (const resolve of waiting.splice(0)) resolve();
      },
    },
    busy: () => ({
      turns: running.size,
      wait: () =>
        new Promise((resolve) => {
          if (running.size === 0) resolve();
          else waiting.push(resolve);
        }),
    }),
  };
}
