import { EventEmitter, once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { callDaemon } from "../../src/control/client.ts";
import { serveControl } from "../../src/control/server.ts";
import { type GracefulStop, gracefulStop } from "../../src/lifecycle/graceful-stop.ts";
import { runningTurns } from "../../src/lifecycle/running-turns.ts";

const turn = { agent: "demo", threadId: "t", turnId: "1", startedAtMs: 0 };

function stopOf(options: { hasTerminal?: () => boolean; reload?: () => void } = {}): {
  stop: GracefulStop;
  signals: EventEmitter;
} {
  const signals = new EventEmitter();
  const stop = gracefulStop({
    reload: () => {},
    log: () => {},
    hasTerminal: () => false,
    signals,
    ...options,
  });
  return { stop, signals };
}

test("a stop that comes before anybody waits for it counts", async () => {
  const { stop, signals } = stopOf();
  signals.emit("SIGTERM");
  await stop.stopped;
  expect(stop.asked.aborted).toBe(true);
  expect(await stop.drain(runningTurns().busy, 60_000)).toBe("idle");
});

test("a running turn finishes first, also one that began while the last was waited for", async () => {
  const { stop } = stopOf();
  const turns = runningTurns();
  turns.observer.turnStarted(turn);
  stop.ask("command");
  const drained = stop.drain(turns.busy, 60_000);
  let over = false;
  void drained.then(() => (over = true));
  turns.observer.turnEnded(turn, "completed");
  turns.observer.turnStarted({ ...turn, turnId: "2" });
  await new Promise((resolve) => setImmediate(resolve));
  expect(over).toBe(false);
  turns.observer.turnEnded({ ...turn, turnId: "2" }, "failed");
  expect(await drained).toBe("idle");
});

test("the limit ends the wait, and a second signal ends it at once", async () => {
  const turns = runningTurns();
  turns.observer.turnStarted(turn);
  expect(await stopOf().stop.drain(turns.busy, 5)).toBe("limit");
  const { stop, signals } = stopOf();
  signals.emit("SIGINT");
  const drained = stop.drain(turns.busy, 60_000);
  expect(stop.forced.aborted).toBe(false);
  signals.emit("SIGINT");
  expect(await drained).toBe("forced");
  expect(stop.forced.aborted).toBe(true);
  // A third one is left to the system.
  expect(signals.eventNames()).toEqual([]);
});

test("SIGHUP reloads, unless it is the terminal that went away; dispose lets go of the signals", () => {
  let reloads = 0;
  let terminal = true;
  const reload = (): void => void (reloads += 1);
  const { stop, signals } = stopOf({ reload, hasTerminal: () => terminal });
  signals.emit("SIGHUP");
  expect(reloads).toBe(1);
  terminal = false;
  signals.emit("SIGHUP");
  expect(reloads).toBe(1);
  expect(stop.asked.aborted).toBe(true);
  const daemon = stopOf({ reload });
  daemon.signals.emit("SIGHUP");
  expect(reloads).toBe(2);
  expect(daemon.stop.asked.aborted).toBe(false);
  daemon.stop[Symbol.dispose]();
  expect(daemon.signals.eventNames()).toEqual([]);
});

test("the op tells what it waits for and answers when the turns are over; twice or `now` ends it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "fairlead-stop-"));
  const place = { socket: (name: string) => join(folder, "run", name) };
  try {
    for (const calls of [1, 2, 3]) {
      const { stop } = stopOf();
      const turns = runningTurns();
      turns.observer.turnStarted(turn);
      await using _server = await serveControl({
        path: place.socket("control"),
        ops: { stop: stop.op },
        log: () => {},
      });
      const events: unknown[] = [];
      const told = new EventEmitter();
      const call = callDaemon(
        place,
        "stop",
        { now: calls === 3 },
        {
          onEvent(event) {
            events.push(event);
            told.emit("told");
          },
        },
      );
      const heard = once(told, "told");
      await stop.stopped;
      const drained = stop.drain(turns.busy, 60_000);
      await heard;
      expect(events).toEqual([{ pid: process.pid, turns: 1, limitMs: 60_000 }]);
      if (calls === 1) turns.observer.turnEnded(turn, "completed");
      if (calls === 2) stop.ask("SIGTERM");
      const outcome = calls === 1 ? "idle" : "forced";
      expect(await drained).toBe(outcome);
      expect(await call).toEqual({ pid: process.pid, drained: outcome });
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
