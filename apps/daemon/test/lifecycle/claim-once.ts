/**
 * Claims a daemon's places in the folder it is given and says `won PID` or the refusal; a winner
 * stays until its stdin ends. Run as a program by the tests of the lock.
 */
import { once } from "node:events";
import { claimDaemon } from "../../src/lifecycle/lock.ts";
import { placesIn } from "./places-in.ts";

process.stdout.write("ready\n");
await once(process.stdin, "data");
try {
  await using _claim = await claimDaemon(placesIn(process.argv[2] ?? ""));
  process.stdout.write(`won ${process.pid}\n`);
  await once(process.stdin, "end");
} catch (error) {
  process.stdout.write(`lost: ${String(error)}\n`);
}
