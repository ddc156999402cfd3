/**
 * The least that is a daemon: claims the places, answers on the control socket, stops when asked.
 * `tiny-daemon.ts FOLDER VERSION [crash|slow|command]`.
 */
import { CommandError } from "../../src/control/command-error.ts";
import type { ControlOp } from "../../src/control/op.ts";
import { serveControl } from "../../src/control/server.ts";
import { gracefulStop } from "../../src/lifecycle/graceful-stop.ts";
import { claimDaemon } from "../../src/lifecycle/lock.ts";
import { runningTurns } from "../../src/lifecycle/running-turns.ts";
import { placesIn } from "./places-in.ts";

const [, , folder = "", version = "", fate = ""] = process.argv;
if (fate === "crash") {
  process.stderr.write("the port is taken\n");
  process.exit(1);
}
// Never comes up, however long somebody waits.
if (fate === "slow") await new Promise(() => setInterval(() => {}, 60_000));
const refuse: ControlOp = async () => {
  throw new CommandError("failed", "I am a command's.");
};
using stop = gracefulStop({ reload: () => {}, log: () => {} });
const places = placesIn(folder);
await using _claim = await claimDaemon(places);
await using _server = await serveControl({
  path: places.socket("control"),
  ops: {
    status: async () => ({ version, pid: process.pid, isOfCommand: fate === "command" }),
    stop: fate === "command" ? refuse : stop.op,
  },
  log: () => {},
});
const alive = setInterval(() => {}, 60_000);
await stop.stopped;
await stop.drain(runningTurns().busy, 1000);
clearInterval(alive);
